using System.Diagnostics;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Interactive.Tests;

/// <summary>What cells of .NET Interactive use, in our kernel.</summary>
[Collection("process-wide hooks")]
public sealed class TheirsHereTests : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly CSharpSession session;
    private int count;

    public TheirsHereTests() => session = new(folder.Root);

    public async ValueTask DisposeAsync()
    {
        await session.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task What_is_registered_with_its_formatter_is_honoured_everywhere()
    {
        var first = await ResultAsync("""
            using Microsoft.DotNet.Interactive.Formatting;
            record Point(int X, int Y);
            Formatter.Register<Point>(p => $"<b>{p.X}|{p.Y}</b>", "text/html");
            new Point(1, 2)
            """);
        Assert.Equal("<b>1|2</b>", first.Text("text/html"));
        Assert.Contains("<td><b>3|4</b></td>", (await ResultAsync("new[] { new Point(3, 4) }")).Text("text/html"), StringComparison.Ordinal);
        await ResultAsync("Formatter.ListExpansionLimit = 3; 0");
        Assert.Contains("[ 0, 1, 2 ... (7 more) ]", (await ResultAsync("Enumerable.Range(0, 10).ToList()")).Text("text/html"), StringComparison.Ordinal);
        await ResultAsync("Formatter.SetPreferredMimeTypesFor(typeof(Point), \"text/plain\"); 0");
        Assert.Equal(["text/plain"], (await ResultAsync("new Point(5, 6)")).MimeTypes);
        await ResultAsync("Formatter.ResetToDefault(); 0");
    }

    [Fact]
    public async Task Displays_update_although_the_package_has_functions_of_the_same_names()
    {
        var outputs = await RunAsync("""
            using Microsoft.DotNet.Interactive.Formatting;
            _ = Formatter.ListExpansionLimit;
            object value = "one";
            var shown = value.Display();
            shown.Update("two");
            "<i>three</i>".DisplayAs("text/html");
            new[] { new { A = 1 } }.DisplayTable();
            """);
        // A package that takes long to come says so once a second.
        var displays = outputs.OfType<DisplayOutput>().Where(output => !Regex.IsMatch(output.Data.Text("text/plain") ?? "", "^(Fetching p|P)ackage ")).ToList();
        Assert.Equal(displays[0].DisplayId, displays[1].DisplayId);
        Assert.True(displays[1].IsUpdate);
        Assert.Equal("<i>three</i>", displays[2].Data.Text("text/html"));
        Assert.Matches("<th[^>]*>A</th>", displays[3].Data.Text("text/html"));
    }

    [Fact]
    public async Task PocketView_writes_html_and_does_not_encode_what_HTML_marks()
    {
        Assert.Equal("<div><b>1 &lt; 2</b>&nbsp;</div>", (await ResultAsync("div(b(\"1 < 2\"), HTML(\"&nbsp;\"))")).Text("text/html"));
        Assert.Equal("<a href=\"x\">y</a>", (await ResultAsync("a[href: \"x\"](\"y\")")).Text("text/html"));
    }

    [Fact]
    public async Task Formulas_are_latex()
    {
        Assert.Equal("$$x^2$$", (await ResultAsync("(MathString)@\"x^2\"")).Text("text/latex"));
        Assert.Equal("$x$ is it", (await ResultAsync("(LaTeXString)\"$x$ is it\"")).Text("text/latex"));
    }

    [Fact]
    public async Task A_chart_is_drawn_and_plotly_js_travels_once_and_again_where_its_cell_runs_again()
    {
        await RunAsync("#r \"nuget: Plotly.NET.Interactive, 6.0.0\"\n#r \"nuget: Plotly.NET.CSharp, 0.14.0\"");
        const string cell = "Plotly.NET.CSharp.Chart.Column<int, string, string>(new[] { 1, 2 }, new[] { \"a\", \"</script><b>\" })";
        var first = await RunAsync(cell);
        var chart = first.OfType<ResultOutput>().Single().Data;
        Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "text/plain"], chart.MimeTypes);
        Assert.Equal("bar", (string?)chart["application/vnd.plotly.v1+json"]!["data"]![0]!["type"]);
        Assert.Equal("Plotly chart: bar", chart.Text("text/plain"));
        Assert.Equal(2, chart.Text("text/html")!.Split("</script>").Length);
        Assert.True(CarriesPlotly(first));
        Assert.False(CarriesPlotly(await RunAsync($"display({cell}); display({cell});")));
        Assert.True(CarriesPlotly(await RunAsync(cell)));

        static bool CarriesPlotly(IReadOnlyList<CellOutput> outputs) =>
            outputs.OfType<DisplayOutput>().Count(output => output.Data.Text("text/html") is { Length: > 500_000 } html && html.Contains("DecompressionStream", StringComparison.Ordinal)) == 1;
    }

    [Fact]
    public async Task Without_the_package_a_cell_that_names_it_says_so()
    {
        var notebook = folder.PathOf("old.ipynb");
        new Notebook(NotebookCell.Code("Formatter.ListExpansionLimit = 5;")).Save(notebook);
        var start = new ProcessStartInfo(BuiltCourse.Program, ["run", notebook, "--out", folder.PathOf("out")]);
        foreach (var name in new[] { "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY" })
            start.Environment[name] = "http://127.0.0.1:9";
        foreach (var name in new[] { "no_proxy", "NO_PROXY" })
            start.Environment[name] = "";
        foreach (var name in new[] { "NUGET_PACKAGES", "XDG_CACHE_HOME", "NUGET_HTTP_CACHE_PATH" })
            start.Environment[name] = folder.PathOf("empty", name);
        var run = await Command.RunAsync(start);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("The name 'Formatter' does not exist", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("this cell uses the formatter of .NET Interactive, whose package cannot be had now", run.Output + run.Error, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<CellOutput>> RunAsync(string code)
    {
        List<CellOutput> outputs = [];
        var result = await session.RunAsync(code, $"{++count}", outputs.Add, cancel: TestContext.Current.CancellationToken);
        return result.Error is { } error ? throw new InvalidOperationException(string.Join('\n', error.Traceback)) : outputs;
    }

    private async Task<MimeBundle> ResultAsync(string code) => (await RunAsync(code)).OfType<ResultOutput>().Single().Data;
}
