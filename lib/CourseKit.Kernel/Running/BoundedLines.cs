using System.Buffers;
using System.Text;

namespace CourseKit.Kernel.Running;

/// <summary>Reads lines from somebody who may never end one.</summary>
internal static class BoundedLines
{
    /// <summary>The lines of a stream of UTF-8 up to its end. A last line without an end is left out: its writer was killed.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="most">How many bytes a line may have. Of a longer line nothing is kept; it is null.</param>
    public static async IAsyncEnumerable<string?> ReadAsync(Stream stream, int most)
    {
        var chunk = new byte[1 << 16];
        var line = new ArrayBufferWriter<byte>();
        var tooLong = false;
        for (int read; (read = await stream.ReadAsync(chunk)) > 0;)
        {
            for (var rest = chunk.AsMemory(0, read); rest.Length > 0;)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                var part = end < 0 ? rest : rest[..end];
                tooLong |= line.WrittenCount + part.Length > most;
                if (!tooLong)
                    line.Write(part.Span);
                rest = end < 0 ? default : rest[(end + 1)..];
                if (end < 0)
                    continue;
                yield return tooLong ? null : Encoding.UTF8.GetString(line.WrittenSpan);
                tooLong = false;
                // A large buffer is given back: most lines are short.
                line = line.Capacity > 1 << 20 ? new() : line;
                line.ResetWrittenCount();
            }
            if (tooLong)
                line = new();
        }
    }
}
