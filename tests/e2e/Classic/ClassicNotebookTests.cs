using CourseKit.Notebooks.Tests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace CourseKit.EndToEnd.Tests.Classic;

/// <summary>A student in the classic notebook, in a browser without network.</summary>
[Collection(nameof(Jupyter))]
public sealed class ClassicNotebookTests(Jupyter jupyter, OfflineBrowser browser) : IAsyncDisposable
{
    private const string Header = """
        #r "../lib/CourseKit/bin/Release/net10.0/CourseKit.dll"
        #r "../lib/CourseKit/bin/Release/net10.0/TorchSharp.dll"
        using CourseKit;
        using CourseKit.Data;
        using CourseKit.Plots;

        Course.Start(seed: 1)
        """;

    private NotebookServer? _server;
    private List<string> _complaints = [];

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task Run_all_shows_the_picture_the_chart_and_the_table()
    {
        var notebook = await Open("pictures.ipynb",
            Header,
            """
            var digits = Digits.Load().Train;
            ImageGrid.Of(digits.Images[..40], columns: 10)
            """,
            """
            int[] x = [.. Enumerable.Range(0, 50)];
            var square = Curve.Of("square", x, x.Select(i => i * i));
            var line = Curve.Of("line", x, x.Select(i => 20 * i));
            Curves.Of("Two functions", [square, line], y: "height", x: "width")
            """,
            """
            record Network(string Name, string Eats, string Gives);
            Network[] networks =
            [
                new("generator", "a vector", "an image"),
                new("discriminator", "an image", "a number"),
            ];
            networks
            """);
        await notebook.RunAll();

        await Expect(notebook.Prompt(4)).ToHaveTextAsync("In [4]:");
        var picture = notebook.Output(2).Locator("img");
        await Expect(picture).ToBeVisibleAsync();
        Assert.True(await picture.EvaluateAsync<bool>("image => image.complete && image.naturalWidth > 100"));
        await Expect(notebook.Output(3).Locator(".js-plotly-plot svg.main-svg").First).ToBeVisibleAsync();
        await Expect(notebook.Output(3).Locator(".js-plotly-plot .scatterlayer .trace")).ToHaveCountAsync(2);
        await Expect(notebook.Output(4).Locator("table td").First).ToBeVisibleAsync();
        await notebook.Photograph("run-all");
        AssertNothingFromOutside();
    }

    [Fact]
    public async Task Stop_ends_an_endless_cell_aborts_what_waits_and_keeps_the_variables()
    {
        var notebook = await Open("stop.ipynb",
            "var before = 1;",
            "var assigned = 0;\nwhile (true)\n    assigned = 42;",
            "Console.WriteLine(\"the queued cell ran\");",
            "before + assigned");
        await notebook.RunAll();
        await Expect(notebook.Prompt(1)).ToHaveTextAsync("In [1]:");
        await Expect(notebook.Prompt(3)).ToHaveTextAsync("In [*]:");
        await Task.Delay(1000, TestContext.Current.CancellationToken); // it is in its loop
        await notebook.Stop();

        await Expect(notebook.Output(2)).ToContainTextAsync("Stopped.");
        await Expect(notebook.Prompt(2)).ToHaveTextAsync("In [2]:");
        await Expect(notebook.Prompt(3)).ToHaveTextAsync("In [ ]:");
        await Expect(notebook.Prompt(4)).ToHaveTextAsync("In [ ]:");
        await notebook.KernelIsIdle();
        await Expect(notebook.Output(3)).ToHaveTextAsync("");
        await notebook.Photograph("stopped");

        await notebook.Run(4);
        await Expect(notebook.Output(4)).ToContainTextAsync("43");
        await notebook.Run(3);
        await Expect(notebook.Output(3)).ToContainTextAsync("the queued cell ran");
        await notebook.Photograph("after-stop");
        AssertNothingFromOutside();
    }

    [Fact]
    public async Task What_a_cell_asks_for_is_typed_below_it_and_a_password_is_not_shown()
    {
        var notebook = await Open("input.ipynb", """
            Console.Write("Who are you? ");
            var name = Console.ReadLine();
            var password = Password();
            $"Hello, {name} with {password.Length} letters!"
            """);
        await notebook.Run(1);
        var line = notebook.Cell(1).Locator("input.raw_input[type=text]");
        await line.FillAsync("Ada");
        await notebook.Photograph("input");
        await line.PressAsync("Enter");
        await notebook.Cell(1).Locator("input.raw_input[type=password]").FillAsync("enigma");
        await notebook.Photograph("password");
        await notebook.Cell(1).Locator("input.raw_input").PressAsync("Enter");

        await Expect(notebook.Output(1)).ToContainTextAsync("Hello, Ada with 6 letters!");
        await Expect(notebook.Output(1)).Not.ToContainTextAsync("enigma");
        await Expect(notebook.Cell(1).Locator("input.raw_input")).ToHaveCountAsync(0);
        await notebook.Photograph("answered");
        AssertNothingFromOutside();
    }

    [Fact]
    public async Task Tab_completes_and_shift_tab_explains()
    {
        var notebook = await Open("assist.ipynb", "var digits = new List<int> { 1, 2, 3 };", "digits.Ad");
        await notebook.Run(1);
        await Expect(notebook.Prompt(1)).ToHaveTextAsync("In [1]:");
        await notebook.Press(2, "Control+End", "Tab");
        await Expect(notebook.Completions).ToHaveTextAsync(["Add", "AddRange"], new() { UseInnerText = true });
        await notebook.Photograph("completion");
        await notebook.Press(2, "Enter"); // takes the first
        await Expect(notebook.Cell(2).Locator(".CodeMirror-line")).ToHaveTextAsync("digits.Add");

        await notebook.Press(2, "Shift+Tab");
        await Expect(notebook.Tooltip).ToContainTextAsync("List<int>.Add(int item)");
        await Expect(notebook.Tooltip).ToHaveCSSAsync("opacity", "1"); // it fades in
        await notebook.Photograph("tooltip");
        AssertNothingFromOutside();
    }

    [Fact]
    public async Task After_a_restart_the_state_is_gone_and_the_error_says_where()
    {
        var notebook = await Open("restart.ipynb",
            "var kept = 7;\nint Half(int x) => x / (x - x);",
            "kept",
            "var y = kept;\nHalf(y)");
        await notebook.RunAll();
        await Expect(notebook.Output(2)).ToContainTextAsync("7");
        await Expect(notebook.Output(3)).ToContainTextAsync("DivideByZeroException");
        await Expect(notebook.Output(3)).ToContainTextAsync("line 2");
        await notebook.Photograph("error");

        await notebook.Restart();
        await notebook.Run(2);
        await Expect(notebook.Prompt(2)).ToHaveTextAsync("In [1]:");
        await Expect(notebook.Output(2)).ToContainTextAsync("CS0103");
        await notebook.Photograph("restarted");
        AssertNothingFromOutside();
    }

    private async Task<NotebookPage> Open(string name, params string[] cells)
    {
        jupyter.Require();
        _server = await NotebookServer.StartAsync(jupyter);
        (var page, _complaints) = await browser.Open(_server.Write(name, cells).AbsoluteUri, 1100, ColorScheme.Light, offline: false);
        SetDefaultExpectTimeout(OfflineBrowser.Patience);
        var notebook = new NotebookPage(page);
        await notebook.KernelIsIdle();
        return notebook;
    }

    private void AssertNothingFromOutside() => Assert.All(
        _complaints.Where(complaint => complaint.StartsWith("request: ", StringComparison.Ordinal)),
        complaint => Assert.StartsWith("request: http://127.0.0.1:", complaint, StringComparison.Ordinal));
}
