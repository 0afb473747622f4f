using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Jupyter;

/// <summary>Tells all listeners the kernel's state and the outputs of cells.</summary>
internal sealed class IoPub(MessageCodec codec, KernelSockets sockets)
{
    private readonly Lock gate = new();
    private Message? executing;

    public void Publish(string type, JsonObject content, Message? parent, JsonObject? metadata = null, IReadOnlyList<byte[]>? buffers = null) =>
        sockets.Publish(codec.Encode(codec.Create(type, content, parent, [System.Text.Encoding.UTF8.GetBytes($"kernel.{type}")], metadata, buffers)));

    public void Starting() => Publish("status", Status("starting"), null);

    /// <summary>Says that the kernel works on a request.</summary>
    public void Busy(Message request) => Publish("status", Status("busy"), request);

    /// <summary>
    /// Says that the kernel is done with a request. If a cell is running, it then says that it is busy with the cell again, because front ends
    /// show the last state that they were told.
    /// </summary>
    public void Idle(Message request)
    {
        lock (gate)
        {
            Publish("status", Status("idle"), request);
            if (executing is not null)
                Busy(executing);
        }
    }

    /// <summary>Publishes busy for a cell or a comm message that begins.</summary>
    public void Begin(Message request)
    {
        lock (gate)
        {
            executing = request;
            Busy(request);
        }
    }

    /// <summary>Publishes idle for the cell or the comm message that has ended.</summary>
    public void End()
    {
        lock (gate)
        {
            if (executing is not { } ended)
                return;
            executing = null;
            Publish("status", Status("idle"), ended);
        }
    }

    /// <summary>Publishes an output of the cell that a request runs.</summary>
    public void Output(CellOutput output, int executionCount, Message? parent)
    {
        switch (output)
        {
            case StreamOutput stream:
                Publish("stream", new() { ["name"] = stream.Name, ["text"] = stream.Text }, parent);
                break;
            case ResultOutput result:
                Publish("execute_result", new() { ["execution_count"] = executionCount, ["data"] = result.Data.ToJson(), ["metadata"] = new JsonObject() }, parent);
                break;
            case DisplayOutput display:
                var id = display.DisplayId is null ? new JsonObject() : new() { ["display_id"] = display.DisplayId };
                Publish(display.IsUpdate ? "update_display_data" : "display_data",
                    new() { ["data"] = display.Data.ToJson(), ["metadata"] = new JsonObject(), ["transient"] = id }, parent);
                break;
            case ClearOutput clear:
                Publish("clear_output", new() { ["wait"] = clear.Wait }, parent);
                break;
            case CellError error:
                Publish("error", Content(error), parent);
                break;
        }
    }

    /// <summary>The fields that describe an error in <c>error</c> messages and in replies.</summary>
    public static JsonObject Content(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        // The first line, the error itself, is red, so that it differs from the stack frames below. Python's kernel does so too.
        ["traceback"] = new JsonArray([.. error.Traceback.Select((line, at) => (JsonNode)(at == 0 ? $"\e[31m{line}\e[0m" : line))]),
    };

    private static JsonObject Status(string state) => new() { ["execution_state"] = state };
}
