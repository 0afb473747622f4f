using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Running;

/// <summary>
/// The messages between the runner and the process that runs the cells. The runner's first line is the mark of the outputs' ends; each other
/// line is a JSON object. The runner sends cells with the fields <c>code</c>, <c>name</c> and <c>language</c> (null for C#), or a source to look at without running it
/// (<c>look</c>). The process sends outputs, facts about a source, answers, and <c>idle</c> when it is ready for the next cell; the field
/// <c>type</c> tells which.
/// </summary>
/// <remarks>
/// Code in a cell could write messages too. So the runner sends a new <c>token</c> with each command, and each message of the process carries the
/// last token that the process got. A message with another one is not from <see cref="CellServer"/>.
/// </remarks>
internal static class CellProtocol
{
    // Less than a notebook may have, or an output could make one that cannot be read again. What is displayed has at most 64 levels.
    private const int Depth = 128;
    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = Depth };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = Depth };

    public static string Line(JsonObject message) => message.ToJsonString(Writing);

    public static JsonObject Message(string line) => JsonNode.Parse(line, documentOptions: Reading)!.AsObject();

    public static JsonObject Cell(string code, string name, string? language, string token) => new() { ["code"] = code, ["name"] = name, ["language"] = language, ["token"] = token };

    public static JsonObject Look(string source, string token) => new() { ["look"] = source, ["token"] = token };

    /// <param name="ok">Whether the cell came to its end without an error.</param>
    public static JsonObject Idle(bool ok) => new() { ["type"] = "idle", ["ok"] = ok };

    /// <param name="answer">What a check of the course hands in to be judged elsewhere.</param>
    public static JsonObject Answer(string answer) => new() { ["type"] = "answer", ["answer"] = answer };

    public static JsonObject Facts(SourceFacts facts) => new() { ["type"] = "facts", ["facts"] = JsonSerializer.SerializeToNode(facts) };

    public static JsonObject Encode(CellOutput output) => output switch
    {
        StreamOutput stream => new() { ["type"] = "stream", ["name"] = stream.Name, ["text"] = stream.Text },
        DisplayOutput display => new()
        {
            ["type"] = "display",
            ["data"] = display.Data.ToJson(),
            ["id"] = display.DisplayId,
            ["update"] = display.IsUpdate,
        },
        ResultOutput result => new() { ["type"] = "result", ["data"] = result.Data.ToJson() },
        ClearOutput clear => new() { ["type"] = "clear", ["wait"] = clear.Wait },
        CellError error => new()
        {
            ["type"] = "error",
            ["name"] = error.Name,
            ["message"] = error.Message,
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => (JsonNode)line)]),
            ["line"] = error.Line,
        },
        _ => throw new NotSupportedException($"Output {output.GetType().Name} has no form in the protocol."),
    };

    /// <summary>The output that a message carries.</summary>
    /// <exception cref="Exception"><see cref="Encode"/> makes no such message. The exception's type depends on what is wrong with it.</exception>
    public static CellOutput Decode(JsonObject message) => Text(message, "type") switch
    {
        "stream" => new StreamOutput(Text(message, "name"), Text(message, "text")),
        "display" => new DisplayOutput(Bundle(message), message["id"]?.GetValue<string>(), message["update"]!.GetValue<bool>()),
        "result" => new ResultOutput(Bundle(message)),
        "clear" => new ClearOutput(message["wait"]!.GetValue<bool>()),
        "error" => new CellError(
            Text(message, "name"),
            Text(message, "message"),
            [.. message["traceback"]!.AsArray().Select(line => line!.GetValue<string>())],
            message["line"]?.GetValue<int>()),
        var type => throw new NotSupportedException($"Message of type '{type}' in the protocol."),
    };

    public static string Text(JsonObject message, string field) => message[field]!.GetValue<string>();

    private static MimeBundle Bundle(JsonObject message)
    {
        var bundle = new MimeBundle();
        foreach (var (type, content) in message["data"]!.AsObject())
        {
            if (!type.EndsWith("json", StringComparison.Ordinal) && content?.GetValueKind() != JsonValueKind.String)
                throw new FormatException($"The content of {type} is no text.");
            Formatter.ReadTexts(content);
            bundle.Add(type, content!);
        }
        return bundle;
    }
}
