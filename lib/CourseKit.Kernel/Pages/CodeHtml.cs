using System.Text;

namespace CourseKit.Kernel.Pages;

/// <summary>A block of code; C# is coloured, other languages are plain.</summary>
internal static class CodeHtml
{
    private static readonly string[] OtherLanguages =
    [
        "#!html", "#!markdown", "#!javascript", "#!js",
        "#!mermaid", "#!fsharp", "#!pwsh", "#!sql",
    ];

    public static string Render(string code, string language)
    {
        var html = new StringBuilder("<pre class=\"code\" tabindex=\"0\"><code>");
        var firstWord = code.TrimStart().Split([' ', '\n', '\r'], 2)[0];
        if (IsCSharp(language) && !OtherLanguages.Contains(firstWord))
            CSharpColours.Append(html, code);
        else
            html.AppendEscaped(code);
        return html.Append("</code></pre>").ToString();
    }

    private static bool IsCSharp(string language) => language.ToLowerInvariant() is "csharp" or "c#" or "cs";
}
