namespace CourseKit.Display;

/// <summary>The mime types this library emits.</summary>
internal static class MimeTypes
{
    public const string Html = "text/html";
    public const string Plain = "text/plain";
    public const string Png = "image/png";
    public const string Plotly = "application/vnd.plotly.v1+json";

    /// <summary>A few words for a value inside another value, e.g. in a table's cell. Only the course's kernel uses this mime type.</summary>
    public const string Summary = "text/plain+summary";

    public const string Scrap = "application/scrapbook.scrap.json+json";
}
