using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>A lecture with a small budget, executed by Jupyter's own headless runner.</summary>
[Collection(nameof(Jupyter))]
public sealed class ConvertTests(Jupyter jupyter)
{
    [Fact]
    public async Task Nbconvert_executes_a_lecture_with_its_pictures_charts_and_figures()
    {
        jupyter.Require();
        var lecture = Course.Load(Course.Generation);
        NotebookParameters.Inject(lecture, new Dictionary<string, string> { ["updates"] = "50" });
        lecture.Save(Path.Combine(jupyter.Notebooks, "lecture.ipynb"));

        var run = await Command.RunAsync(jupyter.Module("nbconvert", "--to", "notebook", "--execute", "--output", "executed.ipynb", "lecture.ipynb"));

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var executed = Notebook.Load(Path.Combine(jupyter.Notebooks, "executed.ipynb"));
        Assert.Equal(lecture.Cells.Select(cell => cell.Source), executed.Cells.Select(cell => cell.Source));
        var code = executed.Cells.Where(cell => cell.Kind == CellKind.Code).ToArray();
        Assert.Equal(Enumerable.Range(1, code.Length), code.Select(cell => cell.ExecutionCount ?? 0));
        Assert.All(code, cell => Assert.True(
            cell.Tags.Any(tag => tag.Contains("parameters", StringComparison.Ordinal)) || Type(cell.Outputs.Last()) == "execute_result", cell.Source));

        var outputs = code.SelectMany(cell => cell.Outputs).ToArray();
        Assert.All(outputs, output => Assert.True(Type(output) is "execute_result" or "display_data", output!.ToJsonString())); // no errors, no streams
        var data = outputs.Select(output => output!["data"]!.AsObject()).ToArray();
        Assert.All(data, bundle => Assert.Contains("text/plain", bundle));
        Assert.Contains(data, bundle => bundle.ContainsKey("image/png"));
        var charts = data.Where(bundle => bundle.ContainsKey("application/vnd.plotly.v1+json")).ToArray();
        Assert.Equal(5, charts.Length);
        Assert.All(charts, chart => Assert.NotEmpty(chart["application/vnd.plotly.v1+json"]!["data"]!.AsArray()));
        string[] figures = [.. data.Select(bundle => (string?)bundle["application/scrapbook.scrap.json+json"]?["name"]).OfType<string>()];
        Assert.Equal(["real-accepted", "noise-refused", "forged-halves-believed"], figures);
    }

    private static string Type(JsonNode? output) => (string)output!["output_type"]!;
}
