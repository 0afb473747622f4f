namespace CourseKit.Plots;

/// <summary>Bar charts, e.g. to compare the results of several models.</summary>
public static class BarChart
{
    /// <summary>Draws a bar for each category and series.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="categories">Labels along the horizontal axis.</param>
    /// <param name="series">A name, and a value for each category. A value that is not finite is not drawn. Several series stand side by side.</param>
    /// <param name="y">Title of the vertical axis, with its unit.</param>
    /// <param name="reference">A value for comparison and its name, drawn as a dashed line, e.g. the value of real data.</param>
    /// <exception cref="ArgumentException">There are no series, or a series has more or fewer values than categories.</exception>
    public static PlotlyChart Of(string title, IReadOnlyList<string> categories, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series, string y,
        (string Name, double Value)? reference = null)
    {
        if (series.Count == 0)
            throw new ArgumentException("expected at least one series.", nameof(series));
        foreach (var (name, values) in series)
        {
            if (values.Count != categories.Count)
                throw new ArgumentException($"series '{name}' has {values.Count} values for {categories.Count} categories: "
                    + "expected one each.", nameof(series));
        }
        // A long label breaks into lines. Otherwise neighbouring labels would overlap on a phone.
        string[] labels = [.. categories.Select(category => ChartLayout.Wrap(category, 10))];
        var traces = series.Select((one, i) => ChartLayout.Trace("bar", new
        {
            name = one.Name,
            showlegend = series.Count > 1,
            x = labels,
            y = ChartLayout.Numbers(one.Values),
            marker = new { color = Palette.Series[i % Palette.Series.Count] },
            texttemplate = series.Count * categories.Count <= 12 ? "%{y:.3~g}" : null,
            textposition = "outside",
            cliponaxis = false,
            hovertemplate = "%{x}: %{y:.4~g}" + (series.Count > 1 ? "" : "<extra></extra>"),
        }));
        if (reference is { } named)
            traces = traces.Append(ChartLayout.ReferenceInLegend($"{named.Name} {ChartLayout.Short(named.Value)}", labels[..1]));
        var summary = $"{title}: " + string.Join("; ", series.Select(one => (series.Count > 1 ? $"{one.Name}: " : "")
            + string.Join(", ", categories.Zip(one.Values, (category, value) => $"{category} {ChartLayout.Short(value)}"))))
            + (reference is { } floor ? $" ({floor.Name} {ChartLayout.Short(floor.Value)})" : "");
        return ChartLayout.Chart(title, summary, traces, legend: series.Count > 1 || reference is not null, new
        {
            bargap = 0.35,
            xaxis = new { type = "category", tickangle = 0, showgrid = false, ticks = "" },
            yaxis = new { title = new { text = y }, rangemode = "tozero" },
            shapes = reference is { } line ? new[] { ChartLayout.ReferenceLine(line.Value) } : null,
        });
    }
}
