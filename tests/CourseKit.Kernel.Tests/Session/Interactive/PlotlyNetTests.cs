using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Session.Interactive;

/// <summary>Charts of Plotly.NET. Each test skips where its package cannot be fetched.</summary>
[Trait("Cost", "process")]
public sealed class PlotlyNetTests : SessionTest
{
    private const string Json = "application/vnd.plotly.v1+json";

    [Fact]
    public async Task A_chart_comes_with_plotly_as_json_as_html_and_in_words()
    {
        var ran = await ChartAsync("Line(1, 2)");
        Assert.Equal("Plotly chart: scatter", ran.Value);
        Assert.Equal([1.0, 2.0], Data(ran)["y"]!.AsArray().Select(y => (double)y!));
        Assert.Contains("Plotly", ran.Displays[^1].Data.Text("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_and_no_number_are_charts()
    {
        Assert.Empty(Data(await ChartAsync("Line()"))["y"]!.AsArray());
        Assert.Equal("NaN", (string?)Data(await ChartAsync("Line(1, double.NaN)"))["y"]![1]);
    }

    [Fact]
    public async Task No_text_ends_the_script() =>
        Assert.DoesNotContain("</script><b>", Result(await ChartAsync("Line(1).WithTraceInfo(Name: \"</script><b>\")")).Text("text/html"), StringComparison.Ordinal);

    [Fact]
    public async Task An_update_replaces_the_chart()
    {
        var ran = await ChartAsync("var shown = display(Line(1));\nforeach (var y in new[] { 2, 3 })\n    shown.Update(Line(y));");
        var shown = ran.Displays.Where(display => display.Data[Json] is not null).ToList();
        Assert.Equal([false, true, true], shown.Select(display => display.IsUpdate));
        Assert.Single(shown.Select(display => display.DisplayId).Distinct());
    }

    [Theory]
    [InlineData("new[] { Line(1), Line(2) }")]
    [InlineData("Enumerable.Range(1, 2).Select(y => Line(y))")]
    public async Task Charts_in_a_sequence_are_drawn_one_below_the_other(string code)
    {
        var ran = await ChartAsync(code);
        Assert.Equal("Plotly chart: scatter\nPlotly chart: scatter", ran.Value);
        Assert.Equal(3, Result(ran).Text("text/html")!.Split("role=\"img\"").Length);
        Assert.Contains("Plotly", ran.Displays[^1].Data.Text("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inside_an_object_a_chart_is_named() =>
        Assert.Equal("{ Name = a, Chart = Plotly chart }", (await ChartAsync("new { Name = \"a\", Chart = Line(1) }")).Value);

    [Fact]
    public async Task As_json_a_chart_is_an_error_in_words()
    {
        await ChartAsync("Line(1)");
        Assert.StartsWith("application/json: expected JSON, found a Chart", (await RunAsync("Line(1).Display(\"application/json\");")).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kernel_a_cell_names_is_this_one_also_where_a_package_brings_another()
    {
        var fetched = await RunAsync("#r \"nuget: Plotly.NET.Interactive, 6.0.0\"");
        SkipWithoutNetwork(fetched);
        fetched.Ok();
        Assert.Equal("<b>x</b>", Result((await RunAsync("using Microsoft.DotNet.Interactive;\nKernel.HTML(\"<b>x</b>\")")).Ok()).Text("text/html"));
    }

    private static MimeBundle Result(Ran ran) => Assert.Single(ran.Outputs.OfType<ResultOutput>()).Data;

    private static JsonNode Data(Ran ran) => Result(ran)[Json]!["data"]![0]!;

    private async Task<Ran> ChartAsync(string code)
    {
        var fetched = await RunAsync("""
            #r "nuget: Plotly.NET.CSharp, 0.14.0"
            using Plotly.NET;
            using Plotly.NET.CSharp;
            using Chart = Plotly.NET.CSharp.Chart;
            GenericChart Line(params double[] y) => Chart.Line<double, double, string>(Enumerable.Range(0, y.Length).Select(i => (double)i).ToArray(), y);
            """);
        SkipWithoutNetwork(fetched);
        fetched.Ok();
        return (await RunAsync(code)).Ok();
    }
}
