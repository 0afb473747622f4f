using System.Text.Json;
using CourseKit.Display;
using CourseKit.Native;
using CourseKit.Plots;
using Plotly.NET;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

public sealed class ChartTests
{
    private static readonly int[] Updates = [100, 200, 300];

    [Fact]
    public void A_chart_is_a_Plotly_figure_html_and_one_line_of_text()
    {
        IDisplayable chart = Curves.Of("Losses", [Curve.Of("D", Updates, new[] { 3f, 2, 1 }), Curve.Of("G", Updates, new[] { 1f, 2, 3.25f })], y: "loss (nats)");
        Assert.Equal(["application/vnd.plotly.v1+json", "text/html", "text/plain"], chart.Bundle.Select(part => part.MimeType));
        Assert.Equal("Losses: D 1 at update 300, G 3.25 at update 300", chart.PlainText());
        var figure = Figure(chart);
        var traces = figure.GetProperty("data").EnumerateArray().ToList();
        Assert.Equal(["D", "G"], traces.Select(trace => trace.GetProperty("name").GetString()));
        Assert.All(traces, trace => Assert.Equal("scatter", trace.GetProperty("type").GetString()));
        Assert.Equal([100.0, 200, 300], Numbers(traces[0].GetProperty("x")));
        Assert.Equal([1.0, 2, 3.25], Numbers(traces[1].GetProperty("y")));
        var layout = figure.GetProperty("layout");
        Assert.Equal("<b>Losses</b>", layout.GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("update", layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("loss (nats)", layout.GetProperty("yaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.Equal("rgba(0,0,0,0)", layout.GetProperty("template").GetProperty("layout").GetProperty("paper_bgcolor").GetString());
        Assert.False(layout.TryGetProperty("width", out _));
        Assert.True(figure.GetProperty("config").GetProperty("responsive").GetBoolean());
        Assert.False(figure.GetProperty("config").GetProperty("displaylogo").GetBoolean());
    }

    [Theory]
    [InlineData("Losses", "<b>Losses</b>", 8)]
    [InlineData("The losses of both networks, which say nothing of how good the pictures are", "<b>The losses of both networks, which say nothing<br>of how good the pictures are</b>", 19)]
    public void A_title_is_bold_and_low_enough_for_each_of_its_lines(string title, string text, int pad)
    {
        IDisplayable chart = Curves.Of(title, [Curve.Of("D", Updates, Updates)], y: "loss");
        var drawn = Figure(chart).GetProperty("layout").GetProperty("title");
        Assert.Equal((text, pad), (drawn.GetProperty("text").GetString(), drawn.GetProperty("pad").GetProperty("t").GetInt32()));
        Assert.Contains($">{title}</figcaption>", chart.Bundle[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_in_the_data_cannot_end_the_script_nor_open_an_element()
    {
        IDisplayable chart = Curves.Of("a </script><b>", [Curve.Of("</script><img src=x>", Updates, Updates)], y: "<!--");
        var html = chart.Bundle[1].Text;
        Assert.Equal(2, html.Split("</script").Length);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", html, StringComparison.Ordinal);
        Assert.Contains("a &lt;/script&gt;&lt;b&gt;</figcaption>", html, StringComparison.Ordinal);
        Assert.Equal("</script><img src=x>", Figure(chart).GetProperty("data")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void The_html_waits_for_the_first_cell_and_asks_no_server()
    {
        IDisplayable chart = Curves.Of("A", [Curve.Of("a", Updates, Updates)], y: "y");
        var html = chart.Bundle[1].Text;
        Assert.Contains("Run the notebook's first cell (Course.Start)", html, StringComparison.Ordinal);
        Assert.Contains("CourseKitPlotly", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.Equal(html, ((IDisplayable)Curves.Of("A", [Curve.Of("a", Updates, Updates)], y: "y")).Bundle[1].Text);
    }

    [Theory]
    [InlineData("histogram", false)]
    [InlineData("surface", true)]
    [InlineData("scattergl", true)]
    public void A_chart_that_the_pages_plotly_js_does_not_draw_brings_the_whole(string kind, bool whole)
    {
        var trace = new Trace(kind);
        trace.SetProperty("x", new[] { 1, 2, 2 });
        IDisplayable chart = new PlotlyChart(GenericChart.ofTraceObject(false, trace), "three numbers");
        var html = chart.Bundle[1].Text;
        Assert.Contains(whole ? "\"Plotly\"" : "\"CourseKitPlotly\"", html, StringComparison.Ordinal);
        Assert.Equal(whole, html.Contains("DecompressionStream", StringComparison.Ordinal));
        Assert.Equal(whole, html.Length > 1_000_000);
    }

    [Fact]
    public void Values_that_are_not_finite_leave_gaps()
    {
        IDisplayable chart = Curves.Of("A", [Curve.Of("a", Updates, new[] { 1, double.NaN, double.PositiveInfinity })], y: "y");
        Assert.Equal([1.0, null, null], Numbers(Figure(chart).GetProperty("data")[0].GetProperty("y")));
    }

    [Fact]
    public void Smoothing_draws_the_moving_average_over_faint_raw_values()
    {
        var trace = Figure(Curves.Of("A", [Curve.Of("a", Updates, new[] { 1.0, double.NaN, 4 })], y: "y", smoothing: 0.5)).GetProperty("data");
        Assert.Equal(2, trace.GetArrayLength());
        Assert.False(trace[0].GetProperty("showlegend").GetBoolean());
        Assert.Equal([1.0, null, 4], Numbers(trace[0].GetProperty("y")));
        Assert.Equal([1.0, null, 3], Numbers(trace[1].GetProperty("y")));
    }

    [Fact]
    public void Long_curves_are_thinned_and_keep_their_last_point()
    {
        var x = Enumerable.Range(1, 1_234_567).ToArray();
        var drawn = Numbers(Figure(Curves.Of("A", [Curve.Of("a", x, x)], y: "y")).GetProperty("data")[0].GetProperty("x"));
        Assert.InRange(drawn.Count, 500, 1001);
        Assert.Equal(1, drawn[0]);
        Assert.Equal(1_234_567, drawn[^1]);
    }

    [Fact]
    public void A_curve_needs_as_many_x_as_y_and_smoothing_below_one()
    {
        var error = Assert.Throws<ArgumentException>(() => Curve.Of("loss", Updates, new[] { 1.0 }));
        Assert.Contains("'loss' has 3 x and 1 y", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Curves.Of("A", [Curve.Of("a", Updates, Updates)], y: "y", smoothing: 1));
        Assert.Throws<ArgumentException>(() => Curves.Of("A", [], y: "y"));
    }

    [Fact]
    public void On_a_log_axis_the_reference_stands_at_its_value_and_the_legend_names_it()
    {
        var figure = Figure(Curves.Of("A", [Curve.Of("a", Updates, Updates)], y: "y", log: true, reference: ("floor", 100)));
        var layout = figure.GetProperty("layout");
        Assert.Equal("log", layout.GetProperty("yaxis").GetProperty("type").GetString());
        Assert.Equal(100, layout.GetProperty("shapes")[0].GetProperty("y0").GetDouble());
        Assert.True(layout.GetProperty("showlegend").GetBoolean());
        Assert.Equal([("a", false), ("floor", true)], figure.GetProperty("data").EnumerateArray().Select(trace =>
            (trace.GetProperty("name").GetString(), !trace.TryGetProperty("showlegend", out var shown) || shown.GetBoolean())));
    }

    [Fact]
    public void A_tournament_has_discriminators_as_rows_and_colours_even_about_the_centre()
    {
        var trace = Figure(Tournament.Of(new[,] { { 0.5, 0.9 }, { 0.2, 0.5 } }, [100, 5000])).GetProperty("data")[0];
        Assert.Equal("heatmap", trace.GetProperty("type").GetString());
        Assert.Equal([0.5, 0.9], Numbers(trace.GetProperty("z")[0]));
        Assert.Equal(["100", "5,000"], trace.GetProperty("y").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal("0.90", trace.GetProperty("text")[0][1].GetString());
        Assert.Equal(0.1, trace.GetProperty("zmin").GetDouble(), 9);
        Assert.Equal(0.9, trace.GetProperty("zmax").GetDouble(), 9);
    }

    [Fact]
    public void A_tournament_names_its_other_images()
    {
        var trace = Figure(Tournament.Of(new[,] { { 0.5, 0.9, 1 }, { 0.2, 0.5, 1 } }, [100, 5000], ["real"])).GetProperty("data")[0];
        Assert.Equal(["100", "5,000", "real"], trace.GetProperty("x").EnumerateArray().Select(label => label.GetString()));
    }

    [Fact]
    public void A_tournament_whose_labels_do_not_fit_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Tournament.Of(new double[2, 3], [1, 2]));
        Assert.Contains("values is 2x3, the labels are 2 and 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bars_stand_against_a_named_floor()
    {
        var figure = Figure(BarChart.Of("Quality", ["GAN", "discriminator alone"], [("FD", [2.1, 3.3])], y: "Fréchet distance", reference: ("two real halves", 1.41)));
        Assert.Equal([2.1, 3.3], Numbers(figure.GetProperty("data")[0].GetProperty("y")));
        Assert.Equal("discriminator<br>alone", figure.GetProperty("data")[0].GetProperty("x")[1].GetString());
        Assert.Equal(1.41, figure.GetProperty("layout").GetProperty("shapes")[0].GetProperty("y0").GetDouble());
        Assert.Equal("two real halves 1.41", figure.GetProperty("data")[1].GetProperty("name").GetString());
        Assert.True(figure.GetProperty("layout").GetProperty("showlegend").GetBoolean());
        Assert.False(figure.GetProperty("data")[0].GetProperty("showlegend").GetBoolean()); // the only series is named by the axis
        Assert.Throws<ArgumentException>(() => BarChart.Of("Quality", ["GAN"], [("FD", [1, 2])], y: "y"));
    }

    [Theory]
    [InlineData("-30 to -20", "-30 to -20")]
    [InlineData("auto-encoder", "auto-<br>encoder")]
    [InlineData("auto-encoder, codes like its own", "auto-<br>encoder,<br>codes like<br>its own")]
    [InlineData("discriminator", "discriminator")]
    public void A_long_label_of_a_bar_breaks_into_lines(string label, string drawn) =>
        Assert.Equal(drawn, Figure(BarChart.Of("A", [label], [("a", [1])], y: "y")).GetProperty("data")[0].GetProperty("x")[0].GetString());

    [Fact]
    public void Scatter_draws_each_group_with_a_shape_of_its_own()
    {
        NativeBackend.Load();
        using var points = tensor(new[] { 1.0, 2, 3, 4 }).reshape(2, 2);
        var traces = Figure(Scatter.Of("Codes", [("0", points), ("1", points)], x: "z1", y: "z2", equalAxes: true)).GetProperty("data");
        Assert.Equal([1.0, 3], Numbers(traces[0].GetProperty("x")));
        Assert.Equal([2.0, 4], Numbers(traces[0].GetProperty("y")));
        Assert.NotEqual(traces[0].GetProperty("marker").GetProperty("symbol").GetString(), traces[1].GetProperty("marker").GetProperty("symbol").GetString());
        Assert.Throws<ArgumentException>(() => Scatter.Of("Codes", [("0", points.flatten())], x: "z1", y: "z2"));
    }

    [Fact]
    public void A_chart_built_with_Plotly_NET_itself_displays_too()
    {
        var trace = new Trace("pie");
        trace.SetProperty("values", new[] { 1, 2 });
        IDisplayable chart = new PlotlyChart(GenericChart.ofTraceObject(false, trace), "a pie");
        Assert.Equal("pie", Figure(chart).GetProperty("data")[0].GetProperty("type").GetString());
        Assert.Contains("aria-label=\"a pie\"", chart.Bundle[1].Text, StringComparison.Ordinal);
    }

    private static JsonElement Figure(IDisplayable chart) => JsonDocument.Parse(chart.Bundle[0].Text).RootElement;

    private static List<double?> Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble())];
}
