using System.Text.Json.Nodes;
using CourseKit.EndToEnd.Tests.Protocol;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

[assembly: Trait("Cost", "kernel")]

namespace CourseKit.Interactive.Tests;

/// <summary>The course in Microsoft's .NET Interactive, over Jupyter's protocol.</summary>
public sealed class OursThereTests
{
    private const string Header = """
        #r "../lib/CourseKit/bin/Release/net10.0/CourseKit.dll"
        #r "../lib/CourseKit/bin/Release/net10.0/TorchSharp.dll"
        using System.IO;
        using CourseKit;
        using CourseKit.Plots;
        using static TorchSharp.torch;
        Course.Start(seed: 1)
        """;

    private const string Plotly = "#r \"nuget: Plotly.NET.Interactive, 6.0.0\"";

    private const string Chart = "Curves.Of(\"A\", [Curve.Of(\"a\", new[] { 1, 2 }, new[] { 3.0, 4 })], y: \"y\")";

    [Fact]
    public async Task A_lecture_passes_and_each_update_reaches_what_it_updates()
    {
        Course.SkipUnlessBuilt();
        var run = await LectureThere.RunAsync(Course.PathOf(Course.Adversarial), ("updates", "20"));
        Assert.Empty(run.Errors);
        Assert.NotEqual(0, run.Updates);
        Assert.Equal(0, run.Orphans);
    }

    [Fact]
    public async Task Tensors_and_networks_show_as_here_and_charts_draw_with_Plotly_NET_Interactive_loaded_before()
    {
        Course.SkipUnlessBuilt();
        using var home = new TempFolder();
        using var kernel = await InteractiveTool.StartAsync(home, Path.Combine(Course.Root, "notebooks"));
        using var client = new KernelClient(kernel);
        client.Execute(Plotly).Ok();
        client.Execute(Header).Ok();
        Assert.Contains("float32", Html(client.Execute("arange(0f, 6f).reshape(2, 3)")), StringComparison.Ordinal);
        Assert.Contains("Linear", Html(client.Execute("nn.Linear(2, 3)")), StringComparison.Ordinal);
        Assert.NotNull(Result(client.Execute(Chart))["application/vnd.plotly.v1+json"]);
    }

    [Fact]
    public async Task Charts_draw_with_Plotly_NET_Interactive_loaded_after()
    {
        Course.SkipUnlessBuilt();
        using var home = new TempFolder();
        using var kernel = await InteractiveTool.StartAsync(home, Path.Combine(Course.Root, "notebooks"));
        using var client = new KernelClient(kernel);
        client.Execute(Header).Ok();
        client.Execute(Plotly).Ok();
        Assert.NotNull(Result(client.Execute(Chart))["application/vnd.plotly.v1+json"]);
    }

    private static JsonObject Result(Executed cell) => cell.Ok().Outputs.Single(message => message.Type == "execute_result").Content["data"]!.AsObject();

    private static string Html(Executed cell) => (string)Result(cell)["text/html"]!;
}
