using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Jupyter;

/// <summary>The open comms, and the names for which notebook code has registered a handler.</summary>
internal sealed class CommTable(IoPub iopub)
{
    private static CommTable? current;
    private readonly ConcurrentDictionary<string, Comm> open = [];
    private readonly ConcurrentDictionary<string, Action<Comm, CommMessage>> targets = [];

    /// <summary>The table of the kernel that runs in this process.</summary>
    /// <exception cref="InvalidOperationException">This process is not a kernel.</exception>
    public static CommTable Current
    {
        get => current ?? throw new InvalidOperationException("A comm needs a Jupyter front end; this notebook runs without one.");
        set => current = value;
    }

    /// <summary>The request that runs now or ran last. It becomes the parent of comm messages that the kernel sends.</summary>
    public Message? Parent { get; set; }

    public void Register(string target, Action<Comm, CommMessage> opened) => targets[target] = opened;

    public Comm Open(string target, JsonObject data, IReadOnlyList<byte[]> buffers)
    {
        var comm = new Comm(this, Guid.NewGuid().ToString("N"), target);
        open[comm.Id] = comm;
        Publish("comm_open", comm.Id, data, buffers, target);
        return comm;
    }

    public void Send(Comm comm, JsonObject data, IReadOnlyList<byte[]> buffers)
    {
        if (!open.ContainsKey(comm.Id))
            throw new InvalidOperationException($"The comm '{comm.Target}' is closed.");
        Publish("comm_msg", comm.Id, data, buffers);
    }

    public void Close(Comm comm, JsonObject data)
    {
        if (open.TryRemove(comm.Id, out _))
            Publish("comm_close", comm.Id, data, []);
    }

    /// <summary>Passes a message from the page to its handler. Messages of unknown comms are dropped. Comms to unknown targets are closed.</summary>
    public void Receive(Message message)
    {
        var id = message.Get("comm_id", "");
        var content = new CommMessage(message.Content["data"] as JsonObject ?? [], message.Buffers);
        switch (message.Type)
        {
            case "comm_open" when targets.TryGetValue(message.Get("target_name", ""), out var opened):
                opened(open[id] = new(this, id, message.Get("target_name", "")), content);
                break;
            case "comm_open":
                Publish("comm_close", id, [], []);
                break;
            case "comm_msg" when open.TryGetValue(id, out var comm):
                comm.OnReceived(content);
                break;
            case "comm_close" when open.TryRemove(id, out var comm):
                comm.OnClosed(content);
                break;
        }
    }

    /// <summary>The answer to <c>comm_info_request</c>: the open comms, either of one name or all.</summary>
    public JsonObject Info(string? target) => new(open.Values.Where(comm => target is null || comm.Target == target)
        .Select(comm => KeyValuePair.Create(comm.Id, (JsonNode?)new JsonObject { ["target_name"] = comm.Target })));

    private void Publish(string type, string id, JsonObject data, IReadOnlyList<byte[]> buffers, string? target = null)
    {
        var content = new JsonObject { ["comm_id"] = id, ["data"] = data };
        if (target is not null)
            content["target_name"] = target;
        iopub.Publish(type, content, Parent, buffers: buffers);
    }
}
