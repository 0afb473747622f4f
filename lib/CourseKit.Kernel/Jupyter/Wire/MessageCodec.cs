using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>Converts messages to frames and back: identities, the delimiter, the signature, four parts of JSON, buffers.</summary>
internal sealed class MessageCodec(string key)
{
    public const string ProtocolVersion = "5.3";
    private const int Depth = 512;
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2 * Depth };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = Depth, AllowDuplicateProperties = false };
    private static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    private readonly MessageSigner signer = new(key);
    private readonly string session = Guid.NewGuid().ToString();

    /// <summary>Creates a message from this kernel. The parent is the request that caused the message; null if no request did.</summary>
    public Message Create(string type, JsonObject content, Message? parent, IReadOnlyList<byte[]> identities, JsonObject? metadata = null, IReadOnlyList<byte[]>? buffers = null)
    {
        var header = new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["session"] = session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        };
        return new(identities, header, parent?.Header ?? [], metadata ?? [], content, buffers ?? []);
    }

    /// <summary>The frames of a message, signed.</summary>
    public List<byte[]> Encode(Message message)
    {
        byte[][] parts = [Bytes(message.Header), Bytes(message.Parent), Bytes(message.Metadata), Bytes(message.Content)];
        return [.. message.Identities, Delimiter, signer.Sign(parts), .. parts, .. message.Buffers];
    }

    /// <summary>Converts frames to a message and checks its signature. Only one thread may call this.</summary>
    /// <exception cref="MalformedMessageException">The frames hold no message, or its signature is wrong or was used before.</exception>
    public Message Decode(List<byte[]> frames)
    {
        var at = frames.FindIndex(frame => frame.AsSpan().SequenceEqual(Delimiter));
        if (at < 0 || frames.Count < at + 6)
            throw new MalformedMessageException($"expected identities, <IDS|MSG>, a signature and four parts, found {frames.Count} frames");
        var parts = frames.GetRange(at + 2, 4);
        signer.Check(frames[at + 1], parts);
        var message = new Message(frames.GetRange(0, at), Parse(parts[0], isHeader: true), Parse(parts[1]), Parse(parts[2]), Parse(parts[3]), frames[(at + 6)..]);
        if (message.Type.Length == 0 || message.Id.Length == 0)
            throw new MalformedMessageException("the header names no msg_type or no msg_id");
        return message;
    }

    // Each answer carries the header of its request. So all of a header's text must have a form that can be written; of other parts only the names, by
    // which fields are found.
    private static JsonObject Parse(byte[] part, bool isHeader = false)
    {
        try
        {
            var json = JsonNode.Parse(part, documentOptions: Reading) as JsonObject ?? throw new MalformedMessageException("a part is no JSON object");
            Formatter.ReadTexts(json, onlyNames: !isHeader);
            return json;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new MalformedMessageException($"a part is no JSON ({error.Message})");
        }
    }

    private static byte[] Bytes(JsonObject part)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
            part.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }
}
