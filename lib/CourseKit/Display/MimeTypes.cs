namespace CourseKit.Display;

/// <summary>The mime types this library emits.</summary>
internal static class MimeTypes
{
    public const string Html = "text/html";
    public const string Plain = "text/plain";
    public const string Png = "image/png";
    public const string Plotly = "application/vnd.plotly.v1+json";

    /// <summary>Some words, where a value stands inside another: not shown by itself.</summary>
    public const string Summary = "text/plain+summary";

    public const string Scrap = "application/scrapbook.scrap.json+json";
}
