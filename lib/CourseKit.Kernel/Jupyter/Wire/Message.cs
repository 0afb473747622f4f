using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>A message of Jupyter's protocol.</summary>
/// <param name="Identities">The ZeroMQ identities of the sender or the receiver; on the IOPub channel the topic.</param>
/// <param name="Header">Id, type, session, date, version.</param>
/// <param name="Parent">The header of the message that caused this one; empty if none did.</param>
/// <param name="Metadata">Usually empty.</param>
/// <param name="Content">The message's own data.</param>
/// <param name="Buffers">Binary attachments, which are not signed.</param>
internal sealed record Message(IReadOnlyList<byte[]> Identities, JsonObject Header, JsonObject Parent, JsonObject Metadata, JsonObject Content, IReadOnlyList<byte[]> Buffers)
{
    public string Type => Read(Header["msg_type"], "");

    public string Id => Read(Header["msg_id"], "");

    /// <summary>
    /// A field of the content; <paramref name="otherwise"/> if the field is missing, has another type, or is text with half a surrogate pair.
    /// </summary>
    public T Get<T>(string field, T otherwise) => Read(Content[field], otherwise);

    private static T Read<T>(JsonNode? node, T otherwise)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue(out T? found) ? found : otherwise;
        }
        catch (InvalidOperationException)
        {
            return otherwise;
        }
    }
}
