using System.Collections;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Display;

/// <summary>
/// One value in several representations, richest first. Each has a mime type and a content. The content is a string for text and (base64)
/// images, and any JSON for <c>application/json</c> and <c>...+json</c>.
/// </summary>
public sealed class MimeBundle : IEnumerable<KeyValuePair<string, JsonNode>>
{
    private readonly List<KeyValuePair<string, JsonNode>> entries = [];

    /// <summary>The mime types, richest first.</summary>
    public IEnumerable<string> MimeTypes => entries.Select(entry => entry.Key);

    /// <summary>What the page needs before it can show this value; null for nothing.</summary>
    internal PageNeed? Need { get; private set; }

    /// <summary>The content of a mime type; null if the bundle has none.</summary>
    /// <param name="mimeType">A mime type, e.g. <c>text/html</c>.</param>
    public JsonNode? this[string mimeType] => entries.Find(entry => entry.Key == mimeType).Value;

    /// <summary>The content of a mime type as text; null if the bundle has no such content or the content is no text.</summary>
    /// <param name="mimeType">A mime type, e.g. <c>text/plain</c>.</param>
    public string? Text(string mimeType) => this[mimeType] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>
    /// Adds a representation at the end, so add the richest one first. If the mime type is already there, its content is replaced.
    /// </summary>
    /// <param name="mimeType">The mime type.</param>
    /// <param name="content">A string, or an object for JSON.</param>
    /// <exception cref="ArgumentNullException">The mime type or the content is null.</exception>
    public void Add(string mimeType, JsonNode content)
    {
        ArgumentNullException.ThrowIfNull(mimeType);
        ArgumentNullException.ThrowIfNull(content);
        var at = entries.FindIndex(entry => entry.Key == mimeType);
        if (at < 0)
            entries.Add(new(mimeType, content));
        else
            entries[at] = new(mimeType, content);
    }

    /// <summary>Says what the page needs before it can show this value.</summary>
    internal MimeBundle With(PageNeed? need)
    {
        Need = need;
        return this;
    }

    /// <summary>
    /// A copy of the bundle as a new JSON object, the <c>data</c> of a Jupyter message. It has no parent, so it can be put into any document.
    /// </summary>
    public JsonObject ToJson() => new(entries.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value.DeepClone())));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, JsonNode>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>HTML that a page needs once, such as a script for all charts. It is an output of its own before the first value that needs it.</summary>
/// <param name="Name">The same name for the same need.</param>
/// <param name="Html">The HTML.</param>
internal sealed record PageNeed(string Name, string Html);
