using System.Net;
using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>How a description is written: as plain text, as Markdown or as HTML.</summary>
/// <param name="MimeType">The mime type of the whole.</param>
/// <param name="Words">Writes words, whatever characters they have.</param>
/// <param name="Code">Writes a name or a short piece of code among words.</param>
/// <param name="Block">Writes lines of code or of a value. The first argument is the language.</param>
/// <param name="Break">Stands between the paragraphs of one text.</param>
/// <param name="Bullet">Stands before an item of a list that a comment holds.</param>
/// <param name="Paragraph">Makes a part of the description from a text.</param>
/// <param name="Section">Makes a part from a title and a text.</param>
/// <param name="List">Makes a part from a title and names with their texts.</param>
/// <param name="Aside">Makes a part that may be folded away, from code and the parts that describe it.</param>
/// <param name="Between">Stands between two parts.</param>
internal sealed partial record HelpForm(
    string MimeType,
    Func<string, string> Words,
    Func<string, string> Code,
    Func<string, string, string> Block,
    string Break,
    string Bullet,
    Func<string, string> Paragraph,
    Func<string, string, string> Section,
    Func<string, IEnumerable<(string Name, string Text)>, string> List,
    Func<string, string, string> Aside,
    string Between)
{
    public static HelpForm Plain { get; } = new(
        "text/plain",
        words => words,
        code => code,
        (_, lines) => lines,
        "\n\n",
        "- ",
        text => text,
        (title, text) => $"{title}:{(text.Contains('\n', StringComparison.Ordinal) ? "\n\n" : " ")}{text}",
        (title, items) => $"{title}:\n{string.Join('\n', items.Select(item => item.Text.Length > 0 ? $"  {item.Name}: {item.Text}" : $"  {item.Name}"))}",
        (code, parts) => $"{code}\n\n{parts}",
        "\n\n");

    public static HelpForm Markdown { get; } = new(
        "text/markdown",
        words => Special().Replace(words, @"\$0"),
        code => $"`{code}`",
        (language, lines) => $"```{language}\n{lines.Replace("```", "'''", StringComparison.Ordinal)}\n```",
        "\n\n",
        "- ",
        text => text,
        (title, text) => $"**{title}:**{(text.Contains('\n', StringComparison.Ordinal) ? "\n\n" : " ")}{text}",
        (title, items) => $"**{title}:**\n\n{string.Join('\n', items.Select(item => item.Text.Length > 0 ? $"- `{item.Name}`: {item.Text}" : $"- `{item.Name}`"))}",
        (code, parts) => $"```csharp\n{code}\n```\n\n{parts}",
        "\n\n");

    // Front ends have styles for these elements, in light and in dark. So the HTML brings none of its own, but for the look of code as a block.
    public static HelpForm Html { get; } = new(
        "text/html",
        WebUtility.HtmlEncode,
        code => $"<code>{WebUtility.HtmlEncode(code)}</code>",
        (_, lines) => $"<pre style=\"white-space:pre-wrap;margin:.4em 0\">{WebUtility.HtmlEncode(lines)}</pre>",
        "<br>",
        "&#8226; ",
        text => $"<div style=\"margin:.4em 0\">{text}</div>",
        (title, text) => $"<div style=\"margin:.4em 0\"><strong>{title}:</strong> {text}</div>",
        (title, items) => $"<div style=\"margin:.4em 0\"><strong>{title}:</strong><ul style=\"margin:.2em 0\">"
            + string.Concat(items.Select(item => $"<li><code>{WebUtility.HtmlEncode(item.Name)}</code>{(item.Text.Length > 0 ? ": " : "")}{item.Text}</li>")) + "</ul></div>",
        (code, parts) => $"<details style=\"margin:.4em 0\"><summary><code>{WebUtility.HtmlEncode(code)}</code></summary><div style=\"margin-left:1.2em\">{parts}</div></details>",
        "");

    [GeneratedRegex(@"[\\*_<>`\[\]]")]
    private static partial Regex Special();
}
