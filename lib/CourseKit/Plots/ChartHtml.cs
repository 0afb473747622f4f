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
    /// <summary>
    /// The chart's text takes the colour of the page around it, and changes with the page between dark and light. When a notebook is opened again,
    /// the script may run before its element or plotly.js is on the page. So the script tries again for about five minutes.
    /// </summary>
    private const string Script = """
        (function (figure, key, ink) {
          let tries = 0;
          function draw() {
            const divs = document.querySelectorAll('.' + key + ':not([data-drawn])');
            if (!window.Plotly || !divs.length) {
              if (tries++ < 1000) setTimeout(draw, tries < 20 ? 50 : 300);
              return;
            }
            for (const div of divs) {
              div.dataset.drawn = '';
              div.textContent = '';
              const layout = structuredClone(figure.layout);
              layout.font = Object.assign({}, layout.font, { color: getComputedStyle(div.parentElement).color });
              // On a touch screen, dragging must scroll the page.
              if (matchMedia('(pointer: coarse)').matches) layout.dragmode = false;
              // Without a mouse, the tool bar would cover the chart all the time.
              const config = Object.assign({}, figure.config, matchMedia('(hover: none)').matches ? { displayModeBar: false } : {});
              Plotly.newPlot(div, structuredClone(figure.data), layout, config);
              ink(div);
            }
          }
          draw();
        })
        """;

    private static readonly string Ink = Resource.Text("Common.ink.js");

    public static string Of(JObject figure, string summary)
    {
        var inPage = (JObject)figure.DeepClone();
        var layout = (JObject)inPage["layout"]!;
        var title = (string?)layout.SelectToken("title.text");
        layout.Remove("title");
        if (title is not null && layout["margin"] is JObject margin)
            margin["t"] = Math.Max(10, (int)margin["t"]! - ChartLayout.TitleHeight(title));
        var height = (int?)layout["height"] ?? 400;

        // The JSON is escaped, so that no text in the data can end the script element.
        var json = JsonConvert.SerializeObject(inPage, new JsonSerializerSettings { StringEscapeHandling = StringEscapeHandling.EscapeHtml });
        var key = "ck-chart-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16];
        var words = WebUtility.HtmlEncode(title?.Replace("<br>", " ", StringComparison.Ordinal));
        var heading = title is null ? "" : $"<figcaption style=\"font-weight:600;margin:.2em 0\">{words}</figcaption>";
        var text = WebUtility.HtmlEncode(summary);
        return $"<figure style=\"margin:.5em 0;max-width:880px\">{heading}"
            + $"<div class=\"{key}\" role=\"img\" aria-label=\"{text}\" style=\"width:100%;min-height:{height}px\">"
            + $"<p>{text}</p><p><em>Run the notebook's first cell (Course.Start) to draw this chart.</em></p></div></figure>"
            + $"<script>{Script}({json}, \"{key}\", {Ink});</script>";
    }
}
