using System.Text.RegularExpressions;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>Splits a cell into C# and directives. Every line keeps its number: lines that are not C# are blank in the C#.</summary>
internal static partial class CellParser
{
    private static readonly CSharpParseOptions Script = new(kind: SourceCodeKind.Script);

    /// <summary>Returns the steps of the cell, in the order in which they run.</summary>
    /// <exception cref="DirectiveException">A directive is not known.</exception>
    public static IReadOnlyList<CellStep> Parse(CellSource cell)
    {
        var lines = cell.Code.ReplaceLineEndings("\n").Split('\n');
        List<CellStep> steps = [], before = [];
        var code = new string[lines.Length];
        Array.Fill(code, "");

        for (var i = 0; i < lines.Length; i++)
        {
            if (Line().Match(lines[i]) is not { Success: true } match || IsInsideLiteral(code, lines, i))
            {
                code[i] = lines[i];
                continue;
            }
            var name = match.Groups["name"].Value;
            var directive = DirectiveTable.Find(name == "#!c#" ? "#!csharp" : name) ?? throw Unknown(name, i + 1);
            var at = i + 1;
            var body = "";
            if (directive.Kind == DirectiveKind.Block)
            {
                var end = Array.FindIndex(lines, i + 1, line => line.StartsWith("#!", StringComparison.Ordinal));
                end = end < 0 ? lines.Length : end;
                body = string.Join('\n', lines[(i + 1)..end]).Trim('\n');
                i = end - 1;
            }
            var step = new DirectiveStep(at, directive, match.Groups["argument"].Value.Trim(), body);
            if (directive.Kind == DirectiveKind.Before)
            {
                before.Add(step);
                continue;
            }
            EndCode();
            steps.Add(step);
        }
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

    /// <summary>Whether a line that looks like a directive is inside a multi-line string or comment. This depends on the C# above the line.</summary>
    /// <param name="code">The cell's C# above the line, with everything else blank.</param>
    /// <param name="lines">The cell's lines.</param>
    /// <param name="line">The line's index.</param>
    public static bool IsInsideLiteral(string[] code, string[] lines, int line)
    {
        if (code.Take(line).All(string.IsNullOrWhiteSpace))
            return false;
        var syntax = CSharpSyntaxTree.ParseText(string.Join('\n', code.Take(line).Concat(lines.Skip(line))), Script).GetRoot();
        var position = code.Take(line).Sum(above => above.Length + 1);
        var token = syntax.FindToken(position);
        return token.Span.Start < position && position < token.Span.End && !token.IsKind(SyntaxKind.EndOfFileToken)
            || syntax.FindTrivia(position) is var trivia && trivia.SpanStart < position && trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);
    }

    private static DirectiveException Unknown(string name, int line) =>
        new($"{name}: unknown directive. Known are {string.Join(", ", DirectiveTable.All.Select(known => known.Name))}; #!lsmagic says what each does.") { Line = line };

    [GeneratedRegex("""^\s*(?<name>#!\S+|#[ri](?=\s*"))(?<argument>.*)$""")]
    internal static partial Regex Line();
}
