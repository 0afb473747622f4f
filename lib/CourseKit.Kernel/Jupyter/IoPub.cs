using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Jupyter;

/// <summary>What the kernel tells all who listen: its state, and what cells put out.</summary>
internal sealed class IoPub(MessageCodec codec, KernelSockets sockets)
{
    private readonly Lock gate = new();
    private Message? executing;

    public void Publish(string type, JsonObject content, Message? parent, JsonObject? metadata = null, IReadOnlyList<byte[]>? buffers = null) =>
        sockets.Publish(codec.Encode(codec.Create(type, content, parent, [System.Text.Encoding.UTF8.GetBytes($"kernel.{type}")], metadata, buffers)));

    public void Starting() => Publish("status", Status("starting"), null);

    /// <summary>Says that a request is worked on.</summary>
    public void Busy(Message request) => Publish("status", Status("busy"), request);

    /// <summary>
    /// Says that a request is done with. Where a cell runs meanwhile, the kernel is said to be busy with that again: front ends show what was said last.
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

    /// <summary>Says that a cell begins.</summary>
    public void Begin(Message request)
    {
        lock (gate)
        {
            executing = request;
            Busy(request);
        }
    }

    /// <summary>Says that the cell has ended.</summary>
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

    /// <summary>An error as messages carry it.</summary>
    public static JsonObject Content(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        // What happened stands out from where, as in Python's kernel.
        ["traceback"] = new JsonArray([.. error.Traceback.Select((line, at) => (JsonNode)(at == 0 ? $"\e[31m{line}\e[0m" : line))]),
    };

    private static JsonObject Status(string state) => new() { ["execution_state"] = state };
}
