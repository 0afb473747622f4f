using System.Text.Json.Nodes;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Tests.Pages;

public sealed class HtmlOutputTests
{
    [Fact]
    public void The_richest_form_of_a_value_is_shown_and_only_that()
    {
        string[] order = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/latex", "application/json", "text/plain"];
        string[] shown = [".html", ".svg img", ".image img", ".image img", ".output.prose", ".latex .math", ".json", ".plain"];
        for (var i = 0; i < order.Length; i++)
        {
            var bundle = order[i..].Reverse().Select(mime => (mime, (JsonNode)JsonValue.Create($"from {mime}")!));
            var output = Assert.Single(Page.Of(Page.CellWith(Page.Display([.. bundle]))).QuerySelectorAll(".output"));
            Assert.NotNull(output.ParentElement!.QuerySelector(shown[i]));
        }
    }

    [Fact]
    public void Html_comes_raw_with_its_scripts_and_lines_joined()
    {
        var page = Page.Of(Page.CellWith(Page.Display(("text/html", new JsonArray("<b>x</b>\n", "<script>let a = 1 < 2;</script>")))));
        Assert.Equal("let a = 1 < 2;", page.QuerySelector(".html script")!.TextContent);
        Assert.Equal("x", page.QuerySelector(".html b")!.TextContent);
    }

    [Fact]
    public void A_recorded_figure_shows_its_html_never_itself()
    {
        var scrap = new JsonObject { ["name"] = "secret-scrap", ["data"] = 1 };
        var page = Page.Of(Page.CellWith(
            Page.Display(("application/scrapbook.scrap.json+json", scrap), ("text/html", "<p>figure</p>")),
            Page.Display(("application/scrapbook.scrap.json+json", scrap.DeepClone()))));
        Assert.Equal("figure", Assert.Single(page.QuerySelectorAll(".output")).TextContent);
        Assert.DoesNotContain("secret-scrap", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_takes_its_alternative_text_from_metadata_else_from_its_text()
    {
        var named = Page.Display(("image/png", "iVBO\nAAAA\n"), ("text/plain", "plain"));
        named["metadata"] = new JsonObject { ["image/png"] = new JsonObject { ["alt"] = "A grid", ["width"] = 320 } };
        var page = Page.Of(Page.CellWith(named, Page.Display(("image/jpeg", "AAAA"), ("text/plain", "plain"))));
        var images = page.QuerySelectorAll("img");
        Assert.Equal(["A grid", "plain"], images.Select(image => image.GetAttribute("alt")));
        Assert.Equal("data:image/png;base64,iVBOAAAA", images[0].GetAttribute("src"));
        Assert.Equal("320", images[0].GetAttribute("width"));
    }

    [Theory]
    [InlineData("$$x^2$$", ".output.latex .math.display", "x^2")]
    [InlineData("$x^2$", ".output.latex .math:not(.display)", "x^2")]
    [InlineData(@"\[x^2\]", ".output.latex .math.display", "x^2")]
    [InlineData(@"\(x^2\)", ".output.latex .math:not(.display)", "x^2")]
    [InlineData("x^2", ".output.latex .math.display", "x^2")]
    [InlineData("The loss is $x^2$", ".output.prose .math:not(.display)", "x^2")]
    [InlineData("$a$ and $b$", ".output.prose .math:first-child", "a")]
    public void Latex_is_a_formula_or_text_with_formulas(string latex, string selector, string formula) =>
        Assert.Equal(formula, Page.Of(Page.CellWith(Page.Display(("text/latex", latex)))).QuerySelector(selector)?.TextContent);

    [Fact]
    public void An_svg_is_a_picture_whose_scripts_do_not_run()
    {
        var svg = Page.Of(Page.CellWith(Page.Display(("image/svg+xml", "<svg><script>alert(1)</script>生成</svg>")))).QuerySelector("img")!;
        var data = Convert.FromBase64String(svg.GetAttribute("src")!["data:image/svg+xml;base64,".Length..]);
        Assert.Contains("生成", System.Text.Encoding.UTF8.GetString(data), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_shows_its_message_once_and_the_traceback_in_colours()
    {
        var error = Page.Error("BadShape", "8 != 9", "\e[31mBadShape\e[0m: 8 != 9", "  at line \e[1m3\e[0m");
        var box = Page.Of(Page.CellWith(error)).QuerySelector(".error")!;
        Assert.Equal("BadShape: 8 != 9", box.QuerySelector("p")!.TextContent);
        Assert.Equal("  at line 3", box.QuerySelector("pre")!.TextContent);
        Assert.Equal("3", box.QuerySelector("pre span")!.TextContent);
        Assert.Null(Page.Of(Page.CellWith(Page.Error("E", "m", "E: m"))).QuerySelector(".error pre"));
    }

    [Fact]
    public void Outputs_stand_in_their_order_under_their_cell()
    {
        var page = Page.Of(Page.CellWith(Page.Stream("stdout", "a"), Page.Display(("text/plain", "b")), Page.Stream("stderr", "c"), Page.Error("E", "d")));
        Assert.Equal(["a", "b", "c", "E: d"], page.QuerySelectorAll(".code-cell .output").Select(output => output.TextContent));
    }

    [Theory]
    [InlineData("plain <b> & 'x'", "plain &lt;b&gt; &amp; &#39;x&#39;")]
    [InlineData("\e[31mred\e[0m not", "<span style=\"color:var(--ansi-1);\">red</span> not")]
    [InlineData("\e[1;92mok\e[22m.", "<span style=\"color:var(--ansi-10);font-weight:bold;\">ok</span><span style=\"color:var(--ansi-10);\">.</span>")]
    [InlineData("\e[38;5;208mo\e[39m\e[48;2;1;2;3mb", "<span style=\"color:rgb(255,135,0);\">o</span><span style=\"background:rgb(1,2,3);\">b</span>")]
    [InlineData("\e[38;5;244mg\e[m", "<span style=\"color:rgb(128,128,128);\">g</span>")]
    [InlineData("\e[7mdefault\e[27m not", "<span style=\"color:var(--paper);background:var(--ink);\">default</span> not")]
    [InlineData("\e[31;7mr\e[44mb\e[0m.", "<span style=\"color:var(--paper);background:var(--ansi-1);\">r</span><span style=\"color:var(--ansi-4);background:var(--ansi-1);\">b</span>.")]
    [InlineData("\e[7;42mg\e[27mp", "<span style=\"color:var(--ansi-2);background:var(--ink);\">g</span><span style=\"background:var(--ansi-2);\">p</span>")]
    [InlineData("\e[2K\e[1Aup\e]0;title\adone\e(B\a\b", "updone")]
    [InlineData("\e[31<script>", "cript&gt;")]
    [InlineData("\e[38;5m\e[38;2;1mx\e[99999999999mx", "xx")]
    [InlineData("10 %\r50 %\r100 %\nnext\r\nlast", "100 %\nnext\r\nlast")]
    [InlineData("", "")]
    public void Terminal_text_is_escaped_and_its_colours_become_spans(string text, string html) => Assert.Equal(html, AnsiText.Render(text));
}
