namespace CourseKit.Kernel.Notebooks;

/// <summary>What a cell of a notebook holds.</summary>
public enum CellKind
{
    /// <summary>Code, with the outputs of its last run.</summary>
    Code,

    /// <summary>Markdown, with mathematics between dollar signs.</summary>
    Markdown,

    /// <summary>Text that passes through unchanged.</summary>
    Raw,
}
