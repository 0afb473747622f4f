using System.Globalization;
using System.Net;
using CourseKit.Display;
using Newtonsoft.Json;

namespace CourseKit;

/// <summary>A figure of <see cref="Course.Record"/>. One mime type is that of the scrapbook library, so that tools can read the figure.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Scrap, MimeTypes.Html, MimeTypes.Plain])]
internal sealed record RecordedFigure(string Name, double Value, string? Caption = null) : IDisplayable
{
    public IReadOnlyList<MimeText> Bundle =>
    [
        new(MimeTypes.Scrap, JsonConvert.SerializeObject(
            new { name = Name, data = Value, encoder = "json", version = 1, caption = Caption }, new JsonSerializerSettings { NullValueHandling = NullValueHandling.Ignore })),
        new(MimeTypes.Html, Caption is { } caption
            ? $"<div title=\"{WebUtility.HtmlEncode($"{Name}: {Rounded}")}\">{WebUtility.HtmlEncode(caption)}</div>"
            : $"<div>{WebUtility.HtmlEncode(Name)}: <strong>{Rounded}</strong></div>"),
        new(MimeTypes.Plain, ToString()),
    ];

    public override string ToString() => Caption ?? $"{Name}: {Rounded}";

    private string Rounded => Value.ToString(Math.Abs(Value) is >= 1000 and < 1e9 ? "N0" : "G4", CultureInfo.InvariantCulture);
}
