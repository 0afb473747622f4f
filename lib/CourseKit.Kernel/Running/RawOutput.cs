using System.Text;

namespace CourseKit.Kernel.Running;

/// <summary>
/// Reads what a process writes to its standard output or error without <see cref="Console"/>. Such text comes from native code, from programs that
/// the process starts, and from the runtime when it dies. The process writes a mark after each cell. When the mark has been read, all that the
/// cell wrote has been read.
/// </summary>
internal sealed class RawOutput : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _marks = new(0);
    private readonly Stream _stream;
    private readonly byte[] _mark;
    private readonly Action<string> _write;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public RawOutput(Stream stream, byte[] mark, Action<string> write)
    {
        (_stream, _mark, _write) = (stream, mark, write);
        End = Task.Run(ReadAsync);
    }

    /// <summary>Completes when nobody can write any more.</summary>
    public Task End { get; }

    /// <summary>Waits for the next mark, but not for ever: the mark never comes if the cell closed the stream.</summary>
    public Task MarkAsync() => Task.WhenAny(End, _marks.WaitAsync(Patience));

    public void Dispose()
    {
        _stream.Dispose();
        _marks.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[32 * 1024];
        int held = 0, read;
        while ((read = await _stream.ReadAsync(buffer.AsMemory(held))) > 0)
            held = Take(buffer, held + read);
        Write(buffer.AsSpan(0, held), flush: true);
    }

    /// <summary>
    /// Passes on the text before a possible beginning of a mark. That beginning moves to the front of the buffer, and its length is returned.
    /// </summary>
    private int Take(byte[] buffer, int length)
    {
        var bytes = buffer.AsSpan(0, length);
        for (int at; (at = bytes.IndexOf(_mark)) >= 0; bytes = bytes[(at + _mark.Length)..])
        {
            Write(bytes[..at], flush: true);
            _marks.Release();
        }
        var held = Math.Min(bytes.Length, _mark.Length - 1);
        while (!_mark.AsSpan().StartsWith(bytes[^held..]))
            held--;
        Write(bytes[..^held], flush: false);
        bytes[^held..].CopyTo(buffer);
        return held;
    }

    private void Write(ReadOnlySpan<byte> bytes, bool flush)
    {
        var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        var count = _decoder.GetChars(bytes, chars, flush);
        if (count > 0)
            _write(new string(chars, 0, count));
    }
}
