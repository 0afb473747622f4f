using System.Net;
using System.Security.Cryptography;
using System.Text;
using CourseKit.Common;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace CourseKit.Plots;

/// <summary>A chart as HTML: an element, and a script that draws into the element when plotly.js is on the page.</summary>
internal static class ChartHtml
{
    // A notebook may bring a plotly.js of its own, whole or of another version, and so may the front end.
    private const string Library = "CourseKitPlotly";

    /// <summary>
    /// The script element that the charts wait for: the official build of plotly.js for charts with axes (scatter, bar, heatmap and some more), a third of
    /// the whole, in the version that Plotly.NET writes for.
    /// </summary>
    public static string Script { get; } = PlotlyScript.Html(Resource.Bytes("Plots.plotly.js.gz"), Library);

    // The kinds of chart that the partial build draws.
    private static readonly HashSet<string> Kinds =
        ["bar", "box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour", "image", "pie", "scatter", "scatterternary", "violin"];

    private static readonly Lazy<string> Whole = new(() => PlotlyScript.Html(PlotlyScript.Packed(typeof(Plotly.NET.Trace).Assembly)
        ?? throw new InvalidOperationException("Plotly.NET's assembly holds no plotly.js: the package was updated; say in PlotlyScript where it is now."), "Plotly"));

    private static readonly string Draw = Resource.Text("Common.chart.js"), Ink = Resource.Text("Common.ink.js");

    public static string Of(JObject figure, string summary)
    {
        var inPage = (JObject)figure.DeepClone();
        var layout = (JObject)inPage["layout"]!;
        var title = (string?)layout.SelectToken("title.text");
        layout.Remove("title");
        if (title is not null && layout["margin"] is JObject margin)
            margin["t"] = Math.Max(10, (int)margin["t"]! - ChartLayout.TitleHeight(title));
        // A chart of another kind, such as a surface, carries the whole plotly.js itself.
        var drawn = inPage["data"]!.All(trace => Kinds.Contains((string?)trace["type"] ?? "scatter"));

        // The JSON is escaped, so that no text in the data can end the script element.
        var json = JsonConvert.SerializeObject(inPage, new JsonSerializerSettings { StringEscapeHandling = StringEscapeHandling.EscapeHtml });
        var key = "ck-chart-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16];
        var words = WebUtility.HtmlEncode((title is ['<', 'b', '>', .. var bold, '<', '/', 'b', '>'] ? bold : title)?.Replace("<br>", " ", StringComparison.Ordinal));
        var heading = title is null ? "" : $"<figcaption style=\"font-weight:600;margin:.2em 0\">{words}</figcaption>";
        var text = WebUtility.HtmlEncode(summary);
        return $"<figure style=\"margin:.5em 0;max-width:880px\">{heading}"
            + $"<div class=\"{key}\" role=\"img\" aria-label=\"{text}\" style=\"width:100%\">"
            + $"<p>{text}</p><p><em>Run the notebook's first cell (Course.Start) and this one to draw this chart.</em></p></div></figure>"
            + $"<script>({Draw})({json}, \"{key}\", \"{(drawn ? Library : "Plotly")}\", {Ink});</script>{(drawn ? "" : Whole.Value)}";
    }
}
