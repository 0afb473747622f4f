using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Pages;

/// <summary>
/// Shows HTML that a stranger wrote, in a frame that can do nothing. Its sandbox allows no script, no form and no way out to the page around it.
/// The frame inherits the page's policy, so it cannot load anything either. No part of the HTML can cover or change the page.
/// </summary>
internal static partial class FrameHtml
{
    private const double Line = 2.1, Shortest = 3.4, Tallest = 36, Pixel = 1 / 16.0; // in rem
    private const int LettersALine = 65, Width = 880;

    public static string Render(string html)
    {
        // Scripts would not run. They are left out because some are large: a page with charts holds megabytes of them.
        // The policy stops what other elements would load, but Chromium opens a connection before it asks the policy, and that tells the stranger who
        // reads the page. So these elements get a name that means nothing.
        var shown = Loading().Replace(Script().Replace(html, " "), "<x-");
        return string.Create(CultureInfo.InvariantCulture, $"<iframe class=\"output framed\" sandbox title=\"HTML of this cell\" style=\"height:{Height(shown):0.#}rem\" ")
            + $"srcdoc=\"{HtmlText.Escape($"<!DOCTYPE html><style>{Assets.ThemeCss}{Assets.FrameCss}</style><body>{shown}")}\"></iframe>";
    }

    // A guess, because without a script nobody can measure the content. If it is too low, the frame scrolls, and the reader can make it higher.
    private static double Height(string html)
    {
        var lines = Block().Split(html).Select(text => System.Net.WebUtility.HtmlDecode(Tag().Replace(text, "")).Trim().Length)
            .Sum(letters => Math.Ceiling((double)letters / LettersALine));
        var pictures = Pictures(html).ToList();
        // Pictures stand side by side as long as they fit.
        var rows = Math.Ceiling(pictures.Sum(picture => picture.Width) / Width);
        return Math.Clamp(1.75 + (lines * Line) + (rows * pictures.Select(picture => picture.Height).DefaultIfEmpty().Max() * Pixel), Shortest, Tallest);
    }

    private static IEnumerable<(double Width, double Height)> Pictures(string html)
    {
        foreach (Match svg in ViewBox().Matches(html))
        {
            if (double.TryParse(svg.Groups["width"].Value, CultureInfo.InvariantCulture, out var width) && double.TryParse(svg.Groups["height"].Value, CultureInfo.InvariantCulture, out var height) && width > 0)
                yield return Fitted(width, height);
        }
        foreach (Match png in Png().Matches(html))
        {
            var head = Convert.FromBase64String(png.Groups["head"].Value);
            yield return Fitted(BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(20)));
        }
    }

    private static (double Width, double Height) Fitted(double width, double height) => width > Width ? (Width, height * Width / width) : (width, height);

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    // Without its end tag, a script goes on to the end of the text.
    [GeneratedRegex(@"<script\b.*?(</script\b[^<>]*>|\z)", Options)]
    private static partial Regex Script();

    [GeneratedRegex(@"<(?=(link|meta|base|iframe|frame|object|embed)\b)", Options)]
    private static partial Regex Loading();

    [GeneratedRegex(@"<(br|p|div|tr|li|dt|dd|h[1-6]|pre|figcaption|summary|hr|table|ul|ol)\b[^<>]*>", Options)]
    private static partial Regex Block();

    [GeneratedRegex("<style\\b.*?(</style\\b[^<>]*>|\\z)|<[^<>]*>", Options)]
    private static partial Regex Tag();

    [GeneratedRegex("""<svg\b[^<>]*\bviewBox="[-.\d]+ [-.\d]+ (?<width>[.\d]{1,8}) (?<height>[.\d]{1,8})["]""", Options)]
    private static partial Regex ViewBox();

    // The first 24 bytes of a PNG end with its width and height.
    [GeneratedRegex("data:image/png;base64,(?<head>[A-Za-z0-9+/]{32})", Options)]
    private static partial Regex Png();
}
