using System.Net.Sockets;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>
/// A connected front end, on one of the kernel's sockets. One thread receives and flushes. Any thread may send: what the connection does not take at
/// once waits here, without a limit, because a lost result is worse than the memory it would take.
/// </summary>
internal sealed class ZmtpPeer : IDisposable
{
    private readonly ZmtpReader reader = new();
    private readonly Queue<byte[]> unsent = new();
    private readonly List<byte[]> topics = [];
    private readonly Lock gate = new();
    private int sent; // of the first that is unsent
    private bool closed;

    /// <summary>Greets a peer that has connected.</summary>
    /// <param name="socket">The connection, which belongs to the peer from now on.</param>
    /// <param name="type">The kernel's kind of socket: ROUTER or PUB.</param>
    public ZmtpPeer(Socket socket, string type)
    {
        Socket = socket;
        socket.Blocking = false;
        if (socket.ProtocolType == ProtocolType.Tcp)
            socket.NoDelay = true;
        Send([.. ZmtpReader.Greeting, .. ZmtpReader.Ready(type)]);
    }

    public Socket Socket { get; }

    /// <summary>The peer's name: the one it gave itself, or the kernel's for it. Null before it has introduced itself.</summary>
    public byte[]? Identity { get; set; }

    /// <summary>Whether bytes wait until the connection takes more.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate)
                return unsent.Count > 0;
        }
    }

    /// <summary>Receives what has come.</summary>
    /// <param name="introduced">Called once, when <see cref="Identity"/> is known.</param>
    /// <param name="received">Called with the frames of each message. Subscriptions are messages too: 1 for a new one, 0 for its end, and the topic.</param>
    /// <returns>Whether the connection goes on.</returns>
    /// <exception cref="MalformedMessageException">The peer speaks another protocol.</exception>
    public bool Receive(Action<ZmtpPeer> introduced, Action<ZmtpPeer, List<byte[]>> received)
    {
        var count = Socket.Receive(reader.Room(), SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
            return true;
        if (error != SocketError.Success || count == 0)
            return false;
        reader.Received(count);
        while (reader.Next(out var frames, out var command))
        {
            if (command is { Name: "READY" } && Identity is null)
            {
                Identity = command.Property("Identity");
                introduced(this);
            }
            else if (Identity is null)
            {
                throw new MalformedMessageException("the peer does not introduce itself");
            }
            else if (command is { Name: "PING" })
            {
                Send(ZmtpReader.Pong(command));
            }
            else if (command is { Name: "SUBSCRIBE" or "CANCEL" })
            {
                received(this, [[command.Name == "SUBSCRIBE" ? (byte)1 : (byte)0, .. command.Body]]);
            }
            else if (frames is not null)
            {
                received(this, frames);
            }
        }
        return true;
    }

    /// <summary>Sends bytes.</summary>
    /// <returns>Whether the connection has become full: then <see cref="Flush"/> is to be called when it takes more.</returns>
    public bool Send(byte[] bytes)
    {
        lock (gate)
        {
            unsent.Enqueue(bytes);
            if (unsent.Count > 1)
                return false; // it was full before
            Flush();
            return unsent.Count > 0;
        }
    }

    /// <summary>Sends what waits, as far as the connection takes it.</summary>
    public void Flush()
    {
        lock (gate)
        {
            while (!closed && unsent.TryPeek(out var bytes))
            {
                var count = Socket.Send(bytes.AsSpan(sent), SocketFlags.None, out var error);
                if (error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
                    return;
                if (error is not (SocketError.Success or SocketError.Interrupted))
                    break; // the receiving thread sees the end of the connection too, and closes it
                sent += count;
                if (sent < bytes.Length)
                    continue;
                unsent.Dequeue();
                sent = 0;
            }
            unsent.Clear();
            sent = 0;
        }
    }

    /// <summary>Notes that the peer wants, or no longer wants, what begins with a topic. It may ask for one topic more than once.</summary>
    public void Subscribe(byte[] topic, bool wants)
    {
        lock (gate)
        {
            if (wants)
                topics.Add(topic);
            else if (topics.FindIndex(known => known.AsSpan().SequenceEqual(topic)) is >= 0 and var at)
                topics.RemoveAt(at);
        }
    }

    /// <summary>Whether the peer has subscribed to a topic.</summary>
    public bool Wants(byte[] topic)
    {
        lock (gate)
            return topics.Exists(wanted => topic.AsSpan().StartsWith(wanted));
    }

    /// <summary>Closes the connection. What the connection has taken still reaches the peer.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            Socket.Dispose();
        }
    }
}
