using NetMQ;
using NetMQ.Sockets;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>The sockets that receive requests.</summary>
internal enum RequestChannel
{
    Shell,
    Control,
    Stdin,
}

/// <summary>
/// The kernel's five sockets. One thread receives and sends for all of them, and it calls the callback for received frames. Any thread may queue
/// frames to send. The heartbeat socket sends all frames back unchanged.
/// </summary>
internal sealed class KernelSockets : IDisposable
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);
    private readonly Dictionary<RequestChannel, NetMQSocket> routers;
    private readonly XPublisherSocket iopub = new();
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RouterSocket heartbeat = new();
    private readonly NetMQQueue<(NetMQSocket Socket, List<byte[]> Frames)> outgoing = new();
    private readonly NetMQPoller poller = [];

    /// <summary>Binds the sockets; nothing is received before <see cref="Start"/>.</summary>
    /// <param name="connection">The addresses to bind to.</param>
    /// <param name="received">Called with the frames that come, on the sockets' thread. It must be quick and must not throw.</param>
    /// <exception cref="KernelStartException">A socket cannot be bound to its address.</exception>
    public KernelSockets(ConnectionFile connection, Action<RequestChannel, List<byte[]>> received)
    {
        routers = Enum.GetValues<RequestChannel>().ToDictionary(channel => channel, NetMQSocket (_) => new RouterSocket());
        Bind(routers[RequestChannel.Shell], connection, connection.ShellPort, "shell");
        Bind(routers[RequestChannel.Control], connection, connection.ControlPort, "control");
        Bind(routers[RequestChannel.Stdin], connection, connection.StdinPort, "stdin");
        Bind(iopub, connection, connection.IopubPort, "iopub");
        Bind(heartbeat, connection, connection.HeartbeatPort, "heartbeat");

        foreach (var (channel, router) in routers)
        {
            router.ReceiveReady += (_, ready) => received(channel, Receive(ready.Socket));
            poller.Add(router);
        }
        heartbeat.ReceiveReady += (_, ready) => Send(ready.Socket, Receive(ready.Socket));
        poller.Add(heartbeat);
        // The only messages that listeners send: they subscribe and unsubscribe.
        iopub.ReceiveReady += (_, ready) =>
        {
            Receive(ready.Socket);
            subscribed.TrySetResult();
        };
        poller.Add(iopub);
        outgoing.ReceiveReady += (_, _) => SendQueued();
        poller.Add(outgoing);
    }

    /// <summary>Completes when the first listener has subscribed. What is published before reaches nobody.</summary>
    public Task Subscribed => subscribed.Task;

    /// <summary>Begins to receive and to send.</summary>
    public void Start() => poller.RunAsync("jupyter sockets", isBackgroundThread: true);

    /// <summary>Queues frames for one client. The first frames are the client's identities.</summary>
    public void Send(RequestChannel channel, List<byte[]> frames) => outgoing.Enqueue((routers[channel], frames));

    /// <summary>Queues frames for all listeners.</summary>
    public void Publish(List<byte[]> frames) => outgoing.Enqueue((iopub, frames));

    /// <summary>Sends the queued frames, then closes the sockets. The sockets' own thread must not call this.</summary>
    public void Dispose()
    {
        poller.Stop();
        SendQueued();
        foreach (var socket in routers.Values.Append(iopub).Append(heartbeat))
            socket.Dispose();
        outgoing.Dispose();
        poller.Dispose();
        // Waits until the last messages are sent, but no longer than the linger time of 1 s.
        NetMQConfig.Cleanup(block: true);
    }

    private static void Bind(NetMQSocket socket, ConnectionFile connection, int port, string name)
    {
        // The queues have no limits: a full queue drops messages, and a lost result is worse than the memory it would take.
        socket.Options.SendHighWatermark = 0;
        socket.Options.ReceiveHighWatermark = 0;
        socket.Options.Linger = Linger;
        socket.Options.IPv4Only = !connection.Ip.Contains(':', StringComparison.Ordinal);
        if (socket is RouterSocket)
            socket.Options.RouterHandover = true; // a front end that reconnects may use its old identity
        try
        {
            socket.Bind(connection.Address(port));
        }
        catch (Exception error) when (error is NetMQException or System.Net.Sockets.SocketException or ArgumentException)
        {
            throw new KernelStartException($"The {name} socket cannot be bound to {connection.Address(port)}: {error.Message}. Is the port in use? A front end picks new ones when it starts a kernel.");
        }
    }

    private void SendQueued()
    {
        while (outgoing.TryDequeue(out var next, TimeSpan.Zero))
            Send(next.Socket, next.Frames);
    }

    private static List<byte[]> Receive(NetMQSocket socket) => socket.ReceiveMultipartBytes();

    private static void Send(NetMQSocket socket, List<byte[]> frames) => socket.SendMultipartBytes(frames);
}
