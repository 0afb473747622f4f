using System.Globalization;

namespace CourseKit.Plots;

/// <summary>A table of numbers as colours. With at most twelve rows and columns, the cells also show the numbers.</summary>
public static class Heatmap
{
    private const int MostAnnotated = 12;

    // Colour-blind readers can tell blue and orange apart. Dark numbers are readable on every colour of both scales.
    private const string Ink = "#15171a";
    private static readonly object[] TwoSided = Scale("#4f94d4", "#a3c9ea", "#f5f3ef", "#f6c184", "#e58820");
    private static readonly object[] OneSided = Scale("#f5f3ef", "#a9d9c4", "#3fae85");

    /// <summary>Draws a table. The first row is on top.</summary>
    /// <param name="title">What the chart shows.</param>
    /// <param name="values">(rows, columns). A value that is not finite leaves an empty cell.</param>
    /// <param name="rows">A label for each row.</param>
    /// <param name="columns">A label for each column.</param>
    /// <param name="rowTitle">The meaning of the rows.</param>
    /// <param name="columnTitle">The meaning of the columns.</param>
    /// <param name="unit">The meaning of the numbers, for the colour bar.</param>
    /// <param name="center">The middle of a two-sided colour scale (blue below it, orange above it); null for a one-sided scale.</param>
    /// <exception cref="ArgumentException">The numbers of labels differ from the numbers of rows and columns, or there are no values.</exception>
    public static PlotlyChart Of(string title, double[,] values, IReadOnlyList<string> rows, IReadOnlyList<string> columns, string rowTitle,
        string columnTitle, string unit, double? center = null)
    {
        if (values.Length == 0 || rows.Count != values.GetLength(0) || columns.Count != values.GetLength(1))
            throw new ArgumentException($"values is {values.GetLength(0)}x{values.GetLength(1)}, the labels are {rows.Count} "
                + $"and {columns.Count}: expected a label for each row and column, and at least one of each.", nameof(values));
        var finite = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var reach = center is { } middle ? finite.Max(value => Math.Abs(value - middle)) : 0;
        double[][] table = [.. Enumerable.Range(0, rows.Count)
            .Select(row => Enumerable.Range(0, columns.Count).Select(column => values[row, column]).ToArray())];
        var annotated = rows.Count <= MostAnnotated && columns.Count <= MostAnnotated;
        var trace = ChartLayout.Trace("heatmap", new
        {
            z = table.Select(ChartLayout.Numbers).ToArray(),
            x = columns,
            y = rows,
            text = annotated ? table.Select(row => row.Select(Text).ToArray()).ToArray() : null,
            texttemplate = "%{text}",
            xgap = 2,
            ygap = 2,
            textfont = new { color = Ink },
            colorscale = center is null ? OneSided : TwoSided,
            zmin = center - reach,
            zmax = center + reach,
            hovertemplate = $"{rowTitle}: %{{y}}<br>{columnTitle}: %{{x}}<br>{unit}: %{{z:.4~g}}<extra></extra>",
            colorbar = new { title = new { text = unit, side = "right" }, thickness = 14, outlinewidth = 0 },
        });
        var summary = $"{title}: {rows.Count}x{columns.Count} numbers from {ChartLayout.Short(finite.Min())} to {ChartLayout.Short(finite.Max())}";
        return ChartLayout.Chart(title, summary, [trace], legend: false, new
        {
            xaxis = new { title = new { text = columnTitle }, type = "category", dtick = 1, showgrid = false, tickcolor = "rgba(0,0,0,0)" },
            yaxis = new { title = new { text = rowTitle }, type = "category", dtick = 1, showgrid = false, tickcolor = "rgba(0,0,0,0)", autorange = "reversed" },
        }, height: Math.Clamp(160 + 46 * rows.Count, 300, 560));
    }

    private static object[] Scale(params string[] colours) =>
        [.. colours.Select((colour, i) => new object[] { (double)i / (colours.Length - 1), colour })];

    private static string Text(double value) => !double.IsFinite(value) ? ""
        : value.ToString(Math.Abs(value) < 10 ? "0.00" : Math.Abs(value) < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
