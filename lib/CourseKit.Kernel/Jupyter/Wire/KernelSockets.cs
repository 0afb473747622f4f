using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>The sockets that receive requests.</summary>
internal enum RequestChannel
{
    Shell,
    Control,
    Stdin,
}

/// <summary>
/// The kernel's five sockets. One thread of their own receives from all of them, and it calls the callback for received frames. It never needs the
/// thread pool, which a cell may fill: so an interrupt is heard whatever a cell does. Any thread may send. The heartbeat socket sends all frames back.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(50);
    private readonly Dictionary<RequestChannel, Listener> routers = [];
    private readonly Listener iopub;
    private readonly List<Listener> listeners = [];
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread thread;
    // Connected to itself: who sends to it wakes the thread.
    private readonly Socket bell = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
    private volatile bool ending;
    private uint strangers;

    /// <summary>Binds the sockets; nothing is received before <see cref="Start"/>.</summary>
    /// <param name="connection">The addresses to bind to.</param>
    /// <param name="received">
    /// Called with the frames that come, on the sockets' thread. The first frame is the sender's identity. It must be quick and must not throw.
    /// </param>
    /// <exception cref="KernelStartException">A socket cannot be bound to its address.</exception>
    public KernelSockets(ConnectionFile connection, Action<RequestChannel, List<byte[]>> received)
    {
        foreach (var (channel, port) in new[] { (RequestChannel.Shell, connection.ShellPort), (RequestChannel.Control, connection.ControlPort), (RequestChannel.Stdin, connection.StdinPort) })
            routers[channel] = Listen(port, $"{channel}".ToLowerInvariant(), "ROUTER", (peer, frames) => received(channel, [peer.Identity!, .. frames]));
        iopub = Listen(connection.IopubPort, "iopub", "PUB", Subscribe);
        Listen(connection.HeartbeatPort, "heartbeat", "ROUTER", (peer, frames) => Send(peer, ZmtpReader.Write(frames)));
        bell.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        bell.Connect(bell.LocalEndPoint!);
        thread = new(Receive) { IsBackground = true, Name = "jupyter sockets" };

        Listener Listen(int port, string name, string type, Action<ZmtpPeer, List<byte[]>> heard)
        {
            try
            {
                var listener = new Listener(connection.Listen(port), type, heard);
                listeners.Add(listener);
                return listener;
            }
            catch (Exception error) when (error is SocketException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                throw new KernelStartException($"The {name} socket cannot be bound to {connection.Address(port)}: {error.Message}. Is the port in use? A front end picks new ones when it starts a kernel.");
            }
        }
    }

    /// <summary>Completes when the first listener has subscribed. What is published before reaches nobody.</summary>
    public Task Subscribed => subscribed.Task;

    /// <summary>Begins to receive.</summary>
    public void Start() => thread.Start();

    /// <summary>Sends frames to one client. The first frame is the client's identity; where no such client is connected, they go nowhere.</summary>
    public void Send(RequestChannel channel, List<byte[]> frames)
    {
        if (frames.Count > 0 && routers[channel].Peers.TryGetValue(Key(frames[0]), out var peer))
            Send(peer, ZmtpReader.Write(frames[1..]));
    }

    /// <summary>Sends frames to all who have subscribed to the topic, which is the first frame.</summary>
    public void Publish(List<byte[]> frames)
    {
        var bytes = ZmtpReader.Write(frames);
        foreach (var (_, peer) in iopub.Peers)
        {
            if (peer.Wants(frames[0]))
                Send(peer, bytes);
        }
    }

    /// <summary>Sends what is still unsent, within a second, then closes the sockets. The sockets' own thread must not call this.</summary>
    public void Dispose()
    {
        ending = true;
        Wake();
        if (thread.ThreadState.HasFlag(ThreadState.Unstarted) || thread.Join(Linger + Linger))
            bell.Dispose();
    }

    private void Receive()
    {
        var connected = new Dictionary<Socket, (ZmtpPeer Peer, Listener Of)>();
        var began = 0L;
        while (!ending || connected.Values.Any(one => one.Peer.IsFull) && Environment.TickCount64 - began < Linger.TotalMilliseconds)
        {
            if (ending && began == 0)
                began = Environment.TickCount64;
            List<Socket> readable = [bell, .. listeners.Select(listener => listener.Socket), .. connected.Keys];
            List<Socket> writable = [.. connected.Where(one => one.Value.Peer.IsFull).Select(one => one.Key)];
            Socket.Select(readable, writable, null, ending ? Pause : Timeout.InfiniteTimeSpan);
            foreach (var socket in writable)
                connected[socket].Peer.Flush();
            foreach (var socket in readable)
            {
                if (socket == bell)
                    bell.Receive(new byte[1], SocketFlags.None, out _);
                else if (connected.TryGetValue(socket, out var one))
                    Receive(one.Peer, one.Of, connected);
                else if (listeners.Find(listener => listener.Socket == socket) is { } listener)
                    Accept(listener, connected);
            }
        }
        foreach (var (peer, _) in connected.Values)
            peer.Dispose();
        foreach (var listener in listeners)
            listener.Dispose();
    }

    private static void Accept(Listener at, Dictionary<Socket, (ZmtpPeer Peer, Listener Of)> connected)
    {
        try
        {
            var peer = new ZmtpPeer(at.Socket.Accept(), at.Type);
            connected[peer.Socket] = (peer, at);
        }
        catch (SocketException)
        {
            Thread.Sleep(Pause); // The peer has gone meanwhile, or the process may open no more files for now.
        }
    }

    private void Receive(ZmtpPeer peer, Listener of, Dictionary<Socket, (ZmtpPeer Peer, Listener Of)> connected)
    {
        try
        {
            if (peer.Receive(Introduce, of.Heard))
                return;
        }
        catch (MalformedMessageException)
        {
            // It is no client of Jupyter. Others are not disturbed.
        }
        Close(peer);

        // A front end that reconnects may use its old identity before the end of the old connection was seen.
        void Introduce(ZmtpPeer stranger)
        {
            if (stranger.Identity!.Length == 0)
                stranger.Identity = [0, .. BitConverter.GetBytes(++strangers)];
            if (of.Peers.TryGetValue(Key(stranger.Identity), out var before))
                Close(before);
            of.Peers[Key(stranger.Identity)] = stranger;
        }

        void Close(ZmtpPeer which)
        {
            connected.Remove(which.Socket);
            if (which.Identity is { } identity && of.Peers.TryGetValue(Key(identity), out var known) && known == which)
                of.Peers.TryRemove(Key(identity), out _);
            which.Dispose();
        }
    }

    private void Send(ZmtpPeer peer, byte[] bytes)
    {
        if (peer.Send(bytes))
            Wake();
    }

    private void Wake() => bell.Send([0], SocketFlags.None, out _);

    private void Subscribe(ZmtpPeer peer, List<byte[]> frames)
    {
        if (frames is not [[<= 1, ..] subscription])
            return;
        peer.Subscribe(subscription[1..], wants: subscription[0] == 1);
        subscribed.TrySetResult();
    }

    private static string Key(byte[] identity) => Convert.ToHexString(identity);

    private sealed record Listener(Socket Socket, string Type, Action<ZmtpPeer, List<byte[]>> Heard) : IDisposable
    {
        /// <summary>The peers that have introduced themselves, by their identities.</summary>
        public ConcurrentDictionary<string, ZmtpPeer> Peers { get; } = [];

        public void Dispose()
        {
            var path = (Socket.LocalEndPoint as UnixDomainSocketEndPoint)?.ToString();
            Socket.Dispose();
            if (path is not null)
                File.Delete(path);
        }
    }
}
