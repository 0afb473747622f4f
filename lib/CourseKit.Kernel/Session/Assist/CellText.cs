using CourseKit.Kernel.Session.Directives;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>A cell that is being written, split for a completion or inspection at one position.</summary>
/// <param name="CSharp">
/// The cell's C#, or the argument of <c>#!help</c> if the position is in this argument. All other text is replaced by spaces, so that every
/// index stays the same.
/// </param>
/// <param name="Line">The text from the start of the line to the position.</param>
/// <param name="IsCSharp">Whether the position is in C#. Otherwise it is in a directive or another language.</param>
internal sealed record CellText(string CSharp, string Line, bool IsCSharp)
{
    /// <summary>Splits the cell as <see cref="CellParser"/> does. But unknown directives are allowed, because the user may still be typing.</summary>
    public static CellText At(string code, int position)
    {
        var lines = code.Split('\n');
        var csharp = (string[])lines.Clone();
        var (line, isCSharp, inBlock, start) = ("", true, false, 0);
        for (var i = 0; i < lines.Length; start += lines[i++].Length + 1)
        {
            var isHere = start <= position && position <= start + lines[i].Length;
            if (isHere)
                line = lines[i][..(position - start)];
            var match = CellParser.Line().Match(lines[i]);
            if (match.Success && (inBlock || !CellParser.IsInsideLiteral(csharp, lines, i)))
            {
                // The argument of #!help is an expression to complete or inspect. It does not run with the cell's C#, so it is returned alone.
                var argument = match.Groups["argument"];
                if (isHere && match.Groups["name"].Value == HelpDirective.Name && position > start + argument.Index)
                    return new(string.Concat(code.Select((c, at) => at >= start + argument.Index && at < start + lines[i].Length || c == '\n' ? c : ' ')), line, true);
                inBlock = DirectiveTable.Find(match.Groups["name"].Value)?.Kind == DirectiveKind.Block;
            }
            else if (!inBlock)
            {
                isCSharp &= !isHere || !line.TrimStart().StartsWith('#') || CellParser.IsInsideLiteral(csharp, lines, i);
                continue;
            }
            csharp[i] = new(' ', lines[i].Length);
            isCSharp &= !isHere;
        }
        return new(string.Join('\n', csharp), line, isCSharp);
    }
}
