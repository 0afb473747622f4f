using System.Text;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Tests.Session.Output;

/// <summary>What a process writes past the console, cut into cells by marks.</summary>
public sealed class RawOutputTests
{
    private const string Mark = "\u0001abab\u0002";

    [Theory]
    [InlineData("", "")]
    [InlineData("text", "text")]
    [InlineData("one\u0001abab\u0002two\u0001abab\u0002", "onetwo")]
    [InlineData("\u0001ab\u0001abab\u0002", "\u0001ab")]
    [InlineData("almost \u0001abab", "almost \u0001abab")]
    [InlineData("\u0001abab\u0002\u0001abab\u0002", "")]
    [InlineData("äöü € 🐍\u0001abab\u0002日本", "äöü € 🐍日本")]
    public async Task Marks_are_taken_out_wherever_the_reads_cut(string written, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(written);
        for (var chunk = 1; chunk <= Math.Max(1, bytes.Length); chunk++)
        {
            var text = new StringBuilder();
            using var raw = new RawOutput(new Chunks(bytes, chunk), Encoding.UTF8.GetBytes(Mark), part => text.Append(part));
            await raw.End;
            Assert.Equal(expected, text.ToString());
        }
    }

    [Fact]
    public async Task What_stood_before_a_mark_has_been_passed_on_when_the_mark_is_reported()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream(System.IO.Pipes.PipeDirection.Out);
        using var reading = new System.IO.Pipes.AnonymousPipeClientStream(System.IO.Pipes.PipeDirection.In, pipe.ClientSafePipeHandle);
        var text = new StringBuilder();
        using var raw = new RawOutput(reading, Encoding.UTF8.GetBytes(Mark), part => text.Append(part));
        for (var cell = 0; cell < 100; cell++)
        {
            pipe.Write(Encoding.UTF8.GetBytes($"{cell}{Mark}"));
            await raw.MarkAsync();
            Assert.EndsWith($"{cell}", text.ToString());
        }
    }

    private sealed class Chunks(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
