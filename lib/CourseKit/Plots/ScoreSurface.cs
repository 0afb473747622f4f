using CourseKit.Display;
using Plotly.NET;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// Shows how a discriminator scores the points of the plane, and how the scores change from round to round. The scores are a heat map. The real points
/// and the discriminator's own samples are drawn over the heat map. A slider chooses the round.
/// </summary>
public static class ScoreSurface
{
    // Scores below zero are blue, scores above zero are orange. At zero the colour is almost transparent: the discriminator is undecided there.
    private static readonly object[] Scale =
    [
        new object[] { 0.0, "rgba(42,143,214,0.85)" }, new object[] { 0.5, "rgba(128,133,144,0.05)" }, new object[] { 1.0, "rgba(224,130,20,0.85)" },
    ];

    /// <summary>The points at which to compute scores: a square lattice, row by row, the bottom row first.</summary>
    /// <param name="side">Points along each side.</param>
    /// <param name="bound">The lattice reaches from -bound to bound.</param>
    /// <returns>(side * side, 2), x and y of each point.</returns>
    public static Tensor Lattice(int side = 41, double bound = 1)
    {
        using var scope = NewDisposeScope();
        var ticks = linspace(-bound, bound, side);
        var grid = meshgrid([ticks, ticks], "xy");
        return stack([grid[0].flatten(), grid[1].flatten()], 1).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the rounds. The chart shows the first round until the slider is moved.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="real">The real points, (N, 2).</param>
    /// <param name="rounds">
    /// For each round: a name for the slider, the scores at the points of <see cref="Lattice"/>, (side * side), and the discriminator's own samples,
    /// (M, 2).
    /// </param>
    /// <param name="bound">The lattice reaches from -bound to bound.</param>
    /// <param name="unit">The meaning of the scores, for the colour bar.</param>
    /// <exception cref="ArgumentException">There are no rounds, the scores are not of a square lattice, or points are not (N, 2).</exception>
    public static PlotlyChart Of(
        string title, Tensor real, IReadOnlyList<(string Name, Tensor Scores, Tensor Samples)> rounds, double bound = 1, string unit = "score")
    {
        if (rounds.Count == 0)
            throw new ArgumentException("expected at least one round.", nameof(rounds));
        using var scope = NewDisposeScope();
        var side = (int)Math.Sqrt(rounds[0].Scores.numel());
        if (rounds.FirstOrDefault(round => round.Scores.shape is not [> 0 and var count] || count != side * side) is { Name: { } odd } wrong)
            throw new ArgumentException($"The scores of '{odd}' are {ShapeText.Of(wrong.Scores)}: expected ({Math.Max(1, side * side)}), one for each point of a square lattice.", nameof(rounds));
        var reach = Reach(rounds.Select(round => round.Scores));
        var ticks = ChartLayout.Numbers(Enumerable.Range(0, side).Select(i => bound * (2.0 * i / Math.Max(1, side - 1) - 1)));

        // The page holds the traces of all rounds, and the slider shows the traces of one round. So a front end need not support animation frames.
        var traces = rounds.SelectMany((round, i) => new[]
        {
            Surface(Table(round.Scores, side), ticks, reach, unit, visible: i == 0),
            Points("its own samples", round.Samples, Palette.Series[4], "x", visible: i == 0),
        }).Append(Points("real", real, Palette.Series[2], "circle", visible: true)).ToList();
        var steps = rounds.Select((round, i) => new
        {
            label = round.Name,
            method = "restyle",
            args = new object[] { new { visible = Enumerable.Range(0, traces.Count).Select(t => t / 2 == i || t == traces.Count - 1).ToArray() } },
        }).ToArray();
        var axis = new { range = new[] { -bound, bound }, showgrid = false, zeroline = false, constrain = "domain" };
        return ChartLayout.Chart(title, $"{title}: {rounds.Count} rounds, from {rounds[0].Name} to {rounds[^1].Name}", traces, legend: true, new
        {
            xaxis = axis,
            yaxis = new { axis.range, axis.showgrid, axis.zeroline, axis.constrain, scaleanchor = "x" },
            sliders = new[] { new { active = 0, pad = new { t = 36 }, steps, tickcolor = Palette.Text, bordercolor = Palette.Text } },
            hovermode = "closest",
        }, height: 600);
    }

    private static Trace Surface(double?[][] z, double?[] ticks, double reach, string unit, bool visible) => ChartLayout.Trace("heatmap", new
    {
        z,
        x = ticks,
        y = ticks,
        visible,
        zsmooth = "best",
        zmin = -reach,
        zmax = reach,
        colorscale = Scale,
        hovertemplate = $"{unit}: %{{z:.3~g}}<extra></extra>",
        colorbar = new { title = new { text = unit, side = "right" }, thickness = 14, outlinewidth = 0 },
    });

    private static Trace Points(string name, Tensor points, string colour, string symbol, bool visible)
    {
        if (points.shape is not [_, 2])
            throw new ArgumentException($"'{name}' has shape {ShapeText.Of(points)}; expected (N, 2).", nameof(points));
        var (x, y) = (Values(points.select(1, 0), digits: 3), Values(points.select(1, 1), digits: 3));
        return ChartLayout.Trace("scatter", new { name, x, y, visible, mode = "markers", marker = new { size = 6, color = colour, symbol }, hoverinfo = "skip" });
    }

    // All rounds share one colour scale, from -reach to reach. The lowest scores do not count, because scores fall without a limit far from the real
    // points. The reach is the upper quartile of the rounds' highest scores, so that a few extreme rounds do not decide, and at least 1.
    private static double Reach(IEnumerable<Tensor> scores)
    {
        var tops = scores.Select(round => Values(round).Max() ?? 0).Order().ToList();
        return Math.Max(1, tops[tops.Count * 3 / 4]);
    }

    // The colour of a score does not show more than three digits, and its label shows three.
    private static double?[][] Table(Tensor scores, int side) => [.. Values(scores, digits: 3).Chunk(side)];

    private static double?[] Values(Tensor tensor, int digits = 6) =>
        ChartLayout.Numbers(tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>(), digits);
}
