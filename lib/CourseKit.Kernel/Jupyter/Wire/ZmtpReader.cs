using System.Buffers.Binary;
using System.Text;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>
/// Reads what a peer sends by ZeroMQ's protocol (ZMTP 3, rfc.zeromq.org/spec/23): the greeting, then frames, each with a byte of flags and its length.
/// It keeps no more than was received, whatever a frame says of its length.
/// </summary>
internal sealed class ZmtpReader
{
    private const int Least = 8 << 10, Large = 1 << 20, ShortHeader = 2, LongHeader = 9;
    private const byte More = 1, Long = 2, Command = 4;
    private static readonly byte[] Signature = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f];
    private static readonly byte[] Null = [.. "NULL"u8, .. new byte[16]];

    private readonly List<byte[]> frames = [];
    private byte[] buffer = new byte[Least];
    private int start, end;
    private bool greeted;

    /// <summary>What each side says first: version 3.0, no authentication. Jupyter signs its messages instead.</summary>
    public static byte[] Greeting { get; } = [.. Signature, 3, 0, .. Null, .. new byte[32]];

    /// <summary>What each side says after the greeting: which kind of socket it is.</summary>
    public static byte[] Ready(string socketType) => Frame(Command, [.. Name("READY"), .. Name("Socket-Type"), .. Length(socketType.Length), .. Encoding.ASCII.GetBytes(socketType)]);

    /// <summary>The bytes of a message.</summary>
    public static byte[] Write(IReadOnlyList<byte[]> frames)
    {
        var bytes = new byte[frames.Sum(frame => Header(frame) + frame.Length)];
        var rest = bytes.AsSpan();
        foreach (var (at, frame) in frames.Index())
            rest = Put(rest, at < frames.Count - 1 ? More : (byte)0, frame);
        return bytes;
    }

    /// <summary>The answer to a PING command, which must carry what the PING carried behind its two bytes of time.</summary>
    public static byte[] Pong(ZmtpCommand ping) => Frame(Command, [.. Name("PONG"), .. ping.Body.AsSpan(Math.Min(2, ping.Body.Length))]);

    /// <summary>Where to put the next bytes; <see cref="Received"/> says how many there were.</summary>
    public Span<byte> Room()
    {
        if (start == end)
        {
            (start, end) = (0, 0);
            if (buffer.Length > Large)
                buffer = new byte[Least];
        }
        if (end == buffer.Length)
        {
            // A frame that does not fit moves to the front, and the room doubles where that is not enough.
            var to = start > buffer.Length / 2 ? buffer : new byte[checked(2 * buffer.Length)];
            buffer.AsSpan(start, end - start).CopyTo(to);
            (buffer, start, end) = (to, 0, end - start);
        }
        return buffer.AsSpan(end);
    }

    /// <summary>Takes over the bytes that were put into the room.</summary>
    public void Received(int count) => end += count;

    /// <summary>The next whole message or command among the bytes so far.</summary>
    /// <param name="message">The message's frames; null if it is a command.</param>
    /// <param name="command">The command; null if it is a message.</param>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="MalformedMessageException">The peer speaks another protocol.</exception>
    public bool Next(out List<byte[]>? message, out ZmtpCommand? command)
    {
        (message, command) = (null, null);
        if (!greeted && !Greet())
            return false;
        while (true)
        {
            var rest = buffer.AsSpan(start, end - start);
            if (rest.Length < ShortHeader)
                return false;
            var flags = rest[0];
            var header = (flags & Long) != 0 ? LongHeader : ShortHeader;
            if (flags > (More | Long | Command) || (flags & Command) != 0 && ((flags & More) != 0 || frames.Count > 0))
                throw new MalformedMessageException($"no frame of ZMTP begins with the byte {flags}");
            if (rest.Length < header)
                return false;
            var length = header == LongHeader ? BinaryPrimitives.ReadUInt64BigEndian(rest[1..]) : rest[1];
            if (length > (ulong)Array.MaxLength)
                throw new MalformedMessageException($"a frame has {length} bytes; at most {Array.MaxLength} fit");
            if ((ulong)(rest.Length - header) < length)
                return false;
            var body = rest.Slice(header, (int)length).ToArray();
            start += header + body.Length;
            if ((flags & Command) != 0)
            {
                command = ZmtpCommand.Parse(body);
                return true;
            }
            frames.Add(body);
            if ((flags & More) != 0)
                continue;
            message = [.. frames];
            frames.Clear();
            return true;
        }
    }

    private bool Greet()
    {
        var rest = buffer.AsSpan(start, end - start);
        if (rest.Length > 0 && rest[0] != Signature[0] || rest.Length > 9 && (rest[9] & 1) == 0 || rest.Length > 10 && rest[10] < 3)
            throw new MalformedMessageException("the peer does not speak version 3 of ZMTP");
        if (rest.Length < Greeting.Length)
            return false;
        if (!rest.Slice(12, Null.Length).SequenceEqual(Null))
            throw new MalformedMessageException("the peer wants an authentication that this kernel does not have");
        start += Greeting.Length;
        return greeted = true;
    }

    private static byte[] Frame(byte flags, byte[] body)
    {
        var bytes = new byte[Header(body) + body.Length];
        Put(bytes, flags, body);
        return bytes;
    }

    private static int Header(byte[] body) => body.Length <= byte.MaxValue ? ShortHeader : LongHeader;

    // Gives what is left of the room.
    private static Span<byte> Put(Span<byte> to, byte flags, byte[] body)
    {
        var header = Header(body);
        if (header == ShortHeader)
        {
            (to[0], to[1]) = (flags, (byte)body.Length);
        }
        else
        {
            to[0] = (byte)(flags | Long);
            BinaryPrimitives.WriteUInt64BigEndian(to[1..], (ulong)body.Length);
        }
        body.CopyTo(to[header..]);
        return to[(header + body.Length)..];
    }

    private static byte[] Name(string name) => [(byte)name.Length, .. Encoding.ASCII.GetBytes(name)];

    private static byte[] Length(int length) => [0, 0, 0, (byte)length];
}

/// <summary>A command of the protocol itself: READY, PING, SUBSCRIBE, ...</summary>
internal sealed record ZmtpCommand(string Name, byte[] Body)
{
    /// <summary>Reads a command's frame.</summary>
    /// <exception cref="MalformedMessageException">It has no name.</exception>
    public static ZmtpCommand Parse(byte[] frame)
    {
        if (frame.Length == 0 || frame.Length <= frame[0])
            throw new MalformedMessageException("a command has no name");
        return new(Encoding.ASCII.GetString(frame, 1, frame[0]), frame[(1 + frame[0])..]);
    }

    /// <summary>The value of a property of a READY command; empty if it has none of this name.</summary>
    /// <exception cref="MalformedMessageException">The properties are cut off.</exception>
    public byte[] Property(string name)
    {
        for (var rest = Body.AsSpan(); rest.Length > 0;)
        {
            if (rest.Length < 1 + rest[0] + 4)
                throw new MalformedMessageException("a property is cut off");
            var isWanted = Encoding.ASCII.GetString(rest.Slice(1, rest[0])).Equals(name, StringComparison.OrdinalIgnoreCase);
            rest = rest[(1 + rest[0])..];
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 4)
                throw new MalformedMessageException("a property is cut off");
            if (isWanted)
                return rest.Slice(4, (int)length).ToArray();
            rest = rest[(4 + (int)length)..];
        }
        return [];
    }
}
