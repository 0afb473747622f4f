using System.Text;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Tests.Running;

/// <summary>Lines of a program that may write anything, also lines without an end.</summary>
public sealed class BoundedLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("\n\n", "|")]
    [InlineData("one\nkilled in the mid", "one")]
    [InlineData("äöü€😀\n", "äöü€😀")]
    [InlineData("12345678901234567890\n", "12345678901234567890")]
    [InlineData("123456789012345678901\nnext\n", "null|next")]
    [InlineData("123456789012345678901", "")]
    public async Task A_line_is_read_up_to_its_end_and_one_that_is_too_long_is_null(string text, string lines)
    {
        // The pieces in which the bytes come change nothing, not even in the middle of a letter.
        foreach (var piece in new[] { 1, 3, 1000 })
            Assert.Equal(lines, string.Join('|', await ReadAsync(new Pieces(Encoding.UTF8.GetBytes(text), piece), 20)));
    }

    [Fact]
    public async Task Of_a_gigabyte_without_an_end_nothing_is_kept()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(["null", "x"], await ReadAsync(new Pieces([.. Enumerable.Repeat((byte)'a', 1 << 16)], 1 << 16) { Times = 1 << 14, Last = "\nx\n"u8.ToArray() }, 1_000_000));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }

    private static async Task<List<string>> ReadAsync(Stream stream, int most)
    {
        List<string> lines = [];
        await foreach (var line in BoundedLines.ReadAsync(stream, most))
            lines.Add(line ?? "null");
        return lines;
    }

    // A stream that gives its bytes in pieces, all of them several times.
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public int Times { get; set; } = 1;

        public byte[] Last { get; set; } = [];

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
            if (read > 0 || Times == 0)
                return read;
            if (--Times > 0)
            {
                Position = 0;
                return await ReadAsync(buffer, cancellationToken);
            }
            Last.CopyTo(buffer);
            return Last.Length;
        }
    }
}
