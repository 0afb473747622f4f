using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>A line of a cell that is a directive and not C#. Its name may be unknown, because the user may still be typing.</summary>
internal sealed partial class DirectiveLine
{
    // Without documentation comments, the whole inside of /** */ is one comment, as that of /* */ is.
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    private DirectiveLine(string[] lines, int index, Match match, bool isLeftOut)
    {
        Index = index;
        IsLeftOut = isLeftOut;
        Name = "#" + match.Groups["name"].Value;
        HasSpace = match.Groups["space"].Length > 0 || Name == "#!";
        ArgumentIndex = match.Groups["argument"].Index;
        Argument = WithoutComment(match.Groups["argument"].Value);
        Directive = HasSpace || isLeftOut ? null : DirectiveTable.Find(Name);
        End = index + 1;
        // An indented #! does not end a block, because Markdown may show a script as indented code.
        while (Directive?.Kind == DirectiveKind.Block && End < lines.Length && !lines[End].StartsWith("#!", StringComparison.Ordinal))
            End++;
    }

    /// <summary>The line's index in the cell.</summary>
    public int Index { get; }

    /// <summary>The index of the first line below that does not belong to the directive.</summary>
    public int End { get; }

    /// <summary>The name, such as <c>#!time</c>.</summary>
    public string Name { get; }

    /// <summary>Whether there is a space before the name: <c>#! time</c>. The name is then <c>#!</c>, or it is behind the space.</summary>
    public bool HasSpace { get; }

    /// <summary>Where the argument begins in the line, with the white space before it.</summary>
    public int ArgumentIndex { get; }

    /// <summary>The rest of the line, without a comment.</summary>
    public string Argument { get; }

    /// <summary>Whether <c>#if</c> leaves the line out. The line is still no C#, because the compiler refuses it there too.</summary>
    public bool IsLeftOut { get; }

    /// <summary>The directive of this name; null if there is none, or if the line is left out.</summary>
    public Directive? Directive { get; }

    /// <summary>Finds the directives of a cell, in order.</summary>
    public static IEnumerable<DirectiveLine> In(string[] lines)
    {
        var code = (string[])lines.Clone();
        for (var i = 0; i < lines.Length; i++)
        {
            if (Line().Match(lines[i]) is not { Success: true } match || Find(code, i) is var place && place == Place.Text)
                continue;
            var found = new DirectiveLine(lines, i, match, place == Place.LeftOut);
            Array.Fill(code, "", i, found.End - i);
            i = found.End - 1;
            yield return found;
        }
    }

    /// <summary>Whether a line that begins with <c>#</c> is inside a string or comment. This depends on the C# above.</summary>
    /// <param name="code">The cell's lines. Directives above the line are blank.</param>
    /// <param name="line">The line's index.</param>
    public static bool IsInsideText(string[] code, int line) => Find(code, line) == Place.Text;

    private enum Place
    {
        Code,
        Text,
        LeftOut,
    }

    private static Place Find(string[] code, int line)
    {
        if (code.Take(line).All(string.IsNullOrWhiteSpace))
            return Place.Code;
        var root = CSharpSyntaxTree.ParseText(string.Join('\n', code), Script).GetRoot();
        var position = code.Take(line).Sum(above => above.Length + 1) + code[line].IndexOf('#', StringComparison.Ordinal);
        var token = root.FindToken(position, findInsideTrivia: true);
        var trivia = root.FindTrivia(position);
        if (IsInside(token.Span) || token.Parent!.AncestorsAndSelf().Any(node => node is InterpolatedStringExpressionSyntax && IsInside(node.Span))
            || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
            return Place.Text;
        return trivia.GetStructure() is DirectiveTriviaSyntax { IsActive: false } ? Place.LeftOut : Place.Code;

        bool IsInside(TextSpan span) => span.Start < position && position < span.End;
    }

    /// <summary>Removes a comment at the end of a directive. In quotes, or inside or at the start of a path, <c>//</c> begins no comment.</summary>
    public static string WithoutComment(string text)
    {
        text = text.Trim();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            quoted ^= text[i] == '"';
            if (!quoted && text.AsSpan(i).StartsWith("//") && (i == 0 ? text.Length == 2 || char.IsWhiteSpace(text[2]) : text[i - 1] == '"' || char.IsWhiteSpace(text[i - 1])))
                return text[..i].TrimEnd();
        }
        return text;
    }

    [GeneratedRegex("""^\s*#(?<space>\s*)(?<name>!\S*?(?=\s|//|$)|[ri](?=\s*"))(?<argument>.*)$""")]
    private static partial Regex Line();
}
