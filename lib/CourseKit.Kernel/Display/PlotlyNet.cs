using System.Net;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Common;

namespace CourseKit.Kernel.Display;

/// <summary>
/// Draws the charts of Plotly.NET (also those of Plotly.NET.CSharp), whatever version a notebook uses. Everything is found by name, because the kernel
/// has no reference to Plotly.NET. The plotly.js comes from Plotly.NET's own assembly, so no chart needs a network.
/// </summary>
internal static class PlotlyNet
{
    private static readonly string Draw = Resource.Text("Common.chart.js");
    private static readonly Dictionary<Assembly, PageNeed?> Scripts = [];

    /// <summary>Whether the type is that of Plotly.NET's charts.</summary>
    public static bool IsChart(Type type) => ChartType(type) is not null;

    /// <summary>The chart as Plotly's JSON, as HTML that draws it, and in words; null if the value is no chart of Plotly.NET.</summary>
    public static MimeBundle? TryFormat(object value)
    {
        if (ChartType(value.GetType()) is not { } type)
            return null;
        var figure = new JsonObject
        {
            ["data"] = Json(type.Assembly, Call(type, "getTraces", value)),
            ["layout"] = Json(type.Assembly, Call(type, "getLayout", value)),
            ["config"] = Json(type.Assembly, Call(type, "getConfig", value)),
        };
        var words = Words(figure);
        return new MimeBundle { { "application/vnd.plotly.v1+json", figure }, { "text/html", Html(figure, words) }, { "text/plain", words } }.With(ScriptOf(type.Assembly));
    }

    // Each case of the F# union is a class inside it, which derives from it. In version 4 and before the union itself was inside a module of its name.
    private static Type? ChartType(Type type)
    {
        for (var candidate = type; candidate is not null; candidate = candidate.BaseType)
        {
            if (candidate.FullName is "Plotly.NET.GenericChart" or "Plotly.NET.GenericChart+GenericChart")
                return candidate;
        }
        return null;
    }

    // The functions are members of the union, or of the module around it.
    private static object Call(Type type, string function, object chart) =>
        (type.GetMethod(function, [type]) ?? type.DeclaringType?.GetMethod(function, [type]) ?? throw new MissingMethodException(type.FullName, function))
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [chart], null)!;

    // Plotly.NET's objects are made for Newtonsoft's serialiser, the one that this Plotly.NET was loaded with.
    private static JsonNode? Json(Assembly plotly, object part)
    {
        var newtonsoft = AssemblyLoadContext.GetLoadContext(plotly)!.LoadFromAssemblyName(plotly.GetReferencedAssemblies().First(name => name.Name == "Newtonsoft.Json"));
        var settingsType = newtonsoft.GetType("Newtonsoft.Json.JsonSerializerSettings", throwOnError: true)!;
        var settings = Activator.CreateInstance(settingsType)!;
        var nulls = settingsType.GetProperty("NullValueHandling")!;
        nulls.SetValue(settings, Enum.Parse(nulls.PropertyType, "Ignore"));
        var json = (string)newtonsoft.GetType("Newtonsoft.Json.JsonConvert", throwOnError: true)!.GetMethod("SerializeObject", [typeof(object), settingsType])!
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [part, settings], null)!;
        return JsonNode.Parse(json);
    }

    private static PageNeed? ScriptOf(Assembly plotlyNet)
    {
        lock (Scripts)
        {
            if (!Scripts.TryGetValue(plotlyNet, out var script))
                Scripts[plotlyNet] = script = PlotlyScript.Packed(plotlyNet) is { } packed ? new("plotly.js", PlotlyScript.Html(packed, "Plotly")) : null;
            return script;
        }
    }

    private static string Words(JsonObject figure)
    {
        var kinds = (figure["data"] as JsonArray ?? []).Select(trace => (string?)trace?["type"] ?? "scatter").GroupBy(kind => kind)
            .Select(kind => kind.Count() == 1 ? kind.Key : $"{kind.Count()} x {kind.Key}");
        var title = figure["layout"]?["title"] is { } said ? said is JsonObject parts ? (string?)parts["text"] : said.ToString() : null;
        return $"Plotly chart: {(title is null ? "" : $"{title}; ")}{string.Join(", ", kinds)}";
    }

    private static string Html(JsonObject figure, string words)
    {
        // System.Text.Json escapes < and &, so no text in the data can end the script element.
        var json = figure.ToJsonString();
        var key = "ck-plotly-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)))[..16];
        var text = WebUtility.HtmlEncode(words);
        return $"<div class=\"{key}\" role=\"img\" aria-label=\"{text}\">"
            + $"<p>{text}</p><p><em>Run the notebook's cells again to draw this chart.</em></p></div><script>({Draw})({json}, \"{key}\", \"Plotly\", null);</script>";
    }
}
