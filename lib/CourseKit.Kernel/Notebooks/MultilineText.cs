using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Notebooks;

/// <summary>Text as a notebook file stores it: a string, or an array with one string for each line.</summary>
public static class MultilineText
{
    /// <summary>The text of a field that is a string, an array of strings, or absent (then empty).</summary>
    /// <param name="node">For instance <c>output["text"]</c> or <c>output["data"]["text/html"]</c>.</param>
    public static string Join(JsonNode? node) => node switch
    {
        JsonArray lines => string.Concat(lines.Select(line => line?.GetValue<string>())),
        JsonValue value => value.GetValue<string>(),
        _ => "",
    };

    /// <summary>Splits a text into an array of lines, which keep their line ends. An empty text gives an empty array.</summary>
    /// <param name="text">Any text. Lines end where Python's <c>splitlines</c> ends them, as in Jupyter's own files.</param>
    public static JsonArray Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = new JsonArray();
        for (int start = 0, end; start < text.Length; start = end)
        {
            var found = text.AsSpan(start).IndexOfAny(LineEnds);
            end = found < 0 ? text.Length : start + found + 1;
            if (found >= 0 && text[end - 1] == '\r' && end < text.Length && text[end] == '\n')
                end++;
            lines.Add((JsonNode)text[start..end]);
        }
        return lines;
    }

    private static readonly System.Buffers.SearchValues<char> LineEnds =
        System.Buffers.SearchValues.Create("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");
}
