using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Pages;

/// <summary>Converts terminal text to HTML. ANSI sequences for colours and text styles become spans. All other sequences are left out.</summary>
internal static partial class AnsiText
{
    public static string Render(string text)
    {
        var html = new StringBuilder();
        var style = new AnsiStyle();
        var at = 0;
        text = Overwritten().Replace(text, "");
        foreach (Match sequence in Sequence().Matches(text))
        {
            Append(html, style, text.AsSpan(at, sequence.Index - at));
            at = sequence.Index + sequence.Length;
            if (sequence.Groups["sgr"].Success)
                style = style.Apply(sequence.Groups["sgr"].Value);
        }
        Append(html, style, text.AsSpan(at));
        return html.ToString();
    }

    /// <summary>The text without ANSI sequences. HTML characters are not escaped.</summary>
    public static string Plain(string text) => Sequence().Replace(text, "");

    private static void Append(StringBuilder html, AnsiStyle style, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        var attributes = style.Attributes;
        if (attributes.Length == 0)
            html.AppendEscaped(text);
        else
            html.Append(CultureInfo.InvariantCulture, $"<span{attributes}>").AppendEscaped(text).Append("</span>");
    }

    // Text before a carriage return is overwritten in a terminal, for example by a progress bar. So it is left out.
    [GeneratedRegex(@"[^\n\r]*\r(?![\n\r])", RegexOptions.CultureInvariant)]
    private static partial Regex Overwritten();

    // CSI sequences (group sgr for those that end in m), OSC sequences, other escape sequences, and control characters except tab and line ends.
    [GeneratedRegex(
        @"\e\[(?:(?<sgr>[0-9;:]*)m|[0-?]*[ -/]*[@-~])|\e\][^\a\e]*(?:\a|\e\\)|\e[ -/]*[0-~]?|[\x00-\b\v\f\x0e-\x1a\x1c-\x1f]",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Sequence();
}

/// <summary>The style after the SGR sequences so far. Ink and Paper are CSS colours; the sixteen named colours depend on the page's theme.</summary>
internal sealed record AnsiStyle(
    string? Ink = null, string? Paper = null, bool Bold = false, bool Dim = false, bool Italic = false, bool Underline = false,
    bool Inverse = false)
{
    public string Attributes
    {
        get
        {
            var (ink, paper) = Inverse ? (Paper ?? "var(--paper)", Ink ?? "var(--ink)") : (Ink, Paper);
            var css = string.Concat(
                ink is null ? "" : $"color:{ink};", paper is null ? "" : $"background:{paper};",
                Bold ? "font-weight:bold;" : "",
                Dim ? "opacity:.7;" : "", Italic ? "font-style:italic;" : "", Underline ? "text-decoration:underline;" : "");
            return css.Length == 0 ? "" : $" style=\"{css}\"";
        }
    }

    public AnsiStyle Apply(string parameters)
    {
        var codes = parameters.Split(';', ':').Select(code => int.TryParse(code, CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray();
        var style = this;
        for (var i = 0; i < codes.Length; i++)
        {
            style = codes[i] switch
            {
                0 => new AnsiStyle(),
                1 => style with { Bold = true },
                2 => style with { Dim = true },
                3 => style with { Italic = true },
                4 => style with { Underline = true },
                7 => style with { Inverse = true },
                22 => style with { Bold = false, Dim = false },
                23 => style with { Italic = false },
                24 => style with { Underline = false },
                27 => style with { Inverse = false },
                >= 30 and <= 37 => style with { Ink = Named(codes[i] - 30) },
                38 => style with { Ink = Extended(codes, ref i) },
                39 => style with { Ink = null },
                >= 40 and <= 47 => style with { Paper = Named(codes[i] - 40) },
                48 => style with { Paper = Extended(codes, ref i) },
                49 => style with { Paper = null },
                >= 90 and <= 97 => style with { Ink = Named(codes[i] - 82) },
                >= 100 and <= 107 => style with { Paper = Named(codes[i] - 92) },
                _ => style,
            };
        }
        return style;
    }

    private static string Named(int index) => $"var(--ansi-{index})";

    // The colour after a code 38 or 48: 5;n (16 named colours, a 6x6x6 colour cube, 24 greys) or 2;r;g;b. Moves i past these codes.
    private static string? Extended(int[] codes, ref int i)
    {
        switch (codes.AsSpan(i + 1))
        {
            case [2, var r, var g, var b, ..]:
                i += 4;
                return $"rgb({r},{g},{b})";
            case [5, var n, ..]:
                i += 2;
                return n switch
                {
                    < 0 or > 255 => null,
                    < 16 => Named(n),
                    < 232 => $"rgb({Cube((n - 16) / 36)},{Cube((n - 16) / 6 % 6)},{Cube((n - 16) % 6)})",
                    _ => $"rgb({8 + (10 * (n - 232))},{8 + (10 * (n - 232))},{8 + (10 * (n - 232))})",
                };
            default:
                i = codes.Length;
                return null;
        }
    }

    private static int Cube(int level) => level == 0 ? 0 : 55 + (40 * level);
}
