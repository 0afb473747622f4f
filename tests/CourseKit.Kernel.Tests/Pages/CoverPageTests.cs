using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Tests.Pages;

public sealed class CoverPageTests
{
    private static readonly Dictionary<string, double> NoFigures = [];
    private static readonly Dictionary<string, string> NoWords = [];

    [Fact]
    public void Title_and_sentence_come_from_the_first_heading_and_the_paragraph_after_it()
    {
        var notebook = new Notebook(
            NotebookCell.Markdown("before"), NotebookCell.Markdown("# The *two* networks: $G$\n\n![p](x.png)"), NotebookCell.Code("1"),
            NotebookCell.Markdown("## Part\n\nA **generator** eats\na [vector](x) `z`.\n\nMore."));
        var entry = CoverEntry.From(notebook, "01-x", "ok", 1, NoFigures, NoWords);
        Assert.Equal("The two networks: G", entry.Title);
        Assert.Equal("p", entry.Sentence);
        notebook.RemoveAt(1);
        notebook.Insert(1, NotebookCell.Markdown("# T"));
        Assert.Equal("A generator eats a vector z.", CoverEntry.From(notebook, "01-x", "ok", 1, NoFigures, NoWords).Sentence);
        Assert.Equal("01-x", CoverEntry.From(new Notebook(), "01-x", "ok", 1, NoFigures, NoWords).Title);
    }

    [Fact]
    public void The_picture_is_the_first_of_the_cover_cell_else_of_the_last_cell_that_has_one()
    {
        var first = Page.CellWith(Page.Stream("stdout", "x"), Page.Display(("text/html", "<p><img alt=\"a &lt; b\" src='data:image/png;base64,AAAA'></p>")));
        var last = Page.CellWith(Page.Display(("image/png", "BB\nBB"), ("text/plain", "two")), Page.Display(("image/png", "CCCC")));
        var notebook = new Notebook(NotebookCell.Markdown("# T"), first, last, NotebookCell.Code("no picture"));
        var entry = CoverEntry.From(notebook, "n", "ok", 1, NoFigures, NoWords);
        Assert.Equal(("data:image/png;base64,BBBB", "two"), (entry.Picture, entry.PictureAlt));
        first.Metadata["tags"] = new JsonArray("cover");
        entry = CoverEntry.From(notebook, "n", "ok", 1, NoFigures, NoWords);
        Assert.Equal(("data:image/png;base64,AAAA", "a < b"), (entry.Picture, entry.PictureAlt));
        Assert.Null(CoverEntry.From(new Notebook(NotebookCell.Code("1")), "n", "ok", 1, NoFigures, NoWords).Picture);
    }

    [Fact]
    public void A_card_a_lecture_with_its_figures_status_and_link()
    {
        var good = new CoverEntry("01 a", "One", "First.", "data:image/png;base64,AAAA", "alt", "ok", 83.2, new Dictionary<string, double> { ["confidence"] = 0.88712, ["samples"] = 2000 }, NoWords, null);
        var bad = new CoverEntry("02", "Two", "", null, "", "failed", 3.14, NoFigures, NoWords, "cell 4: <boom>");
        var page = Page.Parse(CoverPage.Render([good, bad], "Course", "A line.", "Run today."));
        var cards = page.QuerySelectorAll("article");
        Assert.Equal(2, cards.Length);
        Assert.Equal("01%20a.html", cards[0].QuerySelector("h2 a")!.GetAttribute("href"));
        Assert.Equal(["confidence", "samples"], cards[0].QuerySelectorAll("dt").Select(name => name.TextContent));
        Assert.Equal(["0.887", "2,000"], cards[0].QuerySelectorAll("dd").Select(value => value.TextContent));
        Assert.Contains("1 min 23 s", cards[0].QuerySelector(".run")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("ok", cards[0].QuerySelector(".status.ok")!.TextContent);
        Assert.Equal("cell 4: <boom>", cards[1].QuerySelector(".failure")!.TextContent);
        Assert.Equal("failed", cards[1].QuerySelector(".status.bad")!.TextContent);
        Assert.Null(cards[1].QuerySelector("img"));
        Assert.Equal("Run today.", page.QuerySelector("footer")!.TextContent);
    }

    [Fact]
    public void A_card_says_its_figures_in_the_words_of_their_captions_where_there_are_some()
    {
        var entry = new CoverEntry("n", "One", "", null, "", "ok", 1, new Dictionary<string, double> { ["eyes"] = 0.99, ["loss"] = 2, ["faces"] = 0.9 },
            new Dictionary<string, string> { ["faces"] = "90 % are faces", ["eyes"] = "99 % have two eyes of one colour" }, null);
        var card = Page.Parse(CoverPage.Render([entry], "Course", "A line.", "Run today.")).QuerySelector("article")!;
        Assert.Equal(["99 % have two eyes of one colour", "90 % are faces"], card.QuerySelectorAll("li").Select(line => line.TextContent));
        Assert.Empty(card.QuerySelectorAll("dt"));
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        const string hostile = "\"><script>x</script>";
        var entry = new CoverEntry(hostile, hostile, hostile, $"data:{hostile}", hostile, hostile, 1, new Dictionary<string, double> { [hostile] = double.NaN }, NoWords, hostile);
        var told = entry with { Captions = new Dictionary<string, string> { [hostile] = hostile } };
        var page = Page.Parse(CoverPage.Render([entry, told], hostile, hostile, hostile));
        Assert.Single(page.QuerySelectorAll("script"));
        Assert.Equal(hostile, page.QuerySelector("h2")!.TextContent);
        Assert.Equal("NaN", page.QuerySelector("dd")!.TextContent);
        Assert.Equal(hostile, page.QuerySelector("li")!.TextContent);
    }
}
