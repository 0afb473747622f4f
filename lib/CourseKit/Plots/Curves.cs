using System.Globalization;
using Plotly.NET;

namespace CourseKit.Plots;

/// <summary>Line charts: losses and scores over the updates of a training.</summary>
public static class Curves
{
    private const int MostPoints = 1000;
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot", "longdash"];

    /// <summary>Draws several curves in one chart. A curve with more than about 1,000 points is thinned.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="curves">At least one.</param>
    /// <param name="y">Title of the vertical axis, with its unit.</param>
    /// <param name="x">Title of the horizontal axis.</param>
    /// <param name="smoothing">In [0, 1): share of the old value in a moving average. The average is drawn over the faint raw values. 0 means no
    /// smoothing.</param>
    /// <param name="log">Whether the vertical axis is logarithmic.</param>
    /// <param name="reference">A value for comparison and its name, drawn as a dashed line.</param>
    /// <exception cref="ArgumentException">There are no curves, or <paramref name="smoothing"/> is out of range.</exception>
    public static PlotlyChart Of(string title, IReadOnlyList<Curve> curves, string y, string x = "update", double smoothing = 0, bool log = false,
        (string Name, double Value)? reference = null)
    {
        if (curves.Count == 0)
            throw new ArgumentException("expected at least one curve.", nameof(curves));
        if (smoothing is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, "expected at least 0 and less than 1, e.g. 0.9.");
        var traces = new List<Trace>();
        for (var i = 0; i < curves.Count; i++)
        {
            var colour = Palette.Series[i % Palette.Series.Count];
            if (smoothing > 0)
                traces.Add(Line(curves[i].Thinned(MostPoints), new { color = colour, width = 1 }, raw: true));
            var main = smoothing > 0 ? curves[i].Smoothed(smoothing) : curves[i];
            traces.Add(Line(main.Thinned(MostPoints), new { color = colour, width = 2.2, dash = Dashes[i % Dashes.Length] }, raw: false));
        }
        return ChartLayout.Chart(title, Summary(title, curves, x), traces, legend: curves.Count > 1 || reference is not null, new
        {
            xaxis = new { title = new { text = x }, separatethousands = true, hoverformat = ",~g" },
            yaxis = new
            {
                title = new { text = y },
                type = log ? "log" : "linear",
                hoverformat = ".4~g",
                tickformat = log ? "~g" : null,
                dtick = log ? "D2" : null,
            },
            hovermode = "x unified",
            shapes = reference is { } line ? new[] { ChartLayout.ReferenceLine(line.Name, line.Value) } : null,
        });
    }

    private static Trace Line(Curve curve, object line, bool raw) => ChartLayout.Trace("scatter", new
    {
        name = curve.Name,
        x = ChartLayout.Numbers(curve.X),
        y = ChartLayout.Numbers(curve.Y),
        mode = curve.X.Count <= 30 && !raw ? "lines+markers" : "lines",
        line,
        opacity = raw ? 0.28 : 1,
        hoverinfo = raw ? "skip" : null,
        showlegend = raw ? false : (bool?)null,
    });

    private static string Summary(string title, IReadOnlyList<Curve> curves, string x) =>
        $"{title}: " + string.Join(", ", curves.Select(curve => curve.Y.Count == 0 ? $"{curve.Name} empty"
            : string.Create(CultureInfo.InvariantCulture, $"{curve.Name} {ChartLayout.Short(curve.Y[^1])} at {x} {curve.X[^1]:#,0.##}")));
}
