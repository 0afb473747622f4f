using System.Text.Json;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// A two-way connection between notebook code and code in the page (Jupyter's comm). Its handlers run like cells: one at a time, on the thread
/// that cells run on. Jupyter gets the outputs of a handler as outputs of the message that it handles.
/// </summary>
public sealed class Comm
{
    private readonly CommTable table;

    internal Comm(CommTable table, string id, string target) => (this.table, Id, Target) = (table, id, target);

    /// <summary>The comm's id in the protocol.</summary>
    public string Id { get; }

    /// <summary>The target name: the side that receives the comm has registered its handler under this name.</summary>
    public string Target { get; }

    /// <summary>Is raised with each message that the page sends.</summary>
    public event Action<CommMessage>? Received;

    /// <summary>Is raised with the last message when the page closes the comm.</summary>
    public event Action<CommMessage>? Closed;

    /// <summary>Registers a handler for comms that a page opens under a name.</summary>
    /// <param name="target">The name.</param>
    /// <param name="opened">Called with the new comm and its first message, on the thread that cells run on.</param>
    /// <exception cref="InvalidOperationException">No Jupyter front end runs this notebook.</exception>
    public static void Register(string target, Action<Comm, CommMessage> opened)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        ArgumentNullException.ThrowIfNull(opened);
        CommTable.Current.Register(target, opened);
    }

    /// <summary>Opens a comm to code in the page that has registered the target name.</summary>
    /// <param name="target">The target name.</param>
    /// <param name="data">The first message: a value that becomes a JSON object; null for an empty object.</param>
    /// <param name="buffers">Binary attachments.</param>
    /// <exception cref="ArgumentException">The data does not become a JSON object.</exception>
    /// <exception cref="InvalidOperationException">No Jupyter front end runs this notebook.</exception>
    public static Comm Open(string target, object? data = null, params IReadOnlyList<byte[]> buffers)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        return CommTable.Current.Open(target, Json(data), buffers);
    }

    /// <summary>Sends a message to the page.</summary>
    /// <param name="data">A value that becomes a JSON object; null for an empty object.</param>
    /// <param name="buffers">Binary attachments.</param>
    /// <exception cref="ArgumentException">The data does not become a JSON object.</exception>
    /// <exception cref="InvalidOperationException">The comm is closed.</exception>
    public void Send(object? data, params IReadOnlyList<byte[]> buffers) => table.Send(this, Json(data), buffers);

    /// <summary>Closes the comm. Does nothing if the comm is closed already.</summary>
    /// <param name="data">The last message: a value that becomes a JSON object; null for an empty object.</param>
    /// <exception cref="ArgumentException">The data does not become a JSON object.</exception>
    public void Close(object? data = null) => table.Close(this, Json(data));

    internal void OnReceived(CommMessage message) => Received?.Invoke(message);

    internal void OnClosed(CommMessage message) => Closed?.Invoke(message);

    private static JsonObject Json(object? data) => data switch
    {
        null => [],
        JsonObject json => json.DeepClone().AsObject(),
        _ => JsonSerializer.SerializeToNode(data) is JsonObject json ? json
            : throw new ArgumentException($"Expected data that is a JSON object, such as new {{ x = 1 }}; found {data.GetType().Name}.", nameof(data)),
    };
}

/// <summary>A message that came over a comm.</summary>
/// <param name="Data">The message's content.</param>
/// <param name="Buffers">Binary attachments.</param>
public sealed record CommMessage(JsonObject Data, IReadOnlyList<byte[]> Buffers);
