using CourseKit.Display;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Plotly.NET;

namespace CourseKit.Plots;

/// <summary>
/// An interactive chart that displays itself in a notebook. A front end that can draw Plotly figures draws the figure. Other front ends show HTML,
/// which uses the plotly.js that <see cref="Course.Start"/> puts on the page. The figure comes first, though the HTML takes the page's colour of text: VS Code
/// renders only outputs in view, so a notebook that is opened in its middle has no plotly.js on its page.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Plotly, MimeTypes.Html, MimeTypes.Plain])]
public sealed class PlotlyChart : IDisplayable
{
    private static readonly JsonSerializer Serializer = JsonSerializer.Create(new() { NullValueHandling = NullValueHandling.Ignore });

    private readonly JObject figure;
    private readonly string summary;

    /// <summary>
    /// Wraps a chart built with Plotly.NET. The page's plotly.js draws charts with axes, such as scatter, bar, box, histogram, heatmap and contour, and pies. A
    /// chart of another kind, such as a surface, brings the whole plotly.js, 1.4 MB.
    /// </summary>
    /// <param name="chart">A chart built with <c>UseDefaults: false</c>, because Plotly.NET's own defaults fail in some notebook kernels.</param>
    /// <param name="summary">One line that says what the chart shows, for a reader who cannot see it.</param>
    public PlotlyChart(GenericChart chart, string summary)
    {
        this.summary = summary;
        // Plotly.NET's own toFigureJson loads Plotly.NET's HTML library. This library fails in a kernel that holds another FSharp.Core.
        figure = new JObject
        {
            ["data"] = JToken.FromObject(GenericChart.getTraces(chart), Serializer),
            ["layout"] = JToken.FromObject(GenericChart.getLayout(chart), Serializer),
            ["config"] = JObject.FromObject(new { responsive = true, displaylogo = false, modeBarButtonsToRemove = new[] { "select2d", "lasso2d" } }),
        };
    }

    /// <summary>The figure in plotly.js's JSON: data, layout, config.</summary>
    public string FigureJson => figure.ToString(Formatting.None);

    IReadOnlyList<MimeText> IDisplayable.Bundle =>
        [new(MimeTypes.Plotly, FigureJson), new(MimeTypes.Html, ChartHtml.Of(figure, summary)), new(MimeTypes.Plain, summary)];

    /// <returns>The chart in one line.</returns>
    public override string ToString() => summary;
}
