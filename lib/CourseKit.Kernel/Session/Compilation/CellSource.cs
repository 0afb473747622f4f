namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A piece of C# from a cell or from an imported file.</summary>
/// <param name="Label">The name in messages: <c>cell 3</c>, or the file's name.</param>
/// <param name="Code">The text with its directives, or only its C#. Then all other lines are blank, so that line numbers stay the same.</param>
internal sealed record CellSource(string Label, string Code)
{
    private readonly object cell = new();

    /// <summary>The language of the text up to its first line that names one; null for C#.</summary>
    public string? Language { get; init; }

    /// <summary>
    /// Whether both are pieces of the same cell in the same run: <c>with</c> copies keep the private object. Labels do not tell this, because a cell
    /// that runs again has the same label.
    /// </summary>
    public bool IsOfSameCell(CellSource other) => cell == other.cell;

    /// <summary>A line of the code, counted from 1; empty if there is no such line.</summary>
    public string Line(int number)
    {
        var lines = Code.ReplaceLineEndings("\n").Split('\n');
        return number >= 1 && number <= lines.Length ? lines[number - 1] : "";
    }
}
