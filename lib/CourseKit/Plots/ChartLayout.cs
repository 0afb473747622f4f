using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.FSharp.Collections;
using Plotly.NET;

namespace CourseKit.Plots;

/// <summary>The look that all charts share. The methods build charts from objects with plotly.js's own property names.</summary>
internal static class ChartLayout
{
    private const int LongestTitleLine = 48;

    /// <summary>The template of all charts. Its background is transparent, so that a chart fits a light page and a dark page.</summary>
    private static readonly object Template = new
    {
        layout = new
        {
            colorway = Palette.Series,
            font = new { family = "system-ui, sans-serif", size = 13, color = Palette.Text },
            paper_bgcolor = "rgba(0,0,0,0)",
            plot_bgcolor = "rgba(0,0,0,0)",
            modebar = new { bgcolor = "rgba(0,0,0,0)", color = Palette.Text, activecolor = Palette.Series[0] },
            hoverlabel = new { @namelength = -1 },
            xaxis = AxisTemplate,
            yaxis = AxisTemplate,
        },
    };

    private static object AxisTemplate => new
    {
        gridcolor = Palette.Grid,
        linecolor = Palette.Text,
        zerolinecolor = Palette.Grid,
        zerolinewidth = 1,
        ticks = "outside",
        tickcolor = Palette.Grid,
        automargin = true,
        title = new { standoff = 10 },
    };

    /// <summary>A trace of a plotly.js type, e.g. "scatter", with the properties of an anonymous object.</summary>
    public static Trace Trace(string type, object properties) => Fill(new Trace(type), properties);

    /// <summary>Puts traces under a title. <paramref name="layout"/> holds the axes and everything else that differs from the template.</summary>
    public static PlotlyChart Chart(string title, string summary, IEnumerable<Trace> traces, bool legend, object layout, int height = 380)
    {
        var lines = Wrap(title, LongestTitleLine);
        var isLong = lines.Contains("<br>", StringComparison.Ordinal);
        var common = new
        {
            template = Template,
            title = new
            {
                text = $"<b>{lines}</b>",
                x = 0,
                xref = "paper",
                xanchor = "left",
                y = 1,
                yref = "container",
                yanchor = "top",
                pad = new { t = isLong ? 19 : 8 }, // Plotly puts the first of several lines higher than a single one.
                font = new { size = 15 },
            },
            height,
            autosize = true,
            margin = new { l = 56, r = 16, t = TitleHeight(lines) + (legend ? 38 : 28), b = 48 },
            showlegend = legend,
            legend = new { orientation = "h", x = 0, xanchor = "left", y = 1.02, yanchor = "bottom" },
        };
        var chart = GenericChart.ofTraceObjects(false, ListModule.OfSeq(traces));
        return new(GenericChart.setLayout(Fill(Fill(new Layout(), common), layout), chart), summary);
    }

    /// <summary>A dashed line over the whole width at a value for comparison. <see cref="ReferenceInLegend"/> names it.</summary>
    public static object ReferenceLine(double value) => new
    {
        type = "line",
        xref = "paper",
        x0 = 0,
        x1 = 1,
        yref = "y",
        y0 = value,
        y1 = value,
        line = Dashes,
    };

    private static object Dashes => new { color = Palette.Text, width = 1.5, dash = "dash" };

    /// <summary>
    /// The name of a <see cref="ReferenceLine"/> in the legend: a trace without a point. Beside the line, the name would cover curves and the numbers of
    /// bars. <paramref name="x"/> holds one place on the axis.
    /// </summary>
    public static Trace ReferenceInLegend(string name, object x) =>
        Trace("scatter", new { name, x, y = new double?[] { null }, mode = "lines", line = Dashes, hoverinfo = "skip" });

    /// <summary>Breaks a text at spaces and behind hyphens. A line is longer than it may be only where it has no place to break.</summary>
    public static string Wrap(string text, int longest)
    {
        var lines = new List<string> { "" };
        foreach (var piece in Regex.Split(text, @"(?= )|(?<=\p{L}-)(?=\p{L})"))
        {
            if (lines[^1].Length > 0 && lines[^1].Length + piece.Length > longest)
                lines.Add(piece.TrimStart());
            else
                lines[^1] += piece;
        }
        return string.Join("<br>", lines);
    }

    public static int TitleHeight(string title) => 12 + 20 * title.Split("<br>").Length;

    /// <summary>Numbers for JSON. Fractions get six digits, because a screen shows fewer, or as many as are shown. A number that is not finite becomes null.</summary>
    public static double?[] Numbers(IEnumerable<double> values, int digits = 6) => [.. values.Select(value => !double.IsFinite(value) ? (double?)null
        : double.IsInteger(value) ? value : double.Parse(value.ToString($"G{digits}", Invariant), Invariant))];

    public static string Short(double value) => value.ToString("G3", Invariant);

    private static CultureInfo Invariant => CultureInfo.InvariantCulture;

    private static T Fill<T>(T target, object properties)
        where T : DynamicObj.DynamicObj
    {
        foreach (var property in properties.GetType().GetProperties())
            target.SetProperty(property.Name, property.GetValue(properties));
        return target;
    }
}
