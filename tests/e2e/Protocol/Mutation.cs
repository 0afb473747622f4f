using System.Text.Json.Nodes;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Messages made wrong in one way or another.</summary>
internal static class Mutation
{
    /// <summary>Frames dropped, doubled, exchanged, emptied, cut, prolonged, or with bytes changed.</summary>
    public static List<byte[]> OfFrames(List<byte[]> frames, Random random)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            if (frames.Count == 0)
                break;
            var at = random.Next(frames.Count);
            var bytes = (byte[])frames[at].Clone();
            switch (random.Next(7))
            {
                case 0:
                    frames.RemoveAt(at);
                    break;
                case 1:
                    frames.Insert(at, bytes);
                    break;
                case 2:
                    var other = random.Next(frames.Count);
                    (frames[at], frames[other]) = (frames[other], frames[at]);
                    break;
                case 3:
                    frames[at] = [];
                    break;
                case 4:
                    frames[at] = bytes[..random.Next(bytes.Length + 1)];
                    break;
                case 5:
                    var more = new byte[random.Next(1, 3000)];
                    random.NextBytes(more);
                    frames[at] = [.. bytes, .. more];
                    break;
                default:
                    for (var i = random.Next(1, 5); i > 0 && bytes.Length > 0; i--)
                        bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                    frames[at] = bytes;
                    break;
            }
        }
        // A message has a frame at least.
        return frames.Count == 0 ? [[]] : frames;
    }

    /// <summary>Fields missing, or of another type, or out of range.</summary>
    public static JsonObject OfContent(JsonObject content, Random random)
    {
        var mutated = content.DeepClone().AsObject();
        // Code that runs for ever or ends the process is no mutation.
        foreach (var field in content.Select(field => field.Key).Where(_ => random.Next(2) == 0))
        {
            mutated[field] = random.Next(9) switch
            {
                0 => null,
                1 => random.Next(-5, 100_000),
                2 => long.MaxValue,
                3 => -1.5,
                4 => "\ud83d\ude00 \0 \"<>&",
                5 => new JsonArray(1, "two", null),
                6 => new JsonObject { ["deep"] = new JsonObject { ["er"] = new JsonArray() } },
                7 => true,
                _ => new string('x', random.Next(10_000)),
            };
        }
        if (random.Next(4) == 0)
            mutated.Remove(mutated.Select(field => field.Key).FirstOrDefault() ?? "");
        return mutated;
    }
}
