using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CourseKit.Kernel.Pages;

/// <summary>
/// HTML that stands in the Markdown of a trusted page. It passes through, except that its formulas are set, as in Jupyter, and its pictures become part
/// of the page.
/// </summary>
internal sealed partial class RawHtml(PageContext page, CellPictures pictures)
{
    /// <summary>A block of HTML: formulas in its text, but not in its scripts and its code, and pictures.</summary>
    public string Block(string html)
    {
        var result = new StringBuilder(html.Length);
        for (var i = 0; i < html.Length;)
        {
            if (html[i] == '<' && Markup().Match(html, i) is { Success: true } markup)
            {
                result.Append(Tag(markup.Value));
                i += markup.Length;
            }
            else if (html[i] is '$' or '\\' && Formula.At(html, i, inHtml: true) is { } formula)
            {
                page.HasMath = true;
                result.Append(MarkdownHtml.Math(WebUtility.HtmlDecode(formula.Latex), formula.IsDisplay));
                i += formula.Source.Length;
            }
            else
            {
                var escaped = html.AsSpan(i).StartsWith(@"\$");
                result.Append(html[escaped ? i + 1 : i]);
                i += escaped ? 2 : 1;
            }
        }
        return result.ToString();
    }

    /// <summary>One tag. A picture's tag gets the picture itself, or becomes the words that say why there is none.</summary>
    public string Tag(string tag)
    {
        if (!Img().IsMatch(tag))
            return tag;
        var attributes = Attribute().Matches(tag[4..]);
        if (Value(attributes, "src") is not { } address || pictures.Find(address) is not { } picture)
            return tag;
        if (picture.Problem is { } problem)
            return MarkdownHtml.Missing(Value(attributes, "alt") ?? "", problem);
        // Other sizes of the picture would be other files.
        var others = attributes.Where(attribute => attribute.Groups["name"].Value.ToLowerInvariant() is not ("src" or "srcset")).Select(attribute => $" {attribute.Value}");
        return $"<img src=\"{picture.Uri}\"{string.Concat(others)}>";
    }

    /// <summary>The name of the element that a tag begins or ends, if no formula is set in it; else null.</summary>
    public static (string Name, bool IsEnd)? CodeElement(string tag) =>
        Code().Match(tag) is { Success: true } code ? (code.Groups["name"].Value.ToLowerInvariant(), code.Groups["end"].Success) : null;

    private static string? Value(IEnumerable<Match> attributes, string name) =>
        attributes.FirstOrDefault(attribute => attribute.Groups["name"].Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
            ? WebUtility.HtmlDecode(found.Groups["value"].Value).Trim() : null;

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.Singleline;

    // A comment, an element in which no formula is set, or a tag. Without its end, one of the first two goes on to the end of the text.
    [GeneratedRegex("""\G<(!--.*?(-->|\z)|(?<raw>script|style|textarea|pre|code|svg|math)\b[^>]*(?<!/)>.*?(</\k<raw>\s*>|\z)|/?[a-z]([^"'<>]|"[^"]*"|'[^']*')*>)""", Options)]
    private static partial Regex Markup();

    [GeneratedRegex(@"\A<(?<end>/)?(?<name>script|style|textarea|pre|code|svg|math)(?=[\s/>])", Options)]
    private static partial Regex Code();

    [GeneratedRegex(@"\A<img(?=[\s/>])", Options)]
    private static partial Regex Img();

    [GeneratedRegex("""(?<name>[^\s"'<>/=]+)(\s*=\s*("(?<value>[^"]*)"|'(?<value>[^']*)'|(?<value>[^\s"'<>]+)))?""", Options)]
    private static partial Regex Attribute();
}

internal sealed class RawHtmlBlockRenderer(RawHtml raw) : HtmlObjectRenderer<HtmlBlock>
{
    protected override void Write(HtmlRenderer renderer, HtmlBlock block)
    {
        renderer.EnsureLine();
        renderer.WriteLine(raw.Block(MarkdownHtml.Text(block)));
    }
}

internal sealed class RawTagRenderer(RawHtml raw) : HtmlObjectRenderer<HtmlInline>
{
    protected override void Write(HtmlRenderer renderer, HtmlInline inline) => renderer.Write(raw.Tag(inline.Tag));
}
