using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>Charts of points in the plane, e.g. an auto-encoder's codes, one group for each class.</summary>
public static class Scatter
{
    // Groups also differ in shape, for readers who cannot distinguish the colours.
    private static readonly string[] Symbols = ["circle", "square", "diamond", "triangle-up", "cross", "x", "triangle-down", "star", "hexagon", "pentagon"];

    /// <summary>Draws groups of points. Up to ten groups differ in colour and shape. Then colours and shapes repeat.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="groups">For each group a name and its points, (N, 2). A point that is not finite is not drawn.</param>
    /// <param name="x">Title of the horizontal axis.</param>
    /// <param name="y">Title of the vertical axis.</param>
    /// <param name="equalAxes">Whether a unit has the same length on both axes, so that distances can be compared.</param>
    /// <exception cref="ArgumentException">There are no groups, or a tensor is not (N, 2).</exception>
    public static PlotlyChart Of(string title, IReadOnlyList<(string Name, Tensor Points)> groups, string x, string y, bool equalAxes = false)
    {
        if (groups.Count == 0)
            throw new ArgumentException("expected at least one group.", nameof(groups));
        var traces = groups.Select((group, i) =>
        {
            var points = Columns(group.Name, group.Points);
            return ChartLayout.Trace("scatter", new
            {
                name = group.Name,
                x = points[0],
                y = points[1],
                mode = "markers",
                marker = new { size = 7, opacity = 0.75, color = Palette.Series[i % Palette.Series.Count], symbol = Symbols[i % Symbols.Length] },
                hovertemplate = "(%{x:.3~g}, %{y:.3~g})" + (groups.Count > 1 ? "" : "<extra></extra>"),
            });
        }).ToList();
        var summary = $"{title}: {string.Join(", ", groups.Select(group => $"{group.Points.shape[0]} points {group.Name}"))}";
        return ChartLayout.Chart(title, summary, traces, legend: groups.Count > 1, new
        {
            xaxis = new { title = new { text = x } },
            // The height of the plot gives way, not the range: with new ranges come new ticks, which need new margins, and so on without an end.
            yaxis = new { title = new { text = y }, scaleanchor = equalAxes ? "x" : null, constrain = equalAxes ? "domain" : null },
            hovermode = "closest",
        }, height: 460);
    }

    private static double?[][] Columns(string name, Tensor points)
    {
        if (points.shape is not [_, 2])
            throw new ArgumentException($"'{name}' has shape {ShapeText.Of(points)}; expected (N, 2).", nameof(points));
        using var scope = NewDisposeScope();
        var columns = points.detach().to(ScalarType.Float64).cpu().t().contiguous();
        return [ChartLayout.Numbers(columns[0].data<double>()), ChartLayout.Numbers(columns[1].data<double>())];
    }
}
