using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using NetMQ;
using NetMQ.Sockets;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>A front end that speaks the protocol, one thread of it.</summary>
internal sealed class KernelClient : IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly KernelProcess kernel;
    private readonly MessageCodec codec;
    private SubscriberSocket iopub = new();
    private readonly Dictionary<RequestChannel, DealerSocket> sockets;
    private readonly Dictionary<NetMQSocket, List<Message>> unread = [];

    public KernelClient(KernelProcess kernel)
    {
        this.kernel = kernel;
        codec = new(kernel.Key);
        var connection = kernel.Connection;
        var identity = Guid.NewGuid().ToByteArray();
        sockets = new()
        {
            [RequestChannel.Shell] = Connect(new DealerSocket(), connection, connection.ShellPort, identity),
            [RequestChannel.Control] = Connect(new DealerSocket(), connection, connection.ControlPort, identity),
            [RequestChannel.Stdin] = Connect(new DealerSocket(), connection, connection.StdinPort, identity),
        };
        Listen();
        // A subscription takes a moment to arrive: the kernel is ready when it is also heard.
        for (var end = DateTime.UtcNow + Patience; ;)
        {
            var request = Send("kernel_info_request", []);
            if (TryTake(sockets[RequestChannel.Shell], message => IsAbout(message, request), Patience) is null)
                throw new TimeoutException($"The kernel does not answer. {kernel.State}");
            if (TryTake(iopub, message => IsAbout(message, request), TimeSpan.FromMilliseconds(200)) is not null)
                break;
            if (DateTime.UtcNow > end)
                throw new TimeoutException($"Nothing comes on iopub. {kernel.State}");
        }
    }

    /// <summary>
    /// Listens anew, after the kernel's process was replaced. Front ends with libzmq do that by themselves; a SubscriberSocket of NetMQ connects again,
    /// but does not subscribe again.
    /// </summary>
    public void Listen()
    {
        unread.Remove(iopub);
        iopub.Dispose();
        iopub = new();
        iopub.Options.ReceiveHighWatermark = 0;
        iopub.SubscribeToAnyTopic();
        Connect(iopub, kernel.Connection, kernel.Connection.IopubPort, Guid.NewGuid().ToByteArray());
    }

    /// <summary>Sends a message and returns it.</summary>
    public Message Send(string type, JsonObject content, RequestChannel channel = RequestChannel.Shell, Message? parent = null, IReadOnlyList<byte[]>? buffers = null)
    {
        var message = codec.Create(type, content, parent, [], buffers: buffers);
        sockets[channel].SendMultipartBytes(codec.Encode(message));
        return message;
    }

    /// <summary>Sends frames as they stand.</summary>
    public void SendRaw(List<byte[]> frames, RequestChannel channel = RequestChannel.Shell) => sockets[channel].SendMultipartBytes(frames);

    /// <summary>The frames of a message that has not been sent.</summary>
    public List<byte[]> Frames(string type, JsonObject content) => codec.Encode(codec.Create(type, content, null, []));

    /// <summary>Asks to run a cell.</summary>
    public Message Request(string code, JsonObject? more = null)
    {
        var content = new JsonObject { ["code"] = code, ["silent"] = false, ["store_history"] = true, ["allow_stdin"] = true, ["stop_on_error"] = true, ["user_expressions"] = new JsonObject() };
        foreach (var (field, value) in more ?? [])
            content[field] = value?.DeepClone();
        return Send("execute_request", content);
    }

    /// <summary>Runs a cell to its end.</summary>
    public Executed Execute(string code, JsonObject? more = null) => Finish(Request(code, more));

    /// <summary>Waits for the end of a cell that was asked for.</summary>
    public Executed Finish(Message request) => new(Reply(request), Outputs(request));

    /// <summary>Waits for the reply to a request.</summary>
    public Message Reply(Message request, RequestChannel channel = RequestChannel.Shell) => Take(sockets[channel], message => IsAbout(message, request), $"a reply to {request.Type}");

    /// <summary>Whether no reply comes within a moment.</summary>
    public bool IsIgnored(Message request) => TryTake(sockets[RequestChannel.Shell], message => IsAbout(message, request), TimeSpan.FromMilliseconds(300)) is null;

    /// <summary>Waits for a message on iopub.</summary>
    public Message Published(Func<Message, bool> wanted, string what) => Take(iopub, wanted, what);

    /// <summary>Waits until a cell has printed something.</summary>
    public string Printed(Message request) => Published(message => IsAbout(message, request) && message.Type == "stream", "a stream").Get("text", "");

    /// <summary>All that is published about a request, without the state.</summary>
    public IReadOnlyList<Message> Outputs(Message request)
    {
        List<Message> outputs = [];
        while (true)
        {
            var message = Take(iopub, message => IsAbout(message, request), $"the end of {request.Type}");
            if (message.Type != "status")
                outputs.Add(message);
            else if (message.Get("execution_state", "") == "idle")
                return outputs;
        }
    }

    /// <summary>Waits until a cell asks for input.</summary>
    public Message Question() => Take(sockets[RequestChannel.Stdin], message => message.Type == "input_request", "an input_request");

    public void Answer(string value, Message question) => Send("input_reply", new() { ["value"] = value, ["status"] = "ok" }, RequestChannel.Stdin, question);

    public void Dispose()
    {
        iopub.Dispose();
        foreach (var socket in sockets.Values)
            socket.Dispose();
    }

    public static bool IsAbout(Message message, Message request) => (string?)message.Parent["msg_id"] == request.Id;

    private Message Take(NetMQSocket socket, Func<Message, bool> wanted, string what) =>
        TryTake(socket, wanted, Patience) ?? throw new TimeoutException($"{what} did not come within {Patience.TotalSeconds} s. {kernel.State}");

    // What comes meanwhile and is about something else waits for who asks for it.
    private Message? TryTake(NetMQSocket socket, Func<Message, bool> wanted, TimeSpan patience)
    {
        var backlog = unread[socket];
        if (backlog.FindIndex(message => wanted(message)) is var at and >= 0)
        {
            var found = backlog[at];
            backlog.RemoveAt(at);
            return found;
        }
        var end = DateTime.UtcNow + patience;
        while (end - DateTime.UtcNow is { Ticks: > 0 } left)
        {
            List<byte[]> frames = null!;
            // At least a millisecond: NetMQ counts in whole ones, and with none left it waits for ever.
            var look = TimeSpan.FromMilliseconds(Math.Clamp(left.TotalMilliseconds, 1, Look.TotalMilliseconds));
            if (!socket.TryReceiveMultipartBytes(look, ref frames))
            {
                if (kernel.WaitForExit(TimeSpan.Zero) is not null)
                    return null; // the dead do not answer
                continue;
            }
            var message = codec.Decode(frames);
            if (wanted(message))
                return message;
            backlog.Add(message);
        }
        return null;
    }

    private T Connect<T>(T socket, ConnectionFile connection, int port, byte[] identity)
        where T : NetMQSocket
    {
        unread[socket] = [];
        socket.Options.Identity = identity;
        socket.Options.Linger = TimeSpan.Zero;
        socket.Options.SendHighWatermark = 0;
        socket.Connect(connection.Address(port));
        return socket;
    }
}

/// <summary>How a cell ended, and what it put out.</summary>
internal sealed record Executed(Message Reply, IReadOnlyList<Message> Outputs)
{
    public string Status => Reply.Get("status", "");

    public string Stdout => Stream("stdout");

    public string Stderr => Stream("stderr");

    /// <summary>The plain text of the result.</summary>
    public string? Value => (string?)Outputs.SingleOrDefault(message => message.Type == "execute_result")?.Content["data"]?["text/plain"];

    public string Error => Outputs.Single(message => message.Type == "error").Get("evalue", "");

    /// <summary>The same, where the cell ended well.</summary>
    /// <exception cref="InvalidOperationException">It did not.</exception>
    public Executed Ok() => Status == "ok" ? this : throw new InvalidOperationException($"The cell did not end well: {Reply.Content.ToJsonString()}");

    private string Stream(string name) => string.Concat(Outputs.Where(message => message.Type == "stream" && message.Get("name", "") == name).Select(message => message.Get("text", "")));
}
