using System.Globalization;
using System.Text;

namespace CourseKit.Cli.Shell;

/// <summary>
/// Makes text that a stranger wrote safe to print. In a terminal, control characters can hide or forge lines, change the window's title, or fill the
/// clipboard, and marks of the writing direction can turn text round. They are printed as in C#: <c>\u001b</c>.
/// </summary>
internal static class PrintableText
{
    /// <summary>For text that has one line, such as a name.</summary>
    public static string Line(string text) => Replace(text, kept: "\t");

    /// <summary>For text that may have several lines, such as the message of an error.</summary>
    public static string Lines(string text) => Replace(text.ReplaceLineEndings("\n"), kept: "\t\n");

    private static string Replace(string text, string kept)
    {
        var printable = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!kept.Contains(c, StringComparison.Ordinal) && (char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069')))
                printable.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                printable.Append(c);
        }
        return printable.ToString();
    }
}
