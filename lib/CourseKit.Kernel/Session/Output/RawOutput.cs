using System.Text;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// Reads the standard output or error of a process that runs cells. Text that cells print with <see cref="Console"/> does not come here, but text of
/// native code, of child processes and of a crashing runtime does. The process writes a mark after each cell. When this class has read the mark, it
/// has read all text of the cell.
/// </summary>
internal sealed class RawOutput : IDisposable
{
    private const int MaxTail = 1 << 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _marks = new(0);
    private readonly Stream _stream;
    private readonly byte[] _mark;
    private readonly Action<string> _write;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _tail = new();

    public RawOutput(Stream stream, byte[] mark, Action<string> write)
    {
        (_stream, _mark, _write) = (stream, mark, write);
        End = Task.Factory.StartNew(ReadAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Completes at the end of the stream, when no process has it open for writing any more.</summary>
    public Task End { get; }

    /// <summary>The end of the text so far. It tells why the process has ended.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
                return _tail.ToString();
        }
    }

    /// <summary>Waits for the next mark, at most 1 second: if the cell closed the stream, the mark never comes.</summary>
    public Task MarkAsync() => Task.WhenAny(End, _marks.WaitAsync(Patience));

    public void Dispose()
    {
        _stream.Dispose();
        _marks.Dispose();
    }

    // Begins on a thread of its own, and stays there if the stream blocks (KeptPipe).
    private async Task ReadAsync()
    {
        var buffer = new byte[32 * 1024];
        int held = 0, read;
        while ((read = await _stream.ReadAsync(buffer.AsMemory(held))) > 0)
            held = Take(buffer, held + read);
        Write(buffer.AsSpan(0, held), flush: true);
    }

    /// <summary>
    /// Passes on the text and counts the marks in it. If the bytes end with the beginning of a mark, these bytes move to the front of the buffer, and
    /// their number is returned.
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
        if (count == 0)
            return;
        lock (_tail)
        {
            _tail.Append(chars, 0, count);
            _tail.Remove(0, Math.Max(0, _tail.Length - MaxTail));
        }
        _write(new string(chars, 0, count));
    }
}
