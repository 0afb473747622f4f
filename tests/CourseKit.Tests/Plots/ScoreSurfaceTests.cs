using System.Text.Json;
using CourseKit.Display;
using CourseKit.Plots;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

[Collection("process-wide state")]
public sealed class ScoreSurfaceTests
{
    public ScoreSurfaceTests() => Torch.Begin();

    [Fact]
    public void The_lattice_goes_row_by_row_from_below()
    {
        using var lattice = ScoreSurface.Lattice(side: 3, bound: 2);
        Assert.Equal([-2, -2, 0, -2, 2, -2, -2, 0, 0, 0, 2, 0, -2, 2, 0, 2, 2, 2], lattice.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void The_slider_shows_the_surface_and_the_samples_of_one_round_and_the_real_points_always()
    {
        using var scope = NewDisposeScope();
        var lattice = ScoreSurface.Lattice(side: 3);
        var x = lattice.select(1, 0);
        IDisplayable chart = ScoreSurface.Of("Surface", rand(5, 2), [("one", x, rand(4, 2)), ("two", x * 2, rand(4, 2))]);
        using var document = JsonDocument.Parse(chart.Bundle[0].Text);
        var traces = document.RootElement.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["heatmap", "scatter", "heatmap", "scatter", "scatter"], traces.Select(trace => trace.GetProperty("type").GetString()));
        Assert.Equal([true, true, false, false, true], traces.Select(trace => trace.GetProperty("visible").GetBoolean()));
        // Row i of the heat map is the lattice's i-th from below: the score x grows to the right in each.
        Assert.All(traces[0].GetProperty("z").EnumerateArray(), row => Assert.Equal([-1.0, 0, 1], row.EnumerateArray().Select(value => value.GetDouble())));
        Assert.Equal(traces[0].GetProperty("zmax").GetDouble(), traces[2].GetProperty("zmax").GetDouble());
        var steps = document.RootElement.GetProperty("layout").GetProperty("sliders")[0].GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(["one", "two"], steps.Select(step => step.GetProperty("label").GetString()));
        Assert.Equal("[{\"visible\":[false,false,true,true,true]}]", steps[1].GetProperty("args").GetRawText());
    }

    [Fact]
    public void A_lattice_of_one_point_is_drawn_where_the_point_is()
    {
        using var scope = NewDisposeScope();
        var at = ScoreSurface.Lattice(side: 1, bound: 2).select(1, 0).item<float>();
        IDisplayable chart = ScoreSurface.Of("S", rand(5, 2), [("a", rand(1), rand(4, 2))], bound: 2);
        using var document = JsonDocument.Parse(chart.Bundle[0].Text);
        Assert.Equal($"[{at:0.0}]", document.RootElement.GetProperty("data")[0].GetProperty("x").GetRawText());
        Assert.Contains("'none' are (0): expected (1)", Assert.Throws<ArgumentException>(() => ScoreSurface.Of("S", rand(5, 2), [("none", rand(0), rand(4, 2))])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_square_lattice_or_no_points_in_the_plane_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => ScoreSurface.Of("S", rand(5, 2), []));
        var error = Assert.Throws<ArgumentException>(() => ScoreSurface.Of("S", rand(5, 2), [("odd", rand(8), rand(4, 2))]));
        Assert.Contains("'odd' are (8)", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ScoreSurface.Of("S", rand(5, 3), [("a", rand(9), rand(4, 2))]));
    }
}
