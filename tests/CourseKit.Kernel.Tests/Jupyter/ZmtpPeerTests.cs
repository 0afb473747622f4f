using System.Net;
using System.Net.Sockets;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Tests.Jupyter;

public sealed class ZmtpPeerTests
{
    // Cells go on printing until the receiving thread has seen the end of the connection.
    [Fact]
    public void Who_breaks_off_in_the_middle_of_a_long_message_gets_the_short_ones_after_it_nowhere()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var front = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        front.Connect(listener.LocalEndPoint!);
        using var peer = new ZmtpPeer(listener.Accept(), "PUB");
        Assert.True(peer.Send(new byte[50_000_000]));
        Assert.True(peer.IsFull);

        front.LingerState = new(enable: true, seconds: 0);
        front.Dispose();
        peer.Flush();

        Assert.False(peer.IsFull);
        Assert.False(peer.Send([1, 2, 3]));
        Assert.False(peer.IsFull);
    }
}
