using System.Net;
using System.Net.Sockets;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;
using CourseKit.Kernel.Tests.Pages;
using Microsoft.Playwright;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>What the engine's own page maker promises of any notebook.</summary>
[Trait("Cost", "browser")]
public sealed class EnginePageTests(OfflineBrowser browser) : IDisposable
{
    private readonly TempFolder _folder = new();
    private List<string> _complaints = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1440, ColorScheme.Light)]
    public async Task The_rich_notebook_opens_offline_without_complaint_and_fits_the_screen(int width, ColorScheme scheme)
    {
        var page = await Open(HtmlPage.Render(Notebook.Load(Page.FixturePath), "Rich", "index.html"), width, scheme);
        Assert.Empty(_complaints);
        Assert.True(await page.EvaluateAsync<int>("document.querySelectorAll('.math').length") > 10);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('.math:not(:has(math)), .math merror').length"));
        Assert.Equal("The script of this output ran.", await page.TextContentAsync("#scripted"));
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.True(await page.EvaluateAsync<bool>("[...document.images].every(image => image.complete && image.naturalWidth > 0)"));
        Assert.Equal(width > 1000, await page.EvaluateAsync<bool>("document.querySelector('.contents details').open"));
        Assert.Equal(scheme == ColorScheme.Dark ? "dark" : "light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
    }

    [Fact]
    public async Task The_button_turns_light_to_dark_and_tells_the_outputs()
    {
        var page = await Open(HtmlPage.Render(new Notebook(NotebookCell.Markdown("# T")), "T"), 800, ColorScheme.Light);
        await page.EvaluateAsync("document.addEventListener('themechange', event => window.heard = event.detail)");
        var before = await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor");
        await page.ClickAsync("#theme");
        Assert.Equal("dark", await page.EvaluateAsync<string>("window.heard"));
        Assert.NotEqual(before, await page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor"));
        await page.ReloadAsync();
        Assert.Equal("dark", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
    }

    [Fact]
    public async Task Formulas_are_on_the_screen_and_what_cannot_be_set_shows_its_source()
    {
        string[] environments = ["align", "align*", "equation", "gather", "multline", "eqnarray", "flalign", "matrix", "pmatrix", "split", "smallmatrix"];
        var set = string.Concat(environments.Select(name => $"\\begin{{{name}}}\na = b \\\\\nc = d\n\\end{{{name}}}\n\n"))
            + @"$$\newcommand{\R}{\mathbb{R}} x$$ $x\in\R$ $\renewcommand{\R}{y}\R$ $\R$ $x_{\mbox{a}}$ $\require{cancel}x$ $$x \tag{7}$$";
        const string Unset = "\\begin{theorem}\nSo\n\\end{theorem}\n\nSee $\\eqref{eq:1}$ and $\\unknown$";
        var page = await Open(HtmlPage.Render(new Notebook(NotebookCell.Markdown(set), NotebookCell.Markdown(Unset)), "T"), 800, ColorScheme.Light);
        Assert.Empty(_complaints);
        // No row begins beyond the edge of its box, where a reader would have to scroll for it.
        Assert.Equal("", await page.EvaluateAsync<string>("""
            [...document.querySelectorAll(".cell:first-of-type .math")].filter(math => {
              const symbol = math.querySelector("mi")?.getBoundingClientRect();
              return !symbol?.width || symbol.left < 0 || symbol.right > innerWidth;
            }).map(math => math.textContent).join(" | ")
            """));
        Assert.Equal(["\\begin{theorem}\nSo\n\\end{theorem}", "\\eqref{eq:1}", "\\unknown"],
            await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.cell:last-of-type .math')].map(math => math.innerText)"));
    }

    [Fact]
    public async Task On_a_phone_no_line_begins_behind_a_formula_and_the_number_of_a_cell_covers_no_code()
    {
        var words = string.Concat(Enumerable.Range(0, 60).Select(i => $"{new string('a', 1 + i % 7)} $D$'s $x$, "));
        var code = NotebookCell.Code(new string('x', 80));
        code.ExecutionCount = 12;
        var page = await Open(HtmlPage.Render(new Notebook(NotebookCell.Markdown(words), code), "T"), 360, ColorScheme.Light);
        Assert.Equal(120, await page.EvaluateAsync<int>("document.querySelectorAll('.math').length"));
        Assert.Equal(0, await page.EvaluateAsync<int>("""
            [...document.querySelectorAll(".math")].filter(math => {
              const next = document.createRange();
              next.setStart(math.nextSibling, 0);
              next.setEnd(math.nextSibling, 1);
              return next.getBoundingClientRect().left < math.getBoundingClientRect().left;
            }).length
            """));
        Assert.True(await page.EvaluateAsync<bool>("""
            document.querySelector(".count").getBoundingClientRect().bottom <= document.querySelector("pre.code code").getBoundingClientRect().top
            """));
    }

    [Fact]
    public async Task What_a_cell_asks_of_a_server_never_reaches_it()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var url = $"http://{server.LocalEndpoint}/x";
        var html = $"<img src='{url}'><link rel=stylesheet href='{url}'><iframe src='{url}'></iframe><script src='{url}'></script>"
            + $"<script>fetch('{url}').catch(() => window.refused = true); navigator.sendBeacon('{url}', 'x')</script>";
        var page = await Open(HtmlPage.Render(new Notebook(Page.CellWith(Page.Display(("text/html", html)))), "T"), 800, ColorScheme.Light, offline: false);
        await page.WaitForFunctionAsync("window.refused");
        Assert.Contains(_complaints, complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal));
        // Chromium opens a connection for a frame before it looks at the policy, but sends nothing over it.
        while (server.Pending())
        {
            using var connection = await server.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, connection.Available);
        }
    }

    [Fact]
    public async Task The_cover_page_fits_a_phone()
    {
        var entry = CoverEntry.From(Notebook.Load(Page.FixturePath), "rich", "ok", 12, new Dictionary<string, double> { ["a.rather.long.figure.name.that.does.not.break"] = 0.887 }, new Dictionary<string, string>());
        var page = await Open(CoverPage.Render([entry, entry with { Error = new string('x', 400), Picture = null }], "Course", "Line", "Run"), 360, ColorScheme.Light);
        Assert.Empty(_complaints);
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task The_key_P_shows_a_section_at_a_time_for_a_projector()
    {
        var notebook = new Notebook(NotebookCell.Markdown("# Title\n\nFirst."), NotebookCell.Code("1"), NotebookCell.Markdown("## Second\n\nText."),
            NotebookCell.Code("2"), NotebookCell.Markdown("### Below\n\n<input id=field>"), NotebookCell.Markdown("## Third"));
        var page = await Open(HtmlPage.Render(notebook, "n"), 1200, ColorScheme.Light);
        async Task<string> Press(string key)
        {
            await page.Keyboard.PressAsync(key);
            return await page.EvaluateAsync<string>("[...document.querySelectorAll('main > section')].map(part => part.offsetParent ? 1 : 0).join('')");
        }
        Assert.Equal("111111", await Press("ArrowRight"));
        Assert.Equal("110000", await Press("p"));
        Assert.Equal("001110", await Press("ArrowRight"));
        Assert.Equal("000001", await Press("PageDown"));
        Assert.Equal("000001", await Press("ArrowRight"));
        Assert.Equal("001110", await Press("ArrowLeft"));
        // What somebody types into a field is not for the projector.
        await page.FocusAsync("#field");
        Assert.Equal("001110", await Press("p"));
        Assert.Equal("p", await page.InputValueAsync("#field"));
        Assert.Equal("001110", await Press("ArrowRight"));
        await page.EvaluateAsync("document.activeElement.blur()");
        Assert.Equal("111111", await Press("Escape"));
        // It begins again where the reader is.
        Assert.Equal("000001", await ScrollAndPress());
        Assert.Empty(_complaints);

        async Task<string> ScrollAndPress()
        {
            await page.EvaluateAsync("document.body.style.paddingBottom = '2000px'; document.querySelector('main > section:last-child').scrollIntoView({ behavior: 'instant' })");
            return await Press("P");
        }
    }

    private async Task<IPage> Open(string html, int width, ColorScheme scheme, bool offline = true)
    {
        var path = _folder.PathOf("page.html");
        await File.WriteAllTextAsync(path, html, TestContext.Current.CancellationToken);
        (var page, _complaints) = await browser.Open(path, width, scheme, offline);
        return page;
    }
}
