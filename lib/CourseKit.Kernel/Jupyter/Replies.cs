using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Jupyter;

/// <summary>Sends messages to the one client that asked.</summary>
internal sealed class Replies(MessageCodec codec, KernelSockets sockets)
{
    /// <summary>Answers a request.</summary>
    public void Send(RequestChannel channel, Message request, JsonObject content) =>
        Send(channel, request, request.Type.Replace("_request", "_reply", StringComparison.Ordinal), content);

    /// <summary>Sends another message that belongs to a request.</summary>
    public void Send(RequestChannel channel, Message request, string type, JsonObject content) =>
        sockets.Send(channel, codec.Encode(codec.Create(type, content, request, request.Identities)));
}
