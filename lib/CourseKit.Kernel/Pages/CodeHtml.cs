using System.Text;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Pages;

/// <summary>A block of code; C# is coloured, other languages are plain.</summary>
internal static class CodeHtml
{
    // The compiler's parser takes the third power of the nesting: 20 seconds for 3000 times "[". Nobody nests as deep as this by hand.
    private const int Deepest = 200;

    public static string Render(string code, string language)
    {
        var html = new StringBuilder("<pre class=\"code\" tabindex=\"0\"><code>");
        var firstWord = code.TrimStart().Split([' ', '\n', '\r'], 2)[0];
        if (IsCSharp(language) && !(firstWord.StartsWith("#!", StringComparison.Ordinal) && CellLanguage.Find(firstWord[2..]) is { Name: not CellLanguage.CSharp }) && DepthOf(code) <= Deepest)
            CSharpColours.Append(html, code);
        else
            html.AppendEscaped(code);
        return html.Append("</code></pre>").ToString();
    }

    // The most brackets that are open at once. Those in texts and comments count too: there they come in pairs.
    private static int DepthOf(string code)
    {
        var (depth, deepest) = (0, 0);
        foreach (var letter in code)
        {
            depth = letter switch { '(' or '[' or '{' => depth + 1, ')' or ']' or '}' => Math.Max(0, depth - 1), _ => depth };
            deepest = Math.Max(deepest, depth);
        }
        return deepest;
    }

    private static bool IsCSharp(string language) => CellLanguage.Find(language)?.Name == CellLanguage.CSharp;
}
