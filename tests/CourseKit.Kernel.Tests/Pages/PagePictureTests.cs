using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;

namespace CourseKit.Kernel.Tests.Pages;

/// <summary>Pictures that lie beside a notebook or in it are a part of its page, or the page says what is wrong with them.</summary>
public sealed class PagePictureTests : IDisposable
{
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=");

    private static readonly string PngUri = $"data:image/png;base64,{Convert.ToBase64String(Png)}";

    private readonly string _folder = Directory.CreateTempSubdirectory("pictures").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("pic.png", "![p](pic.png)")]
    [InlineData("pic.png", "![p](./pic.png)")]
    [InlineData("pic.png", "![p](sub/../pic.png)")]
    [InlineData("pic.png", "![p](pic.png?v=2)")]
    [InlineData("pic.png", "![p](pic.png#part)")]
    [InlineData("pic.png", "![p][r]\n\n[r]: pic.png 'title'")]
    [InlineData("pic.png", "![p]\n\n[p]: pic.png")]
    [InlineData("pic.png", "[![p](pic.png)](https://example.org)")]
    [InlineData("pic.png", "- > ![p](pic.png)")]
    [InlineData("pic.png", "|a|\n|-|\n|![p](pic.png)|")]
    [InlineData("pic.png", "<img src=\"pic.png\" width=40>")]
    [InlineData("pic.png", "text <IMG width=40 SRC = 'pic.png' /> text")]
    [InlineData("pic.png", "<div>\n<img\n  alt=\"src=x > y\"\n  src=pic.png></div>")]
    [InlineData("pic.png", "<center><img src=\"pic.png\" srcset=\"large.png 2x\"></center>")]
    [InlineData("sub/my pic.png", "![p](sub/my%20pic.png \"title\")")]
    [InlineData("sub/my pic.png", "![p](<sub/my pic.png>)")]
    [InlineData("sub/my pic.png", "<img src='sub/my pic.png'>")]
    [InlineData("sub/my pic.png", "<img src='sub\\my pic.png'>")]
    [InlineData("a&b.png", "<img src='a&amp;b.png'>")]
    [InlineData("a#b.png", "![p](a%23b.png)")]
    [InlineData("a#b.png", "![p](a#b.png)")]
    [InlineData("100%.png", "![p](100%.png)")]
    [InlineData("100%.png", "![p](100%25.png)")]
    [InlineData("a%20b.png", "![p](a%20b.png)")]
    [InlineData("Bild-ä生.png", "![p](Bild-ä生.png)")]
    [InlineData("Bild-ä生.png", "![p](Bild-%C3%A4%E7%94%9F.png)")]
    [InlineData("noextension", "![p](noextension)")]
    [InlineData("wrong.jpg", "![p](wrong.jpg)")]
    public void A_picture_beside_the_notebook_comes_inside(string file, string markdown)
    {
        Write(file, Png);
        var picture = Assert.Single(Cell(markdown).QuerySelectorAll("img"));
        Assert.Equal(PngUri, picture.GetAttribute("src"));
        Assert.Null(picture.GetAttribute("srcset"));
    }

    [Fact]
    public void A_picture_keeps_its_words_its_size_and_its_place()
    {
        Write("pic.png", Png);
        var cell = Cell("A ![the *cat*](pic.png \"a title\") B\n\n<p>C <img class=x src=\"pic.png\" width=\"40\" alt='5 > 3'> D ![x](pic.png)</p>");
        var pictures = cell.QuerySelectorAll("img");
        Assert.Equal(["the cat", "5 > 3"], pictures.Select(picture => picture.GetAttribute("alt")));
        Assert.Equal("a title", pictures[0].GetAttribute("title"));
        Assert.Equal(("40", "x"), (pictures[1].GetAttribute("width"), pictures[1].ClassName));
        Assert.Equal("A  B\nC  D ![x](pic.png)", cell.TextContent.Trim());
    }

    [Theory]
    [InlineData("jpeg", "FFD8FFE000104A46")]
    [InlineData("gif", "474946383961")]
    [InlineData("webp", "524946460400000057454250")]
    [InlineData("svg+xml", "3C737667207769")]
    public void The_content_tells_the_kind_of_picture(string kind, string head)
    {
        Write("pic", kind == "svg+xml" ? Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?>\n<!-- 生 -->\n<!DOCTYPE svg [<!ENTITY n 'http://www.w3.org/2000/svg'>]>\n<svg xmlns=\"&n;\" width=\"9\"/>") : Convert.FromHexString(head));
        Assert.StartsWith($"data:image/{kind};base64,", Cell("![p](pic)").QuerySelector("img")!.GetAttribute("src"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("![a cat](cat.png)", "a cat: cat.png was not found")]
    [InlineData("![](sub/no%20cat.png)", "sub/no cat.png was not found")]
    [InlineData("<img src=\"gone.png\" alt=\"5 &lt; 6 & <b>\" onerror=\"x\">", "5 < 6 & <b>: gone.png was not found")]
    [InlineData("<div><img src='gone.png'></div>", "gone.png was not found")]
    [InlineData("![](%00.png)", "\ufffd.png was not found")]
    [InlineData("![](javascript:run)", "javascript:run was not found")]
    [InlineData("![x](folder.png)", "x: folder.png is a folder, not a picture")]
    [InlineData("![](empty.png)", "empty.png is empty")]
    [InlineData("![](page.png)", "page.png is no picture that a page can show (PNG, JPEG, GIF, WebP or SVG)")]
    [InlineData("![](broken.svg)", "broken.svg is no picture that a page can show (PNG, JPEG, GIF, WebP or SVG)")]
    [InlineData("![](bomb.svg)", "bomb.svg is no picture that a page can show (PNG, JPEG, GIF, WebP or SVG)")]
    [InlineData("![](large.png)", "large.png has 10.1 MB, and a page takes pictures of at most 10 MB")]
    [InlineData("![](attachment:none.png)", "none.png is not among the cell's attachments")]
    [InlineData("![](attachment:damaged.png)", "damaged.png is damaged: its content is not in base64")]
    [InlineData("![](attachment:page.png)", "page.png is no picture that a page can show (PNG, JPEG, GIF, WebP or SVG)")]
    [InlineData("<img src=attachment:nothing.png>", "nothing.png is not among the cell's attachments")]
    public void The_page_says_why_there_is_no_picture(string markdown, string words)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "folder.png"));
        Write("empty.png", []);
        Write("page.png", "<!DOCTYPE html><p>x</p>"u8.ToArray());
        Write("broken.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g></svg>"u8.ToArray());
        Write("bomb.svg", Encoding.UTF8.GetBytes(
            $"<!DOCTYPE svg [<!ENTITY a0 'xxxxxxxxxx'>{string.Concat(Enumerable.Range(1, 12).Select(i => $"<!ENTITY a{i} '{string.Concat(Enumerable.Repeat($"&a{i - 1};", 10))}'>"))}]><svg xmlns=\"http://www.w3.org/2000/svg\">&a12;</svg>"));
        using (var large = File.Create(Path.Combine(_folder, "large.png")))
            large.SetLength(10_100_000);
        var cell = Cell(markdown);
        Assert.Empty(cell.QuerySelectorAll("img"));
        Assert.Equal(words, Assert.Single(cell.QuerySelectorAll(".missing")).TextContent);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_named()
    {
        using var locked = new FileStream(Path.Combine(_folder, "locked.png"), FileMode.Create, FileAccess.Write, FileShare.None);
        locked.Write(Png);
        locked.Flush();
        Assert.Equal("locked.png could not be read", Cell("![](locked.png)").QuerySelector(".missing")!.TextContent);
    }

    [Theory]
    [InlineData("![p](attachment:a%20b.png)")]
    [InlineData("![p](<attachment:a b.png>)")]
    [InlineData("<img src=\"attachment:a%20b.png\" width=\"9\">")]
    [InlineData("<p><img src='attachment:a b.png'></p>")]
    public void An_attachment_comes_inside(string markdown) => Assert.Equal(PngUri, Assert.Single(Cell(markdown).QuerySelectorAll("img")).GetAttribute("src"));

    [Fact]
    public void What_lies_elsewhere_stays_as_it_was()
    {
        var cell = Cell("![face](https://example.org/face.png) [![badge](https://example.org/badge.svg)](https://example.org/go) <img src=\"data:image/gif;base64,R0lGODlh\">");
        Assert.Equal(["https://example.org/face.png", "https://example.org/go"], cell.QuerySelectorAll("a").Select(link => link.GetAttribute("href")));
        Assert.Equal(["face", "badge"], cell.QuerySelectorAll("a").Select(link => link.TextContent));
        Assert.Equal("data:image/gif;base64,R0lGODlh", Assert.Single(cell.QuerySelectorAll("img")).GetAttribute("src"));
        Assert.Empty(cell.QuerySelectorAll(".missing"));
    }

    [Fact]
    public void The_page_of_a_stranger_opens_no_file_of_this_machine_but_shows_attachments()
    {
        Write("pic.png", Png);
        var path = Path.Combine(_folder, "pic.png").Replace('\\', '/');
        NotebookCell Output() => Page.CellWith(Page.Display(("text/markdown", $"![x]({path})")), Page.Display(("text/html", $"<img src=\"{path}\">")));
        foreach (var markdown in new[] { $"![x]({path})", $"![x](<file://{path}>)", $"<img src=\"{path}\">", $"<div><img src=\"{path}\"></div>", $"![x][r]\n\n[r]: {path}", $"![x](attachment:{path})", "![x](pic.png)" })
        {
            var html = HtmlPage.RenderUntrusted(new Notebook(NotebookCell.Markdown(markdown), Output()), "t", "<h1>t</h1>");
            Assert.DoesNotContain(Convert.ToBase64String(Png), html, StringComparison.Ordinal);
            Assert.Empty(Page.Parse(html).QuerySelectorAll("main img"));
        }
        var attached = HtmlPage.RenderUntrusted(Attached("![in](attachment:a%20b.png)"), "t", "<h1>t</h1>");
        Assert.Equal(PngUri, Page.Parse(attached).QuerySelector("main img")!.GetAttribute("src"));
    }

    [Fact]
    public void Without_a_folder_no_file_is_shown() =>
        Assert.Equal("x: pic.png is no attachment of the notebook, and this page shows no other files", Page.Of(NotebookCell.Markdown("![x](pic.png)")).QuerySelector(".missing")!.TextContent);

    private IElement Cell(string markdown) => Page.Parse(HtmlPage.Render(Attached(markdown), "t", folder: _folder)).QuerySelector(".cell")!;

    private static Notebook Attached(string markdown)
    {
        var notebook = new Notebook(NotebookCell.Markdown(markdown));
        notebook.Cells[0].Json["attachments"] = new JsonObject
        {
            ["a b.png"] = new JsonObject { ["image/png"] = Convert.ToBase64String(Png) },
            ["damaged.png"] = new JsonObject { ["image/png"] = "not*base64" },
            ["page.png"] = new JsonObject { ["image/png"] = Convert.ToBase64String("<p>"u8) },
            ["nothing.png"] = new JsonObject(),
        };
        return notebook;
    }

    private void Write(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }
}
