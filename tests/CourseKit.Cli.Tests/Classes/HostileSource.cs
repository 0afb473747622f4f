using System.Text;
using System.Text.RegularExpressions;

namespace CourseKit.Cli.Tests.Classes;

/// <summary>Sources of cells that nobody writes by hand: tokens in disorder, deep nesting, long lines, characters that are not seen.</summary>
internal static partial class HostileSource
{
    private static readonly int[] Depths = [30, 300, 3_000, 15_000, 30_000];

    private static readonly (string Open, string Close)[] Nests =
    [
        ("(", ")"), ("[", "]"), ("{", "}"), ("{ ", ""), ("List<", ">"), ("!", ""), ("-", ""), ("- -", ""), ("~", ""), ("&", ""), ("*", ""), ("new[]{", "}"), ("x=>", ""), ("async()=>await ", ""), ("()=>{", "}"),
        ("if(true)", ";"), ("if(a){}else ", ";"), ("while(true){", "}"), ("try{", "}finally{}"), ("$\"{", "}\""), ("$$\"\"\"{{", "}}\"\"\""), ("$@\"{", "}\""), ("a?b:", ""), ("a??", "b"), ("a.b", ""), ("a[", "]"),
        ("f(", ")"), ("1+", "1"), ("\"a\"+", "\"b\""), ("(int)", "1"), ("x switch{_=>", "}"), ("x is (", ")"), ("x is not ", "1"), ("class A{", "}"), ("namespace a{", "}"), ("[A]", ""), ("from x in ", "y"),
        ("checked(", ")"), ("typeof(", ")"), ("default(", ")"), ("#if A\n", "#endif\n"), ("#region\n", "#endregion\n"), ("/*", "*/"), ("stackalloc int[", "]"), ("fixed(int*a=", ")"), ("(a,", "b)"), ("ref ", "x"),
        ("throw ", ""), ("await ", ""), ("new(", ")"), ("a<b>", ""), ("int[", "]"), ("void F(){", "}"), ("x is {A:", "}"), ("from x in y select ", ""), ("<a>", "</a>"), ("/// <a>\n", "/// </a>\n"),
    ];

    private static readonly string[] Odd =
    [
        "\0", "\u0001", "\u001b[31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\u0085", "\ud83d\ude00", "\uffff", "\ufdd0", "\r", "\r\n", "\v", "\f", "é", "e\u0301", "\u00ad", "＝", "\\ud83d", "\\U00110000",
    ];

    private static readonly string[] Lines =
    [
        "#r \"nuget: A, 1.0\"", "#r \"x.dll\"", "#load \"x.csx\"", "#i \"nuget:x\"", "#!html", "#!time", "#!import x.ipynb", "#!", "#", "#if", "#if true", "#endif", "#elif (", "#define A", "#error \u202e", "#warning x",
        "#line 99999999999 \"x\"", "#line (1, 1) - (65535, 65535) 9 \"x\"", "#line hidden", "#pragma checksum \"x\" \"{0}\" \"1\"", "#nullable enable", "#region", "extern alias A;", "using static System.Console;",
        "using Check = System.Math;", "namespace A;", "/// BEGIN SOLUTION", "/// END SOLUTION", "/// BEGIN HIDDEN TESTS", "/// END HIDDEN TESTS", "\"\"\"", "\"\"\"\"\"\"\"\"\"", "$\"\"\"", "@\"", "/*", "*/", "'", "\"", "'\\", "1_", "0x",
        "[assembly: A]", "global using System;", "=1+1", "</pre><script>alert(1)</script>", "%matplotlib inline", "!ls", "?help", "goto a; a: goto a;", "return;", "yield return 1;", "int Check = 1;", "class Exception { }",
    ];

    private static readonly string[] MarkdownParts =
    [
        ">", "[", "]", "![", "![](", "[a](", "*", "_", "**a_", "`", "``` ", "<div>", "<!--", "<a href=\"", "|", "|-", "- ", "1. ", "#", "$", "$$", "\\(", "\\begin{a}", "{", "^{", "\\frac{", "\\left(", "&amp;", "&#x", "[^1]", "[^1]: a\n", "~~", "==", "::: ", "\n", "    ", "\t",
        "[a]: b\n", "[a][b]", "<http://", "www.a.", ":smile:", "{.a}", "[ ] ", "\\", "a\n===\n", "| a | b |\n|---|---|\n", "> - ", "<svg><script>", "&lt", "*[a]: b\n", "^^^\n",
    ];

    public static string OfCode(string source, Random random) => random.Next(6) switch
    {
        0 => InDisorder(source, random),
        1 => Nested(source, random),
        2 => InLongLine(source, random),
        3 => With(source, random, Odd),
        4 => WithLines(source, random),
        _ => Bomb(random, Nests[random.Next(Nests.Length)].Open),
    };

    public static string OfMarkdown(string source, Random random) => random.Next(5) switch
    {
        0 => With(source, random, Odd),
        1 => With(source, random, MarkdownParts),
        2 => $"```csharp\n{OfCode(source, random)}\n```\n",
        3 => Bomb(random, MarkdownParts[random.Next(MarkdownParts.Length)] + MarkdownParts[random.Next(MarkdownParts.Length)]),
        _ => Bomb(random, MarkdownParts[random.Next(MarkdownParts.Length)]),
    };

    private static string InDisorder(string source, Random random)
    {
        List<string> tokens = [.. Token().Matches(source).Select(match => match.Value)];
        for (var changes = random.Next(1, 10); changes > 0 && tokens.Count > 1; changes--)
        {
            var (at, other) = (random.Next(tokens.Count), random.Next(tokens.Count));
            switch (random.Next(4))
            {
                case 0:
                    tokens.RemoveAt(at);
                    break;
                case 1:
                    tokens.Insert(at, tokens[other]);
                    break;
                case 2:
                    (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                    break;
                default:
                    var (open, close) = Nests[random.Next(Nests.Length)];
                    tokens[at] = random.Next(2) == 0 ? open : close;
                    break;
            }
        }
        return string.Concat(tokens);
    }

    private static string Nested(string source, Random random)
    {
        var ((open, close), depth) = (Nests[random.Next(Nests.Length)], Depths[random.Next(Depths.Length)]);
        // Not longer than what is read at all, else nothing of it is tried.
        depth = Math.Min(depth, 99_000 / (open.Length + close.Length + 1));
        var nested = Repeated(open, depth) + (random.Next(2) == 0 ? "" : "1" + (random.Next(2) == 0 ? "" : Repeated(close, depth)));
        return random.Next(2) == 0 ? nested : source.Length > 50_000 ? nested : $"{source}\nvar nested = {nested};"[..Math.Min(99_999, source.Length + nested.Length + 15)];
    }

    private static string InLongLine(string source, Random random) => random.Next(5) switch
    {
        0 => $"var {new string('a', 90_000)} = 1;",
        1 => $"var text = \"{new string('=', 95_000)}\";",
        2 => source.Replace('\n', ' ') + new string(' ', 80_000) + ";",
        3 => "// " + new string('\u202e', 99_000),
        _ => $"var digits = {new string('9', 60_000)};",
    };

    private static string With(string source, Random random, string[] parts)
    {
        var text = new StringBuilder(source);
        for (var changes = random.Next(1, 20); changes > 0; changes--)
            text.Insert(random.Next(text.Length + 1), parts[random.Next(parts.Length)]);
        return text.ToString();
    }

    private static string WithLines(string source, Random random)
    {
        List<string> lines = [.. source.Split('\n')];
        for (var changes = random.Next(1, 6); changes > 0; changes--)
            lines.Insert(random.Next(lines.Count + 1), (random.Next(3) == 0 ? "a " : "") + Lines[random.Next(Lines.Length)]);
        return string.Join('\n', lines);
    }

    private static string Bomb(Random random, string part) => Repeated(part, Math.Min(Depths[random.Next(Depths.Length)], 99_000 / part.Length));

    private static string Repeated(string part, int times) => new StringBuilder().Insert(0, part, times).ToString();

    [GeneratedRegex(@"\w+|\s+|.", RegexOptions.Singleline)]
    private static partial Regex Token();
}
