using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Pages;

/// <summary>
/// A formula in a text, found by Jupyter's rules: <c>$...$</c>, <c>$$...$$</c>, <c>\\(...\\)</c> and <c>\\[...\\]</c> as Markdown writes them, and a bare
/// environment such as <c>\begin{align}...\end{align}</c>. Blanks and line ends may stand inside the dollars, and <c>\$</c> is always a dollar.
/// </summary>
/// <remarks>
/// Jupyter makes a formula of any two dollars of a paragraph. Here some dollars stay dollars, because they are money or begin the name of a variable:
/// a pair that closes before a digit (<c>$5 and $6</c>); one that opens before a digit and closes after a blank (<c>$5 and a $</c>); one that opens
/// behind a letter or digit and before a blank or mark (<c>5$, US$</c>); and one that closes between a blank and a word (<c>$HOME or $PATH</c>).
/// No formula holds a code span or HTML, as those bind tighter. A pair of braces hides dollars: <c>$\text{if $x$}$</c> is one formula.
/// </remarks>
/// <param name="Latex">What to set: an environment with its begin and end, anything else without its delimiters.</param>
/// <param name="IsDisplay">Whether it stands on a line of its own.</param>
/// <param name="Source">The formula as it was written, with its delimiters.</param>
internal sealed partial record Formula(string Latex, bool IsDisplay, string Source)
{
    /// <summary>No formula is longer, in characters. Without a bound, a text of formulas that never close would cost quadratic time.</summary>
    public const int Longest = 10_000;

    private const int LongestInline = 2_000;

    /// <summary>The formula that begins at a place of the text, or null.</summary>
    /// <param name="text">A paragraph.</param>
    /// <param name="at">Where an opening delimiter may stand; no backslash escapes it.</param>
    /// <param name="inHtml">Whether the text is HTML. There, brackets need one backslash only, because Markdown takes none away.</param>
    public static Formula? At(ReadOnlySpan<char> text, int at, bool inHtml = false)
    {
        if (Delimiters(text[at..], inHtml) is not (var open, var close))
            return null;
        var start = at + open.Length;
        var isDisplay = open is not ("$" or @"\\(" or @"\(");
        var length = Length(text[start..Math.Min(text.Length, start + (isDisplay ? Longest : LongestInline))], close);
        if (length < 0 || text.Slice(start, length).IsWhiteSpace() || (open == "$" && IsMoney(text, start, start + length)))
            return null;
        var source = text.Slice(at, open.Length + length + close.Length).ToString();
        return new Formula(open[^1] == '}' ? source : source[open.Length..^close.Length].Trim(), isDisplay, source);
    }

    /// <summary>The delimiter with which the text begins, and the one that closes it; null if it begins with none.</summary>
    public static (string Open, string Close)? Delimiters(ReadOnlySpan<char> text, bool inHtml = false)
    {
        if (text.StartsWith(@"\begin{"))
            return Environment().Match(text[..Math.Min(text.Length, 40)].ToString()) is { Success: true } begin ? (begin.Value, @"\end" + begin.Value[6..]) : null;
        foreach (var (open, close) in inHtml ? InHtml : InMarkdown)
        {
            if (text.StartsWith(open))
                return (open, close);
        }
        return null;
    }

    private static readonly (string, string)[] InMarkdown = [("$$", "$$"), ("$", "$"), (@"\\[", @"\\]"), (@"\\(", @"\\)")];

    private static readonly (string, string)[] InHtml = [.. InMarkdown, (@"\[", @"\]"), (@"\(", @"\)")];

    // The length of the text before the closing delimiter. It is negative if there is none, or if code or a tag comes first.
    private static int Length(ReadOnlySpan<char> text, string close)
    {
        var braces = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == close[0] && (braces == 0 || close != "$") && text[i..].StartsWith(close))
                return i;
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '{':
                    braces++;
                    break;
                case '}':
                    braces = Math.Max(0, braces - 1);
                    break;
                case '<' when Tag().IsMatch(text[i..]):
                    return -1;
                case '`':
                    var ticks = Ticks(text[i..]);
                    if (OpensCode(text[i..], ticks))
                        return -1;
                    i += ticks - 1;
                    break;
            }
        }
        return -1;
    }

    private static int Ticks(ReadOnlySpan<char> text) => text.IndexOfAnyExcept('`') is var end && end < 0 ? text.Length : end;

    // A code span ends with as many backticks as it began with. Without them, backticks are text, such as LaTeX's quotation marks.
    private static bool OpensCode(ReadOnlySpan<char> text, int ticks)
    {
        for (var i = ticks; text[i..].IndexOf('`') is >= 0 and var next; i += Ticks(text[i..]))
        {
            i += next;
            if (Ticks(text[i..]) == ticks)
                return true;
        }
        return false;
    }

    private static bool IsMoney(ReadOnlySpan<char> text, int start, int end)
    {
        char? before = start > 1 ? text[start - 2] : null, after = end + 1 < text.Length ? text[end + 1] : null;
        var (first, blankFirst, blankLast) = (text[start], char.IsWhiteSpace(text[start]), char.IsWhiteSpace(text[end - 1]));
        return after is >= '0' and <= '9'
            || (char.IsAsciiDigit(first) && blankLast)
            || (before is { } sign && char.IsAsciiLetterOrDigit(sign) && (blankFirst || ",.;:!?)".Contains(first, StringComparison.Ordinal)))
            || (after is { } word && blankLast && !blankFirst && (char.IsAsciiLetter(word) || "\\\"{(_".Contains(word, StringComparison.Ordinal)));
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\A\\begin\{[a-z]+\*?\}", Options)]
    private static partial Regex Environment();

    // An end tag, a line break, or a tag with attributes. Anything else, such as "a<b>c" and "a<b and c>d", is compared in formulas.
    [GeneratedRegex(@"\A<(/[a-z][^<>]*|br\s*/?|[a-z][a-z0-9]*(\s+[-a-z]+\s*=[^<>]*))>", Options)]
    private static partial Regex Tag();
}
