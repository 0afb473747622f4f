using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CourseKit.Tests.Parsers;

/// <summary>Content made wrong in one way or another: its bytes, its numbers, or the values of its JSON.</summary>
internal static partial class Mutant
{
    // What JSON text can hold, but no tree of this program: a number too large, half a surrogate pair, a value nested too deep.
    private static readonly string[] Raw = ["1e999", "-99999999999999999999", "1.5", "-0", "\"\\ud83d\"", "\"\\u0000\\u202e\"", Nested(200), Nested(300), Nested(30_000), "NaN", "// no\n1"];

    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2", "3", "63", "64", "65", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "4611686018427387904", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "18446744073709551615", "99999999999999999999999", "1.5", "1e3", "1e999", "007", "", "1, 1", "0, 9223372036854775807, 9223372036854775807",
    ];

    private static readonly ulong[] Fields = [0, 1, 2, 7, 255, 256, 65_535, 65_536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue];

    /// <summary>Bytes changed, removed, doubled or added, seldom the end cut off.</summary>
    public static byte[] OfBytes(byte[] content, Random random)
    {
        List<byte> bytes = [.. content];
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            var length = random.Next(1, Math.Min(200, bytes.Count - at) + 1);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    var more = new byte[length];
                    random.NextBytes(more);
                    bytes.InsertRange(at, more);
                    break;
                case 4:
                    // Within a text, the file stays JSON.
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next('0', 'z'), length));
                    break;
                default:
                    // Seldom, since a file without its end is never whole.
                    if (random.Next(4) == 0)
                        bytes.RemoveRange(at, bytes.Count - at - 1);
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>A whole number of a binary file becomes one at the edge of what its bytes can hold, or of what a parser can count.</summary>
    /// <param name="content">The file; it is changed.</param>
    /// <param name="at">Where the number begins.</param>
    /// <param name="size">2, 4 or 8 bytes.</param>
    /// <param name="bigEndian">Whether its first byte counts most.</param>
    /// <param name="random">Chooses the number.</param>
    public static byte[] OfField(byte[] content, int at, int size, bool bigEndian, Random random)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Fields[random.Next(Fields.Length)]);
        var field = bytes.AsSpan(0, size);
        if (bigEndian)
            field.Reverse();
        if (at >= 0 && at + size <= content.Length)
            field.CopyTo(content.AsSpan(at));
        return content;
    }

    /// <summary>A number of a text becomes another one, or none.</summary>
    public static string OfNumbers(string text, Random random)
    {
        var numbers = Number().Matches(text);
        if (numbers.Count == 0)
            return text;
        var changed = numbers[random.Next(numbers.Count)];
        return text[..changed.Index] + Numbers[random.Next(Numbers.Length)] + text[(changed.Index + changed.Length)..];
    }

    /// <summary>Any fields or items of a JSON text taken away, doubled, or of another type; or another number. In what is no JSON object, another number.</summary>
    public static string OfJson(string text, Random random)
    {
        if (random.Next(4) == 0 || Object(text) is not { } root)
            return OfNumbers(text, random);
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            if (random.Next(10) == 0)
                Double(root, random);
            else
                OfValue(root, random);
        }
        return Text(root);
    }

    /// <summary>Any field or item of the tree: taken away, or of another type.</summary>
    public static void OfValue(JsonObject root, Random random)
    {
        List<JsonNode> inner = [.. Inner(root).Where(node => node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })];
        if (inner.Count == 0)
            return;
        var (node, value) = (inner[random.Next(inner.Count)], OtherValue(random));
        if (node is JsonObject fields)
        {
            var key = fields.GetAt(random.Next(fields.Count)).Key;
            if (random.Next(3) == 0)
                fields.Remove(key);
            else
                fields[key] = value;
        }
        else if (random.Next(3) == 0)
            node.AsArray().RemoveAt(random.Next(node.AsArray().Count));
        else
            node.AsArray()[random.Next(node.AsArray().Count)] = value;
    }

    /// <summary>A field of an object is in the text twice.</summary>
    public static void Double(JsonObject fields, Random random)
    {
        if (fields.Count > 0)
            fields["@again@" + fields.GetAt(random.Next(fields.Count)).Key] = "twice";
    }

    /// <summary>The text of a tree that was changed here.</summary>
    public static string Text(JsonNode root)
    {
        var changed = root.ToJsonString().Replace("\"@again@", "\"", StringComparison.Ordinal);
        foreach (var (index, raw) in Raw.Index())
            changed = changed.Replace($"\"@raw{index}@\"", raw, StringComparison.Ordinal);
        return changed;
    }

    // Null where no tree can be written, as where a text has half a surrogate pair.
    private static JsonObject? Object(string text)
    {
        try
        {
            var root = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) as JsonObject;
            _ = root?.ToJsonString();
            return root;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonNode? OtherValue(Random random) => random.Next(10) switch
    {
        0 => null,
        1 => true,
        2 => random.Next(-3, 100_000),
        3 => "",
        4 => "code",
        5 => new JsonArray("a", "b\n"),
        6 => new JsonObject { ["text/html"] = new JsonArray("<script>", 1) },
        _ => $"@raw{random.Next(Raw.Length)}@",
    };

    private static IEnumerable<JsonNode> Inner(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Inner(field.Value)).Prepend(fields),
        JsonArray items => items.SelectMany(Inner).Prepend(items),
        _ => [],
    };

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    [GeneratedRegex(@"-?\d+")]
    private static partial Regex Number();
}
