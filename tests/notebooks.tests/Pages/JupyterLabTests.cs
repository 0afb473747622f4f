using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using Microsoft.Playwright;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>
/// A notebook that was saved elsewhere, in JupyterLab's own output areas: with its choice among an output's mime types, its style sheets and themes, and its
/// sanitizer, as long as the reader does not trust the notebook.
/// </summary>
[Collection(nameof(OutputRun))]
[Trait("Cost", "browser")]
public sealed class JupyterLabTests(OutputRun run, OfflineBrowser browser) : IDisposable
{
    /// <summary>What the outputs become that are more than HTML, where no script may run.</summary>
    private static readonly Dictionary<string, string> Untrusted = new()
    {
        ["card"] = "text.includes('TorchSharp')",
        ["chart"] = "text.includes('D 4 at update 3') && text.includes('and this one to draw this chart') && all('p')[0].parentElement.offsetHeight < 150",
        ["map"] = "all('img').length === 1 && all('img')[0].getBoundingClientRect().width > 300 && all('img')[0].naturalWidth > 100 && text.trim().startsWith('A map') "
            + "&& getComputedStyle(all('.ck-code-picture')[0]).visibility === 'hidden'",
        ["explorer"] = "all('img').length === 1 && all('img')[0].naturalWidth > 100 && text.includes('Where scripts run, sliders explore this generator.')",
        ["sentences"] = "text.includes('&<b>') && text.includes('Where scripts run, sliders explore this generator.')",
        ["plane"] = "all('img').length === 1 && all('img')[0].naturalWidth > 100 && text.includes('Where scripts run, this page trains both networks on')",
        ["film"] = "all('img').length === 3 && [...all('img')].every(image => image.naturalWidth > 20) && text.includes('update 5,000')",
    };

    private const string Script = """
        const all = selector => document.querySelectorAll(selector), areas = [...all('.cell')].map((cell, i) => show(cells[i], trusted, cell));
        // How far the lowest thing that can be seen in an output is above the output's end.
        function emptiness(output) {
          const ends = [...output.querySelectorAll('img, svg, canvas, input, button')].filter(seen).map(element => element.getBoundingClientRect().bottom), range = document.createRange();
          const texts = document.createTreeWalker(output, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) {
            if (!texts.currentNode.data.trim() || !seen(texts.currentNode.parentElement)) continue;
            range.selectNode(texts.currentNode);
            ends.push(range.getBoundingClientRect().bottom);
          }
          return output.getBoundingClientRect().bottom - Math.max(...ends);
        }
        function shown(i, drawn) {
          const output = all('.jp-OutputArea-output')[i], wrong = fault(output, 4.5, drawn);
          if (wrong) return wrong;
          const outside = ['Width', 'Height'].filter(side => output['scroll' + side] > output['client' + side] + 1);
          if (outside.length) return `more ${outside} than is shown`;
          if (document.documentElement.scrollWidth > innerWidth) return `${document.documentElement.scrollWidth} pixels wide`;
          if (emptiness(output) > 50) return `${emptiness(output)} pixels empty`;
          if ([...output.querySelectorAll('img')].some(image => !image.complete || !image.naturalWidth || !image.alt)) return 'an image that is not there, or has no words';
          return /=>|function ?\(|base64/.test(output.innerText) ? `code: ${output.innerText}` : '';
        }
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_output_draws_offline_is_readable_in_both_themes_and_fits(bool trusted)
    {
        var (page, complaints, kinds) = await Open(trusted);
        if (!trusted)
            Assert.Equal(0, await page.Locator(".cell").Locator("script, style, canvas, input, button").CountAsync());
        // The theme changes below outputs that have drawn, and so does the width.
        foreach (var (theme, width) in new[] { ("dark", 900), ("light", 420) })
        {
            await page.SetViewportSizeAsync(width, 740);
            await page.EvaluateAsync("name => theme(name)", theme);
            string Fault(int i) => $"shown({i}, (all, text) => {Drawn(kinds[i], trusted)})";
            try
            {
                for (var i = 0; i < kinds.Count; i++)
                    await page.WaitForFunctionAsync($"!{Fault(i)}");
            }
            catch (TimeoutException)
            {
                var faults = new List<string>();
                for (var i = 0; i < kinds.Count; i++)
                    faults.Add($"{kinds[i]}: {await page.EvaluateAsync<string>(Fault(i))}");
                Assert.Fail($"{theme}, {width} pixels:\n{string.Join('\n', faults.Where(fault => !fault.EndsWith(": ", StringComparison.Ordinal)))}");
            }
            // For whoever looks at what the checks leave behind.
            await page.ScreenshotAsync(new() { Path = Path.Combine(Course.Root, "out", "screenshots", $"jupyterlab-{(trusted ? "" : "un")}trusted-{theme}.png"), FullPage = true });
        }
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task What_moves_moves_and_a_live_view_is_never_empty()
    {
        var (page, complaints, kinds) = await Open(trusted: true);
        ILocator Output(string kind) => page.Locator(".jp-OutputArea-output").Nth(kinds.IndexOf(kind));

        var picture = Output("explorer").Locator("canvas").First;
        await picture.WaitForAsync();
        var before = await picture.EvaluateAsync<string>("canvas => canvas.toDataURL()");
        await Output("explorer").GetByText("random").ClickAsync();
        await page.WaitForFunctionAsync("([canvas, before]) => canvas.toDataURL() !== before", new object[] { (await picture.ElementHandleAsync())!, before });

        await Output("plane").GetByText("step (a)").ClickAsync();
        await Assertions.Expect(Output("plane")).ToContainTextAsync("1 of D", new() { Timeout = OfflineBrowser.Patience });

        await Output("map").Locator("svg").PressAsync("ArrowRight");
        await Assertions.Expect(Output("map").Locator(".ck-code-picture span")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^[abc]$"));
        Assert.True(await Output("map").Locator(".ck-code-picture div").EvaluateAsync<bool>("picture => picture.checkVisibility({ visibilityProperty: true }) && picture.offsetWidth > 50"));

        await Output("film").GetByLabel("moment of the training").PressAsync("Home");
        await Assertions.Expect(Output("film").Locator("output")).ToHaveTextAsync("update 100");

        // The running cell replaces its view twice a second. What has no size for a moment would make everything below it jump.
        Assert.Equal("", await page.EvaluateAsync<string>("""
            async i => {
              const model = areas.find((_, cell) => all('.cell')[cell].contains(all('.jp-OutputArea-output')[i])), output = all('.jp-OutputArea-output')[i], height = output.offsetHeight;
              for (let update = 0; update < 10; update++) {
                model.set(0, model.get(0).toJSON());
                await new Promise(done => requestAnimationFrame(done));
                if (output.offsetHeight !== height || [...output.querySelectorAll('img')].some(image => !image.complete)) return `update ${update}: ${output.offsetHeight} of ${height} pixels`;
              }
              return '';
            }
            """, kinds.IndexOf("live")));
        Assert.Empty(complaints);
    }

    // JupyterLab takes a chart's HTML.
    private static string Drawn(string kind, bool trusted) =>
        !trusted && Untrusted.TryGetValue(kind, out var drawn) ? drawn : OutputChecks.Drawn[kind == "chart" ? "chart as HTML" : kind];

    private async Task<(IPage Page, List<string> Complaints, List<string> Kinds)> Open(bool trusted)
    {
        Assert.True(run.Result.ExitCode == 0, run.Result.Output + run.Result.Error);
        var bundle = await JupyterLab.BundleAsync();
        var cells = Notebook.Load(run.Executed).Cells.Where(cell => cell.Tags.Count > 0).ToList();
        var kinds = cells.SelectMany(cell => cell.Outputs.Select((_, i) => i == 0 ? cell.Tags[0] : $"{cell.Tags[0]}'s error")).ToList();
        var path = _folder.PathOf("lab.html");
        await File.WriteAllTextAsync(path, $"""
            <!DOCTYPE html><meta charset=utf-8><base href="{new Uri(bundle + "/").AbsoluteUri}"><link rel=stylesheet href=lab.css>
            <style>body {"{"} margin: 0; background: var(--jp-layout-color0); {"}"}</style>
            <body class=jp-ThemedContainer>{string.Concat(cells.Select(_ => "<div class=cell></div>"))}
            <script src=lab.js></script>
            <script>const trusted = {(trusted ? "true" : "false")}, cells = {new JsonArray([.. cells.Select(Outputs)]).ToJsonString().Replace("<", "\\u003c", StringComparison.Ordinal)};
            {OutputChecks.Script}{Script}</script>
            """, TestContext.Current.CancellationToken);
        var (page, complaints) = await browser.Open(path, 900, ColorScheme.Light);
        return (page, complaints, kinds);
    }

    // Jupyter's server joins the lines of the file before JupyterLab gets them.
    private static JsonNode Outputs(NotebookCell cell)
    {
        var outputs = cell.Outputs.DeepClone().AsArray();
        foreach (var data in outputs.Select(output => output!["data"]).OfType<JsonObject>())
        {
            foreach (var (type, lines) in data.Where(part => part.Value is JsonArray).ToList())
                data[type] = MultilineText.Join(lines!);
        }
        return outputs;
    }
}
