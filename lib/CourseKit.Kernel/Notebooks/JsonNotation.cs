using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Notebooks;

/// <summary>
/// Writes JSON text as Jupyter writes notebooks: indented by one space, with unescaped non-ASCII text. System.Text.Json would escape emoji and more. Only
/// the numbers of a chart do not take a line each, because their indentation would be a quarter of a notebook.
/// </summary>
internal static class JsonNotation
{
    // A format's own lists of numbers, such as a version, are shorter.
    private const int Few = 8;

    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.Append('\n').ToString();
    }

    /// <summary>Sets a field. Jupyter's files have sorted keys, so a new field goes where it would stand in such a file.</summary>
    public static void SetSorted(this JsonObject json, string key, JsonNode? value)
    {
        if (json.ContainsKey(key))
        {
            json[key] = value;
            return;
        }
        var place = 0;
        while (place < json.Count && string.CompareOrdinal(json.GetAt(place).Key, key) < 0)
            place++;
        json.Insert(place, key, value);
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject { Count: 0 }:
                text.Append("{}");
                break;
            case JsonArray { Count: 0 }:
                text.Append("[]");
                break;
            case JsonObject fields:
                text.Append('{');
                for (var i = 0; i < fields.Count; i++)
                {
                    var (key, value) = fields.GetAt(i);
                    NewLine(text, i > 0, depth + 1);
                    WriteString(text, key);
                    text.Append(": ");
                    Write(text, value, depth + 1);
                }
                NewLine(text, false, depth);
                text.Append('}');
                break;
            case JsonArray items when items.Count > Few && items.All(item => item is null || item.GetValueKind() == JsonValueKind.Number):
                text.Append('[').AppendJoin(", ", items.Select(item => item?.ToJsonString() ?? "null")).Append(']');
                break;
            case JsonArray items:
                text.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    NewLine(text, i > 0, depth + 1);
                    Write(text, items[i], depth + 1);
                }
                NewLine(text, false, depth);
                text.Append(']');
                break;
            case JsonValue value when value.TryGetValue<string>(out var s):
                WriteString(text, s);
                break;
            case JsonValue value when value.GetValueKind() is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                text.Append(value.ToJsonString());
                break;
            default:
                // A JsonValue that holds another .NET value, for example a date or an enum.
                Write(text, JsonNode.Parse(node.ToJsonString()), depth);
                break;
        }
    }

    private static void NewLine(StringBuilder text, bool comma, int depth)
    {
        if (comma)
            text.Append(',');
        text.Append('\n').Append(' ', depth);
    }

    private static void WriteString(StringBuilder text, string s)
    {
        text.Append('"');
        for (var i = 0; i < s.Length; i++)
        {
            var c = s[i];
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case < ' ': text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)); break;
                case >= '\ud800' and <= '\udfff' when !(char.IsHighSurrogate(c) && i + 1 < s.Length && char.IsLowSurrogate(s[i + 1])):
                    // Half a surrogate pair has no UTF-8 form and no valid JSON form. Students' strings may hold one.
                    text.Append('\ufffd');
                    break;
                case >= '\ud800' and <= '\udfff':
                    text.Append(c).Append(s[++i]);
                    break;
                default: text.Append(c); break;
            }
        }
        text.Append('"');
    }
}
