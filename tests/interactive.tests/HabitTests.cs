using System.Text.Json.Nodes;
using CourseKit.Notebooks.Tests;
using CourseKit.Notebooks.Tests.Pages;
using Microsoft.Playwright;

namespace CourseKit.Interactive.Tests;

/// <summary>Notebooks as people write them for .NET Interactive, one a topic of its documentation, in our kernel.</summary>
public sealed class HabitTests(OfflineBrowser browser) : IDisposable
{
    // A chart is drawn where there is something of its trace: an empty chart has a frame, too.
    private const string Drawn = """
        [...document.querySelectorAll('.js-plotly-plot')].filter(chart => [...chart.querySelectorAll('canvas')].some(canvas => canvas.width > 0) || chart.querySelector(
          '.plot .trace, .plot .contourlayer path, .plot image, .plot .hm, .barlayer .point, .polarlayer .trace, .polarlayer .point, .ternarylayer .trace, .smithlayer .trace, '
          + '.carpetlayer path, .pielayer path, .funnelarealayer path, .sunburstlayer path, .treemaplayer path, .iciclelayer path, .sankey path, .table-control-view, '
          + '.indicatorlayer text, .parcats path, .parcoords')).length
        """;

    private static readonly string Notebooks = Path.Combine(Course.Root, "tests", "interactive.tests", "notebooks");

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Twelve_notebooks_run_but_for_what_is_in_other_languages()
    {
        // They write files beside themselves.
        var copies = Directory.CreateDirectory(folder.PathOf("copies")).FullName;
        foreach (var notebook in Directory.GetFiles(Notebooks, "??-*.ipynb"))
            File.Copy(notebook, Path.Combine(copies, Path.GetFileName(notebook)));
        var run = await Course.RunAsync([copies, "--keep-going", "--jobs", "2", "--out", folder.Root]);
        var notebooks = JsonNode.Parse(await File.ReadAllTextAsync(folder.PathOf("summary.json"), TestContext.Current.CancellationToken))!["notebooks"]!.AsArray();
        Assert.Equal(12, notebooks.Count);
        Assert.Equal([], notebooks.Where(notebook => (string?)notebook!["status"] != "ok").Select(notebook => notebook!.ToJsonString()));
        Assert.Equal(0, run.ExitCode);
        // The cells of another language say so, and nothing of them was compiled.
        var polyglot = await File.ReadAllTextAsync(folder.PathOf("08-polyglot.ipynb"), TestContext.Current.CancellationToken);
        Assert.Contains("F# is passed over", polyglot, StringComparison.Ordinal);
        Assert.Contains("PowerShell is passed over", polyglot, StringComparison.Ordinal);
        Assert.DoesNotContain("error CS", polyglot, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Cost", "browser")]
    public async Task A_chart_of_each_kind_of_Plotly_NET_is_drawn_without_a_network()
    {
        const int charts = 64;
        Assert.Equal(0, (await Course.RunAsync(Path.Combine(Notebooks, "plotly-charts.ipynb"), "--out", folder.Root)).ExitCode);
        var (page, complaints) = await browser.Open(folder.PathOf("plotly-charts.html"), 900, ColorScheme.Light);
        await page.WaitForFunctionAsync($"({Drawn}) === {charts}");
        Assert.Equal(charts, await page.EvaluateAsync<int>("document.querySelectorAll('.js-plotly-plot').length"));
        Assert.DoesNotContain(complaints, complaint => complaint.StartsWith("error", StringComparison.Ordinal) || complaint.StartsWith("request", StringComparison.Ordinal));
    }
}
