namespace CourseKit.Plots;

/// <summary>A curve that grows while a network trains.</summary>
internal sealed class LiveCurve(string chart, string name)
{
    private const int MostPoints = 120;
    private readonly List<(double X, double Y)> points = [];

    public string Chart => chart;

    public string Name => name;

    public void Add(long update, double value)
    {
        if (double.IsFinite(value))
            points.Add((update, value));
    }

    /// <summary>At most 120 points: means of neighbouring points. With so few, the curve can be drawn twice a second.</summary>
    public IReadOnlyList<(double X, double Y)> Thinned() =>
        [.. points.Chunk(1 + (points.Count - 1) / MostPoints).Select(group => (group.Average(point => point.X), group.Average(point => point.Y)))];
}
