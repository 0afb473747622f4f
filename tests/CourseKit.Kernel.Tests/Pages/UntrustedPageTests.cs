using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Tests.Pages;

/// <summary>The page of a notebook that a stranger wrote. A browser tries it too (FeedbackPageTests); here is what the page looks like.</summary>
public sealed class UntrustedPageTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("a formula: $x$")]
    public void Every_script_of_the_page_is_named_by_its_hash_and_no_other_may_run(string markdown)
    {
        var page = Of(NotebookCell.Markdown(markdown));
        var policy = page.QuerySelector("meta[http-equiv]")!.GetAttribute("content")!.Split("; ").Single(part => part.StartsWith("script-src", StringComparison.Ordinal));
        Assert.Equal(
            page.QuerySelectorAll("script").Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.TextContent)))}'"),
            policy.Split(' ').Skip(1));
    }

    [Fact]
    public void Html_stands_in_a_frame_without_any_right_and_without_its_scripts()
    {
        var html = "<p>\"shown\" &amp; kept</p></iframe><script>run()</script><b>after</b><Link rel=x><li<script></script>nk><SCRIPT src=x>never ends";
        var frame = Assert.Single(Of(Page.CellWith(Page.Display(("text/html", html)))).QuerySelectorAll("iframe"));
        Assert.Equal("", frame.GetAttribute("sandbox"));
        Assert.EndsWith("<body><p>\"shown\" &amp; kept</p></iframe> <b>after</b><x-Link rel=x><li nk> ", frame.GetAttribute("srcdoc"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_is_higher_where_there_is_more_to_show_but_has_its_bounds()
    {
        var lines = new[] { 1, 4, 10, 10_000 }.Select(count => Height(string.Concat(Enumerable.Repeat("<div>line</div>", count)))).ToList();
        Assert.Equal(lines.Order(), lines);
        Assert.Equal(4, lines.Distinct().Count());
        Assert.InRange(lines[0], 2, 5);
        Assert.InRange(lines[3], 30, 40);
        // The head of a PNG of 200 by 160 pixels: ten rem at the usual size of letters.
        Assert.InRange(Height("<img src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAMgAAACg\">"), 10, 14);
        Assert.All(["<script>", "<style>", "</script"], part => Assert.InRange(Height("<script>" + string.Concat(Enumerable.Repeat(part, 200_000))), 2, 4));
    }

    [Fact]
    public void A_picture_needs_no_frame_and_a_chart_is_told_in_words()
    {
        var page = Of(Page.CellWith(
            Page.Display(("text/html", "<img>"), ("image/png", "iVBO")),
            Page.Display(("application/vnd.plotly.v1+json", new JsonObject()), ("text/html", "<div>"), ("text/plain", "a falling curve"))));
        Assert.Empty(page.QuerySelectorAll("iframe"));
        Assert.NotNull(page.QuerySelector("figure img"));
        Assert.Equal("a falling curve", page.QuerySelector(".plain")!.TextContent);
    }

    [Theory]
    [InlineData("<b>x</b>")]
    [InlineData("<div>\n\n# x\n</div>")]
    [InlineData("<!-- x -->")]
    [InlineData("# <svg onload=x>")]
    public void Html_in_Markdown_is_text(string markdown)
    {
        var section = Of(NotebookCell.Markdown(markdown)).QuerySelector("main > section")!;
        Assert.Empty(section.QuerySelectorAll("b, div, svg"));
        Assert.Contains('<', section.TextContent);
    }

    [Theory]
    [InlineData("[x](https://example.org)", "https://example.org")]
    [InlineData("<https://example.org/a>", "https://example.org/a")]
    [InlineData("see www.example.org", "http://www.example.org")]
    [InlineData("![x](https://example.org/x.png)", "https://example.org/x.png")]
    [InlineData("[x](mailto:a@example.org)", "mailto:a@example.org")]
    public void A_link_to_the_web_opens_a_window_of_its_own(string markdown, string address)
    {
        var link = Assert.Single(Of(NotebookCell.Markdown(markdown)).QuerySelectorAll("main > section a"));
        Assert.Equal((address, "_blank", "noopener noreferrer"), (link.GetAttribute("href"), link.GetAttribute("target"), link.GetAttribute("rel")));
    }

    [Theory]
    [InlineData("[x](javascript:run())")]
    [InlineData("[x](JaVaScRiPt:run())")]
    [InlineData("[x](<java\tscript:run()>)")]
    [InlineData("[x][r]\n\n[r]: javascript:run()")]
    [InlineData("[r]\n\n[r]: javascript:run()")]
    [InlineData("<javascript:run()>")]
    [InlineData("[x](data:text/html,run)")]
    [InlineData("[x](//example.org)")]
    [InlineData("[x](other.html)")]
    [InlineData("![x](javascript:run())")]
    [InlineData("[![x](a.png)](javascript:run())")]
    public void A_link_elsewhere_is_text(string markdown)
    {
        var section = Of(NotebookCell.Markdown(markdown)).QuerySelector("main > section")!;
        Assert.Empty(section.QuerySelectorAll("a, img"));
        Assert.NotEqual("", section.TextContent.Trim());
    }

    private static double Height(string html)
    {
        var style = Of(Page.CellWith(Page.Display(("text/html", html)))).QuerySelector("iframe")!.GetAttribute("style")!;
        return double.Parse(style["height:".Length..^"rem".Length], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IHtmlDocument Of(params NotebookCell[] cells) => Page.Parse(HtmlPage.RenderUntrusted(new Notebook(cells), "title", "<h1>head</h1>"));
}
