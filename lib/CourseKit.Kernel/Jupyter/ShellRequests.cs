using System.Text.Json.Nodes;
using System.Threading.Channels;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Session;
using CourseKit.Kernel.Session.Assist;

namespace CourseKit.Kernel.Jupyter;

/// <summary>Answers the requests that do not run a cell, for example completion and history. It works one by one, also while a cell runs.</summary>
internal sealed class ShellRequests(CSharpSession session, Replies replies, IoPub iopub, CommTable comms, History history, ConnectionFile connection, string version, KernelLog log)
{
    private readonly Channel<(RequestChannel Channel, Message Message)> waiting = Channel.CreateUnbounded<(RequestChannel, Message)>();

    /// <summary>Adds the status <c>ok</c> to the content of a reply, unless the content has a status.</summary>
    public static JsonObject Ok(JsonObject content)
    {
        content.TryAdd("status", "ok");
        return content;
    }

    public void Add(RequestChannel channel, Message message) => waiting.Writer.TryWrite((channel, message));

    /// <summary>Answers requests until the process ends.</summary>
    public async Task RunAsync()
    {
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (waiting.Reader.TryRead(out var next))
                await AnswerAsync(next.Channel, next.Message);
        }
    }

    private async Task AnswerAsync(RequestChannel channel, Message request)
    {
        if (!request.Type.EndsWith("_request", StringComparison.Ordinal))
        {
            log.Warn($"dropped a message of type '{request.Type}'");
            return;
        }
        iopub.Busy(request);
        JsonObject reply;
        try
        {
            reply = Ok(await Answer(request));
        }
        catch (Exception error)
        {
            reply = new() { ["status"] = "error", ["ename"] = error.GetType().Name, ["evalue"] = error.Message, ["traceback"] = new JsonArray() };
            log.Warn($"{request.Type}: {error.Message}");
        }
        replies.Send(channel, request, reply);
        iopub.Idle(request);
    }

    private async Task<JsonObject> Answer(Message request) => request.Type switch
    {
        "kernel_info_request" => KernelInfo(),
        "complete_request" => await Complete(request),
        "inspect_request" => await Inspect(request),
        "is_complete_request" => IsComplete(request),
        "history_request" => Past(request),
        "comm_info_request" => new() { ["comms"] = comms.Info(request.Get<string?>("target_name", null)) },
        "connect_request" => new()
        {
            ["shell_port"] = connection.ShellPort,
            ["iopub_port"] = connection.IopubPort,
            ["stdin_port"] = connection.StdinPort,
            ["control_port"] = connection.ControlPort,
            ["hb_port"] = connection.HeartbeatPort,
        },
        "debug_request" => new()
        {
            ["type"] = "response",
            ["seq"] = 0,
            ["request_seq"] = request.Get("seq", 0),
            ["command"] = request.Get("command", ""),
            ["success"] = false,
            ["message"] = "This kernel has no debugger.",
        },
        var type => throw new NotSupportedException($"This kernel knows no {type}."),
    };

    private JsonObject KernelInfo() => new()
    {
        ["protocol_version"] = MessageCodec.ProtocolVersion,
        ["implementation"] = "coursekit",
        ["implementation_version"] = version,
        ["language_info"] = new JsonObject
        {
            ["name"] = "csharp",
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
        },
        ["banner"] = $"CourseKit {version}: C# 14 on .NET {Environment.Version}. #!lsmagic lists the directives.",
        ["help_links"] = new JsonArray(
            new JsonObject { ["text"] = "C#", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" },
            new JsonObject { ["text"] = "TorchSharp", ["url"] = "https://github.com/dotnet/TorchSharp" }),
        ["debugger"] = false,
        ["supported_features"] = new JsonArray(),
    };

    private async Task<JsonObject> Complete(Message request)
    {
        var code = request.Get("code", "");
        var found = await session.CompleteAsync(code, Position(request, code));
        var (start, end) = (CodePoints.FromIndex(code, found.Start), CodePoints.FromIndex(code, found.End));
        return new()
        {
            ["matches"] = new JsonArray([.. found.Entries.Select(entry => (JsonNode)entry.Text)]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                // JupyterLab and others draw their icons and signatures from this field.
                ["_jupyter_types_experimental"] = new JsonArray([.. found.Entries.Select(entry => new JsonObject
                {
                    ["text"] = entry.Text,
                    ["type"] = entry.Kind == "method" ? "function" : entry.Kind, // VS Code has no symbol for the word method here.
                    ["signature"] = entry.Signature,
                    ["start"] = start,
                    ["end"] = end,
                })]),
            },
        };
    }

    private async Task<JsonObject> Inspect(Message request)
    {
        var code = request.Get("code", "");
        var found = await session.InspectAsync(code, Position(request, code), request.Get("detail_level", 0) > 0);
        return new() { ["found"] = found is not null, ["data"] = found?.ToJson() ?? [], ["metadata"] = new JsonObject() };
    }

    private static JsonObject IsComplete(Message request)
    {
        var (status, indent) = CSharpSession.CheckComplete(request.Get("code", ""));
        var reply = new JsonObject { ["status"] = status.ToString().ToLowerInvariant() };
        if (status == CodeCompletenessStatus.Incomplete)
            reply["indent"] = indent;
        return reply;
    }

    private JsonObject Past(Message request)
    {
        var count = request.Get<int?>("n", null);
        var entries = request.Get("hist_access_type", "tail") switch
        {
            "range" => history.Range(request.Get("session", 0), request.Get("start", 0), request.Get<int?>("stop", null)),
            "search" => history.Search(request.Get("pattern", "*"), request.Get("unique", false), count),
            _ => history.Tail(count ?? 10),
        };
        return new()
        {
            ["history"] = new JsonArray([.. entries.Select(entry => new JsonArray(entry.Session, entry.Line,
                request.Get("output", false) ? new JsonArray(entry.Input, entry.Output) : entry.Input))]),
        };
    }

    private static int Position(Message request, string code) => CodePoints.ToIndex(code, request.Get("cursor_pos", int.MaxValue));
}
