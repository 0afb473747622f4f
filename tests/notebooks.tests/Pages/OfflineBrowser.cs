using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Playwright;
using Xunit.v3;

// One for all tests of an assembly: each test opens windows of its own in it. They are closed after the test, because a moving picture goes on.
[assembly: AssemblyFixture(typeof(CourseKit.Notebooks.Tests.Pages.OfflineBrowser))]
[assembly: CourseKit.Notebooks.Tests.Pages.WindowsAreClosed]

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>Headless Chromium, its network off; what pages complain of or ask for is collected.</summary>
public sealed class OfflineBrowser : IAsyncLifetime
{
    private static readonly string? Chromium = Command.OnPath("chromium", "chromium-browser", "google-chrome").FirstOrDefault();

    /// <summary>In milliseconds: what a page does is tested, not how long a busy machine takes for it.</summary>
    public const float Patience = 180_000;

    private static readonly ConcurrentDictionary<string, ConcurrentBag<IBrowserContext>> Windows = [];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Chromium is null)
            return; // a skip in here would be a failure
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    internal static void CloseWindowsOf(IXunitTest test)
    {
        if (Windows.TryRemove(test.UniqueID, out var windows))
            _ = Task.WhenAll(windows.Select(window => window.CloseAsync())); // not awaited: the threads that tests run on may all be here
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    /// <summary>Opens a file in a window of its own; console messages, errors, and requests that left the page or failed go to the list.</summary>
    public async Task<(IPage Page, List<string> Complaints)> Open(string path, int width, ColorScheme scheme, bool offline = true, bool scripts = true)
    {
        Assert.SkipWhen(_browser is null, "no chromium on PATH");
        var complaints = new List<string>();
        var context = await _browser.NewContextAsync(new() { Offline = offline, JavaScriptEnabled = scripts, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 740 } });
        Windows.GetOrAdd(TestContext.Current.Test!.UniqueID, _ => []).Add(context);
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        page.Console += (_, message) => complaints.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => complaints.Add($"error: {error}");
        page.RequestFailed += (_, request) => complaints.Add($"failed: {request.Url}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("file:", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                complaints.Add($"request: {request.Url}");
        };
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return (page, complaints);
    }
}

[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class WindowsAreClosedAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => OfflineBrowser.CloseWindowsOf(test);
}
