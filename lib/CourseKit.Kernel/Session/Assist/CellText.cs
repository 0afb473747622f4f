using CourseKit.Kernel.Session.Directives;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>A cell that is being written, split for a completion or inspection at one position.</summary>
/// <param name="CSharp">
/// The cell's C#, or the argument of <c>#!help</c> if the position is in this argument. All other text is replaced by spaces, so that every
/// index stays the same.
/// </param>
/// <param name="Line">The text from the start of the line to the position; empty in another language.</param>
/// <param name="IsCSharp">Whether the position is in C#. Otherwise it is in a directive or another language.</param>
internal sealed record CellText(string CSharp, string Line, bool IsCSharp)
{
    /// <summary>Splits the cell as <see cref="CellParser"/> does. But unknown directives are allowed, because the user may still be typing.</summary>
    public static CellText At(string code, int position)
    {
        var lines = code.Split('\n');
        var csharp = (string[])lines.Clone();
        var here = code.AsSpan(0, position).Count('\n');
        var start = code.AsSpan(0, position).LastIndexOf('\n') + 1;
        var line = code[start..position];
        var isCSharp = true;
        foreach (var directive in DirectiveLine.In(lines))
        {
            // The argument of #!help is an expression to complete or inspect. It does not run with the cell's C#, so it is returned alone.
            var argument = start + directive.ArgumentIndex;
            if (directive.Index == here && directive.Name == HelpDirective.Name && position > argument)
                return new(string.Concat(code.Select((c, at) => at >= argument && at < start + lines[here].Length || c == '\n' ? c : ' ')), line, true);
            isCSharp &= here < directive.Index || here >= directive.End;
            if (directive.Index < here && here < directive.End)
                line = ""; // In another language, a line that looks like a directive is none.
            for (var i = directive.Index; i < directive.End; i++)
                csharp[i] = new(' ', lines[i].Length);
        }
        // A directive whose name is being typed, such as # or #r, is not a directive yet.
        isCSharp &= !line.TrimStart().StartsWith('#') || DirectiveLine.IsInsideText(csharp, here);
        return new(string.Join('\n', csharp), line, isCSharp);
    }
}
