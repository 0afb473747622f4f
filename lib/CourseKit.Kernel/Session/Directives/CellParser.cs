using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>Splits a cell into C# and directives. Every line keeps its number: lines that are not C# are blank in the C#.</summary>
internal static class CellParser
{
    /// <summary>Returns the steps of the cell, in the order in which they run.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="connected">The names of other kernels, as directives.</param>
    /// <exception cref="DirectiveException">A directive is not known, or there is something behind one that takes nothing.</exception>
    public static IReadOnlyList<CellStep> Parse(CellSource cell, IReadOnlySet<string>? connected = null)
    {
        var lines = cell.Code.ReplaceLineEndings("\n").Split('\n');
        // A cell may connect a kernel and have text for it below.
        connected = (connected ?? new HashSet<string>()).Concat(lines.Where(line => line.StartsWith("#!connect", StringComparison.Ordinal)).Select(CellLanguage.ConnectedBy).OfType<string>().Select(name => $"#!{name}")).ToHashSet();
        List<CellStep> steps = [], before = [];
        var code = new string[lines.Length];
        Array.Fill(code, "");
        var next = 0;
        if (cell.Language is { } language)
        {
            next = DirectiveLine.EndOfText(lines, 0, DirectiveKind.Foreign, connected);
            // A text that begins with the line of a language is in that one, whatever the metadata say.
            if (next == lines.Length || lines[..next].Any(line => !string.IsNullOrWhiteSpace(line)))
                steps.Add(new DirectiveStep(1, DirectiveTable.OfLanguage(language), "", string.Join('\n', lines[..next]).Trim('\n')));
        }
        foreach (var line in DirectiveLine.In(lines, next, connected))
        {
            Array.Copy(lines, next, code, next, line.Index - next);
            next = line.End;
            if (line.IsLeftOut)
                continue;
            var directive = Check(line, connected);
            var step = new DirectiveStep(line.Index + 1, directive, directive.TakesArgument ? line.Argument : "", string.Join('\n', lines[(line.Index + 1)..line.End]).Trim('\n'));
            if (directive.Kind == DirectiveKind.Before)
            {
                before.Add(step);
                continue;
            }
            EndCode();
            steps.Add(step);
        }
        Array.Copy(lines, next, code, next, lines.Length - next);
        EndCode();
        return steps;

        void EndCode()
        {
            steps.AddRange(before);
            before.Clear();
            if (code.Any(line => !string.IsNullOrWhiteSpace(line)))
                steps.Add(new CodeStep(cell with { Code = string.Join('\n', code) }));
            Array.Fill(code, "");
        }
    }

    private static Directive Check(DirectiveLine line, IReadOnlySet<string>? connected)
    {
        // For `#! time 1`, the argument's first word is the name that was meant.
        var name = line.Name == "#!" ? "#!" + line.Argument.Split(' ', '\t')[0] : line.Name;
        var directive = DirectiveTable.Find(name, connected);
        var error = directive is null
            ? $"{name}: unknown directive. Known are {string.Join(", ", DirectiveTable.Own.Select(known => known.Name))}; #!lsmagic says what each does."
            : line.HasSpace
                ? $"{name} with a space in it: unknown directive. Write {name} without the space."
                : directive.Name == "#!r" && line.Argument.StartsWith('"')
                    ? $"{name} is a cell in R. To reference a library write #r {line.Argument}."
                : !directive.TakesArgument && line.Argument.Length > 0 && !line.Argument.StartsWith("//", StringComparison.Ordinal)
                    ? $"{name} takes nothing behind it, found: {line.Argument}. Write that on the next line."
                    : null;
        return error is null ? directive! : throw new DirectiveException(error) { Line = line.Index + 1 };
    }
}
