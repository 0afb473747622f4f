namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A piece of C#: a cell's, or that of an imported file.</summary>
/// <param name="Label">How messages call it: <c>cell 3</c>, or the file's name.</param>
/// <param name="Code">The C#; lines that are none of it are blank, so that line numbers are the cell's.</param>
internal sealed record CellSource(string Label, string Code)
{
    private readonly object cell = new();
    private string[]? lines;

    /// <summary>Whether both are pieces of the same cell: labels repeat when a cell runs again.</summary>
    public bool IsOfSameCell(CellSource other) => cell == other.cell;

    /// <summary>A line of the code, counted from 1; empty where there is none.</summary>
    public string Line(int number)
    {
        lines ??= Code.ReplaceLineEndings("\n").Split('\n');
        return number >= 1 && number <= lines.Length ? lines[number - 1] : "";
    }
}
