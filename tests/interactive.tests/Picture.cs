using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Interactive.Tests;

/// <summary>Outputs that a reader looks at: pictures, charts, and HTML that draws.</summary>
internal static class Picture
{
    public static bool IsIn(JsonObject data) => data.Any(part => part.Key.StartsWith("image/", StringComparison.Ordinal) || part.Key == "application/vnd.plotly.v1+json")
        || data["text/html"] is { } html && new[] { "<img", "<svg", "<canvas", "ck-moving" }.Any(MultilineText.Join(html).Contains);
}
