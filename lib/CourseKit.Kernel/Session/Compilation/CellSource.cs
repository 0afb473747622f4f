namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A piece of C# from a cell or from an imported file.</summary>
/// <param name="Label">The name in messages: <c>cell 3</c>, or the file's name.</param>
/// <param name="Code">The C#. All other lines are blank, so that line numbers are those of the cell.</param>
internal sealed record CellSource(string Label, string Code)
{
    private readonly object cell = new();
    private string[]? lines;

    /// <summary>Whether both are pieces of the same cell. Labels do not tell this, because they repeat when a cell runs again.</summary>
    public bool IsOfSameCell(CellSource other) => cell == other.cell;

    /// <summary>A line of the code, counted from 1; empty if there is no such line.</summary>
    public string Line(int number)
    {
        lines ??= Code.ReplaceLineEndings("\n").Split('\n');
        return number >= 1 && number <= lines.Length ? lines[number - 1] : "";
    }
}
