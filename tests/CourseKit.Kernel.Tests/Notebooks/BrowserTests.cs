using System.Net;
using System.Net.Sockets;
using CourseKit.Kernel.Notebooks;
using Microsoft.Playwright;

namespace CourseKit.Kernel.Tests.Notebooks;

/// <summary>The pages in a real browser, its network off.</summary>
public sealed class BrowserTests : IAsyncLifetime
{
    private static readonly string? Chromium = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coursekit-browser-");
    private readonly List<string> _complaints = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Chromium is null, "no chromium on PATH");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        _folder.Delete(recursive: true);
    }

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
        var entry = CoverEntry.From(Notebook.Load(Page.FixturePath), "rich", "ok", 12, new Dictionary<string, double> { ["a.rather.long.figure.name.that.does.not.break"] = 0.887 });
        var page = await Open(CoverPage.Render([entry, entry with { Error = new string('x', 400), Picture = null }], "Course", "Line", "Run"), 360, ColorScheme.Light);
        Assert.Empty(_complaints);
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    private async Task<IPage> Open(string html, int width, ColorScheme scheme, bool offline = true)
    {
        var path = Path.Combine(_folder.FullName, "page.html");
        await File.WriteAllTextAsync(path, html, TestContext.Current.CancellationToken);
        var context = await _browser!.NewContextAsync(new() { Offline = offline, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 740 } });
        var page = await context.NewPageAsync();
        page.Console += (_, message) => _complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _complaints.Add($"error: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                _complaints.Add($"request: {request.Url}");
        };
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return page;
    }
}
