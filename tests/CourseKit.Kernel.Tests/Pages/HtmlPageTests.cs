using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Tests.Pages;

public sealed class HtmlPageTests
{
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&";

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        var page = Page.Parse(HtmlPage.Render(Notebook.Load(Page.FixturePath), "Rich", "index.html"));
        Assert.All(page.QuerySelectorAll("[src]"), element => Assert.StartsWith("data:", element.GetAttribute("src"), StringComparison.Ordinal));
        Assert.Equal("data:,", Assert.Single(page.QuerySelectorAll("link")).GetAttribute("href"));
        Assert.Contains("default-src 'none'", page.QuerySelector("meta[http-equiv]")!.GetAttribute("content"), StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page.QuerySelector("style")!.TextContent.Replace("url(data:", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_unique_and_every_link_within_the_page_has_its_target()
    {
        var page = Page.Parse(HtmlPage.Render(Notebook.Load(Page.FixturePath), "Rich"));
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id!).ToList();
        Assert.Equal(ids.Distinct(), ids);
        var links = page.QuerySelectorAll("a[href^='#']").Select(link => Uri.UnescapeDataString(link.GetAttribute("href")![1..])).ToList();
        Assert.True(links.Count > 10);
        Assert.Empty(links.Except(ids));
    }

    [Fact]
    public void Contents_list_headings_of_level_2_and_3_with_anchors_of_their_own()
    {
        var page = Page.Of(NotebookCell.Markdown("# T\n## Same\n### 生成 `G` of $z$\n#### deep"), NotebookCell.Markdown("## Same\n## ???\n## Content"));
        var entries = page.QuerySelectorAll("nav.contents li");
        Assert.Equal(["Same", "生成 G of z", "Same", "???", "Content"], entries.Select(entry => entry.TextContent));
        Assert.Equal(["#same", "#生成-g-of-z", "#same-2", "#section", "#content-2"], entries.Select(entry => entry.QuerySelector("a")!.GetAttribute("href")));
        Assert.Equal("level-3", entries[1].ClassName);
        Assert.Equal("G", entries[1].QuerySelector("code")!.TextContent);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("csharp", true)]
    [InlineData("C#", true)]
    [InlineData("F#", false)]
    public void Code_is_coloured_where_the_notebook_is_in_CSharp_or_names_no_language(string language, bool coloured)
    {
        var notebook = new Notebook(NotebookCell.Code("var x = 1;"));
        notebook.Metadata.Clear();
        if (language.Length > 0)
            notebook.Metadata["kernelspec"] = new JsonObject { ["language"] = language };
        Assert.Equal(coloured, notebook.IsCSharp);
        Assert.Equal(coloured, Page.Parse(HtmlPage.Render(notebook, "Lecture")).QuerySelector("pre.code .k") is not null);
    }

    [Fact]
    public void The_title_is_the_heading_only_where_the_notebook_has_none()
    {
        Assert.Equal("Lecture", Page.Of(NotebookCell.Markdown("text")).QuerySelector("h1")!.TextContent);
        Assert.StartsWith("Own", Assert.Single(Page.Of(NotebookCell.Markdown("# Own")).QuerySelectorAll("h1")).TextContent, StringComparison.Ordinal);
        Assert.Empty(Page.Of().QuerySelectorAll("nav"));
    }

    [Fact]
    public void Hostile_text_stays_text_in_title_code_streams_errors_raw_cells_and_alternative_text()
    {
        var picture = Page.Display(("image/png", "iVBOR\"onload=\"x"), ("text/plain", Hostile));
        var cell = Page.CellWith(
            Page.Stream("stdout", Hostile), Page.Stream("stderr", Hostile), Page.Error(Hostile, Hostile, Hostile), picture,
            Page.Display(("text/plain", Hostile)), Page.Display(("application/json", new JsonObject { [Hostile] = Hostile })),
            Page.Display(("application/" + Hostile, "x")), Page.Display(("text/latex", Hostile)));
        cell.Source = $"var x = \"{Hostile}\"; // {Hostile}\n#region {Hostile}";
        var page = Page.Parse(HtmlPage.Render(
            new Notebook(NotebookCell.Raw(Hostile), NotebookCell.Markdown($"## `{Hostile}` $<script>$\n```\n{Hostile}\n```"), cell), Hostile, Hostile));
        Assert.Equal(Hostile, page.Title);
        Assert.Equal(Hostile, page.QuerySelector("h1")!.TextContent);
        Assert.Equal(Hostile, page.QuerySelector("nav code")!.TextContent);
        Assert.Equal(Hostile, page.QuerySelector(".raw pre")!.TextContent);
        Assert.Equal(cell.Source, page.QuerySelector(".input code")!.TextContent);
        Assert.Equal(Hostile, page.QuerySelector(".stderr")!.TextContent);
        Assert.Equal($"{Hostile}: {Hostile}", page.QuerySelector(".error p")!.TextContent);
        Assert.Equal(Hostile, page.QuerySelector(".image img")!.GetAttribute("alt"));
        Assert.Equal(["src", "alt"], page.QuerySelector(".image img")!.Attributes.Select(attribute => attribute.Name));
        Assert.Equal(3, page.QuerySelectorAll("script").Length);
        Assert.Empty(page.QuerySelectorAll("[onerror], [onload]"));
    }

    [Fact]
    public void The_mathematics_script_comes_only_with_mathematics()
    {
        Assert.DoesNotContain("temml.render=", HtmlPage.Render(new Notebook(NotebookCell.Markdown("costs $5, or `$x$`")), "t"), StringComparison.Ordinal);
        var html = HtmlPage.Render(new Notebook(NotebookCell.Markdown("$x$")), "t");
        Assert.Contains("The above copyright notice and this permission notice shall be included", html, StringComparison.Ordinal);
        Assert.Equal(3, Page.Parse(html).QuerySelectorAll("script").Length);
    }

    [Theory]
    [InlineData("an $a_1 * b_2 * c$ inline", "a_1 * b_2 * c", false)]
    [InlineData("$$\n\\frac{a}{b} \\\\\n< c\n$$", "\\frac{a}{b} \\\\\n< c", true)]
    [InlineData("so $$x = 1$$ ends", "x = 1", true)]
    [InlineData("$$ x = 1 $$", "x = 1", true)]
    [InlineData("$$x = 1\n= 2$$", "x = 1\n= 2", true)]
    [InlineData("> over $a\n> = b$ lines", "a\n= b", false)]
    [InlineData("值$x$的", "x", false)]
    [InlineData("**bold $x * y$ end**", "x * y", false)]
    [InlineData("|a|\n|-|\n|$p(x|z)$|", "p(x|z)", false)]
    [InlineData("a price of \\$3 and $\\$x$", "\\$x", false)]
    public void Mathematics_keeps_its_latex_for_the_script_and_for_readers_without(string markdown, string latex, bool display)
    {
        var math = Assert.Single(Page.Of(NotebookCell.Markdown(markdown)).QuerySelectorAll(".math"));
        Assert.Equal(latex, math.TextContent);
        Assert.Equal(display, math.ClassList.Contains("display"));
    }

    [Theory]
    [InlineData("costs $5 and $6 more")]
    [InlineData("costs $5 or 6$7")]
    [InlineData("`$x$` and ``$$y$$``")]
    [InlineData("open $$ only")]
    [InlineData("empty $$$$ here")]
    [InlineData("$")]
    public void A_dollar_alone_is_a_dollar(string markdown)
    {
        var page = Page.Of(NotebookCell.Markdown(markdown));
        Assert.Empty(page.QuerySelectorAll(".math"));
        Assert.Equal(markdown.Replace("`", "", StringComparison.Ordinal), page.QuerySelector(".cell p")!.TextContent);
    }

    [Fact]
    public void Markdown_has_tables_task_lists_footnotes_alerts_and_coloured_fences()
    {
        var page = Page.Of(
            NotebookCell.Markdown("|a|b|\n|-|-|\n|1|2|\n\n- [x] done\n\nnote[^1]\n\n[^1]: foot\n\n> [!NOTE]\n> text\n\n```csharp\nvar x = 1;\n```"),
            NotebookCell.Markdown("note[^1]\n\n[^1]: other"));
        Assert.Equal("2", page.QuerySelector(".table td:last-child")!.TextContent);
        Assert.True(page.QuerySelector("li input[type=checkbox]")!.HasAttribute("checked"));
        Assert.Equal(2, page.QuerySelectorAll(".footnotes li").Select(note => note.Id).Distinct().Count());
        Assert.NotNull(page.QuerySelector(".markdown-alert-note"));
        Assert.Equal("var", page.QuerySelector(".prose pre .k")!.TextContent);
    }

    [Theory]
    [InlineData("```\n```")]
    [InlineData("~~~csharp")]
    public void Empty_code_is_an_empty_box(string markdown) => Assert.Equal("", Page.Of(NotebookCell.Markdown(markdown)).QuerySelector(".cell pre")!.TextContent);

    [Fact]
    public void Pictures_on_the_web_become_links_attachments_come_inside_and_notebooks_link_to_pages()
    {
        var json = new Notebook(NotebookCell.Markdown(
            "![face](https://example.org/face.png) ![in](attachment:a%20b.png) [next](02-x.ipynb#part) [web](https://example.org/x.ipynb)")).ToJson();
        var tree = JsonNode.Parse(json)!;
        tree["cells"]![0]!["attachments"] = new JsonObject { ["a b.png"] = new JsonObject { ["image/png"] = "iVBORw0KGgo=" } };
        var page = Page.Parse(HtmlPage.Render(Notebook.Parse(tree.ToJsonString()), "t"));
        Assert.Equal("data:image/png;base64,iVBORw0KGgo=", Assert.Single(page.QuerySelectorAll("main img")).GetAttribute("src"));
        Assert.Equal(
            ["https://example.org/face.png", "02-x.html#part", "https://example.org/x.ipynb"],
            page.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public void Tags_fold_and_label_the_code()
    {
        var counted = NotebookCell.Code("1");
        counted.ExecutionCount = 12;
        var page = Page.Of(NotebookCell.Code("secret", "hide-input"), NotebookCell.Code("seed = 2", "injected-parameters"), counted, NotebookCell.Code(" \n"));
        var folded = page.QuerySelector("details.input")!;
        Assert.False(folded.HasAttribute("open"));
        Assert.Equal("secret", folded.QuerySelector("code")!.TextContent);
        Assert.NotNull(page.QuerySelectorAll(".code-cell")[1].QuerySelector(".label"));
        Assert.Single(page.QuerySelectorAll(".label"));
        Assert.Equal("12", Assert.Single(page.QuerySelectorAll(".count")).TextContent);
        Assert.Equal(3, page.QuerySelectorAll("pre.code").Length);
    }
}
