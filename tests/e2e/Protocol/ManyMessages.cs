using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Messages such as front ends send, each made wrong in some way; the same ones for the same seed.</summary>
internal sealed class ManyMessages(KernelClient client, int seed)
{
    private static readonly (string Type, JsonObject Content)[] Sound =
    [
        ("kernel_info_request", new JsonObject()),
        ("execute_request", new() { ["code"] = "1 + 1", ["silent"] = false, ["store_history"] = true, ["user_expressions"] = new JsonObject(), ["allow_stdin"] = true }),
        ("complete_request", new() { ["code"] = "Math.", ["cursor_pos"] = 5 }),
        ("inspect_request", new() { ["code"] = "Math", ["cursor_pos"] = 2, ["detail_level"] = 0 }),
        ("is_complete_request", new() { ["code"] = "if (true) {" }),
        ("history_request", new() { ["hist_access_type"] = "range", ["session"] = 0, ["start"] = 0, ["stop"] = 3 }),
        ("comm_open", new() { ["comm_id"] = "x", ["target_name"] = "y", ["data"] = new JsonObject() }),
        ("comm_msg", new() { ["comm_id"] = "x", ["data"] = new JsonObject() }),
        ("input_reply", new() { ["value"] = "v" }),
        ("interrupt_request", new()),
        ("debug_request", new() { ["command"] = "initialize", ["seq"] = 1 }),
    ];

    /// <summary>Sends them. Half are signed rightly, and say something that no front end says; the frames of the others are changed.</summary>
    public void Send(int count)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var (type, content) = Sound[random.Next(Sound.Length)];
            var channel = (RequestChannel)random.Next(3);
            if (random.Next(2) == 0)
                client.SendRaw(Mutation.OfFrames(client.Frames(type, content), random), channel);
            else
                client.Send(type, Mutation.OfContent(content, random), channel);
        }
    }

    /// <summary>What the next sound cell gives. Behind a mutated cell that fails, cells are dropped; behind the one before it they are not.</summary>
    public string? AnswerAfterwards()
    {
        client.Execute("0");
        return client.Execute("1 + 1").Ok().Value;
    }
}
