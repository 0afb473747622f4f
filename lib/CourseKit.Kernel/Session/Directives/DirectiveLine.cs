using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace CourseKit.Kernel.Session.Directives;

/// <summary>
/// A line of a cell that is a directive and not C#. Its name may be unknown, because the user may still be typing. A last line such as
/// <c>trainer.Train?</c>, which Jupyter's users know, is the directive <c>#!help</c>.
/// </summary>
internal sealed partial class DirectiveLine
{
    // Without documentation comments, the whole inside of /** */ is one comment, as that of /* */ is.
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    private DirectiveLine(string[] lines, int index, Match match, bool isLeftOut, IReadOnlySet<string>? connected)
    {
        Index = index;
        IsLeftOut = isLeftOut;
        Name = match.Groups["name"].Success ? "#" + match.Groups["name"].Value : HelpDirective.Name;
        HasSpace = match.Groups["space"].Length > 0 || Name == "#!";
        ArgumentIndex = match.Groups["argument"].Index;
        Argument = WithoutComment(match.Groups["argument"].Value);
        Directive = HasSpace || isLeftOut ? null : DirectiveTable.Find(Name, connected);
        End = Directive is null ? index + 1 : EndOfText(lines, index + 1, Directive.Kind, connected);
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
    /// <param name="lines">The cell's lines.</param>
    /// <param name="start">The index of the first line that is not in another language.</param>
    /// <param name="connected">The names of other kernels, as directives.</param>
    public static IEnumerable<DirectiveLine> In(string[] lines, int start = 0, IReadOnlySet<string>? connected = null)
    {
        var code = (string[])lines.Clone();
        Array.Fill(code, "", 0, start);
        for (var i = start; i < lines.Length; i++)
        {
            if (Line().Match(lines[i]) is not { Success: true } match || Find(code, i) is var place && place == Place.Text)
                continue;
            var found = new DirectiveLine(lines, i, match, place == Place.LeftOut, connected);
            Array.Fill(code, "", i, found.End - i);
            i = found.End - 1;
            yield return found;
        }
        // Nothing that ends with a question mark is a whole piece of C# but a type behind `is` or `as`. So the code above must be whole, too.
        var last = Array.FindLastIndex(code, line => !string.IsNullOrWhiteSpace(line));
        if (last >= 0 && last == Array.FindLastIndex(lines, line => !string.IsNullOrWhiteSpace(line)) && Question().Match(lines[last]) is { Success: true } question
            && CSharpSyntaxTree.ParseText(string.Join('\n', code[..last]), Script).GetDiagnostics().All(found => found.Severity != DiagnosticSeverity.Error))
            yield return new(lines, last, question, isLeftOut: false, connected);
    }

    /// <summary>The index of the first line that does not belong to the text of a directive of this kind.</summary>
    public static int EndOfText(string[] lines, int start, DirectiveKind kind, IReadOnlySet<string>? connected)
    {
        while (start < lines.Length && !IsEnd(lines[start]))
            start++;
        return start;

        // An indented #! does not end a text, because Markdown may show a script as indented code.
        bool IsEnd(string line) => kind is DirectiveKind.Before or DirectiveKind.InPlace || line.StartsWith("#!", StringComparison.Ordinal)
            && (kind == DirectiveKind.Block ? !IsShare(line) : IsLanguage(NameOn(line), connected));
    }

    /// <summary>Whether a line asks for a variable. Within the text of another language, the variable is for that language.</summary>
    public static bool IsShare(string line) => line.StartsWith("#!", StringComparison.Ordinal) && NameOn(line) is ShareDirective.Name or ShareDirective.SetName;

    private static bool IsLanguage(string name, IReadOnlySet<string>? connected) => CellLanguage.Find(name[2..]) is not null || IsConnected(name, connected);

    /// <summary>Whether a name is that of a connected kernel. A directive's name stays the directive's.</summary>
    public static bool IsConnected(string name, IReadOnlySet<string>? connected) => connected?.Contains(name) == true && DirectiveTable.All.All(directive => directive.Name != name);

    private static string NameOn(string line) => Line().Match(line) is { Success: true, Groups: var found } ? "#" + found["name"].Value : "#!";

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

    [GeneratedRegex("""^\s*#(?<space>\s*)(?<name>!\S*?(?=\s|//|$)|(r|i|load)(?=\s*"))(?<argument>.*)$""")]
    private static partial Regex Line();

    [GeneratedRegex("""^\s*(?<argument>@?[\p{L}_]\w*(<[\w.,<>\[\]?\s]*>)?(\.@?[\p{L}_]\w*(<[\w.,<>\[\]?\s]*>)?)*)\?\??\s*$""")]
    private static partial Regex Question();
}
