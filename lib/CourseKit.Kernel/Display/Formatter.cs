using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Display;

/// <summary>Turns a value into the representations that a front end shows.</summary>
public static class Formatter
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// Gives the value's representations, richest first. What a cell registered with .NET Interactive's formatter comes first. An exception gets HTML
    /// and plain text, a chart of Plotly.NET is drawn. Other types' own formatters are used next. Without them, the charts and the HTML of a sequence
    /// are shown one below the other, data tables and data frames show their rows. All other values are shown by .NET Interactive's formatter if a cell
    /// has used it. If not, sequences, dictionaries, records and plain objects get an HTML table and plain text, and the rest plain text.
    /// </summary>
    /// <param name="value">Any value, also null.</param>
    /// <param name="mimeTypes">The wanted mime types, e.g. <c>text/html</c>; one that the value lacks is made from its text.
    /// If empty, all that the value has.</param>
    /// <exception cref="FormatException">A JSON mime type gets a text that is not JSON.</exception>
    public static MimeBundle Format(object? value, params IReadOnlyList<string> mimeTypes)
    {
        ArgumentNullException.ThrowIfNull(mimeTypes);
        var bundle = value switch
        {
            MimeBundle ready => ready,
            MimeText text => text.ToBundle(),
            _ when InteractiveFormatter.TryRegistered(value, mimeTypes) is { } registered => registered,
            Exception error when PlainText.Of(error) is var told => new MimeBundle { { "text/html", Preformatted(told) }, { "text/plain", told } },
            _ when value is not null && PlotlyNet.TryFormat(value) is { } chart => chart,
            _ => ConventionFormatter.Format(value) ?? Stack.TryFormat(value) ?? Rows(value, mimeTypes) ?? InteractiveFormatter.TryFormat(value, mimeTypes)
                ?? Table.TryFormat(value) ?? new MimeBundle { { "text/plain", PlainText.Of(value) } },
        };
        if (mimeTypes.Count == 0)
            return bundle;

        var wanted = new MimeBundle().With(bundle.Need);
        foreach (var mimeType in mimeTypes)
            wanted.Add(mimeType, bundle[mimeType]?.DeepClone() ?? Convert(value, mimeType));
        return wanted;
    }

    /// <summary>Converts a text to the content of a bundle: JSON is parsed, other text stays unchanged.</summary>
    /// <exception cref="FormatException">The mime type is JSON, but the text is not; or a name stands twice in it, or half a surrogate pair.</exception>
    internal static JsonNode Content(string mimeType, string text)
    {
        if (mimeType != "application/json" && !mimeType.EndsWith("+json", StringComparison.Ordinal))
            return JsonValue.Create(text);
        try
        {
            var json = JsonNode.Parse(text, documentOptions: Strict) ?? throw new FormatException($"{mimeType}: expected a JSON object, found null.");
            ReadTexts(json);
            return json;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"{mimeType}: expected JSON, found {PlainText.Cut(text, 60)} ({error.Message})", error);
        }
    }

    /// <summary>Reads all names and texts of a tree. One with half a surrogate pair would else fail later, when a notebook or a message is written.</summary>
    /// <exception cref="InvalidOperationException">There is half a surrogate pair.</exception>
    internal static void ReadTexts(JsonNode? node, bool onlyNames = false)
    {
        if (!onlyNames && node is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            _ = value.GetValue<string>();
        foreach (var inner in node switch { JsonObject o => o.Select(field => field.Value), JsonArray a => a, _ => [] })
            ReadTexts(inner, onlyNames);
    }

    /// <summary>Text as an HTML block that keeps its lines.</summary>
    internal static string Preformatted(string text) => $"<pre>{WebUtility.HtmlEncode(text)}</pre>";

    // .NET Interactive's formatter tells all that a data table is made of, but hardly its rows. It is asked for what a table of rows lacks, such as CSV.
    private static MimeBundle? Rows(object? value, IReadOnlyList<string> mimeTypes) =>
        value is not null && Table.OfData(value) is { } rows && mimeTypes.All(rows.MimeTypes.Contains) ? rows : null;

    private static JsonNode Json(string mimeType, object? value)
    {
        try
        {
            return JsonSerializer.Serialize(value) is not "null" and var json ? Content(mimeType, json) : JsonValue.Create("null");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new FormatException($"{mimeType}: expected JSON, found a {value!.GetType().Name} ({error.Message})", error);
        }
    }

    private static JsonNode Convert(object? value, string mimeType) => mimeType switch
    {
        "text/html" => Preformatted(PlainText.Of(value)),
        "application/json" => Json(mimeType, value),
        _ => Content(mimeType, value as string ?? PlainText.Of(value)), // A string is taken whole: a picture may be too long for PlainText.
    };
}
