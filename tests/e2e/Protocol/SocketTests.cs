using System.Globalization;
using System.Net.Sockets;
using System.Text;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Peers of all sorts on the kernel's sockets, byte by byte.</summary>
public sealed class SocketTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    private KernelClient Client => kernel.Client;

    [Fact]
    public void A_listener_that_never_reads_keeps_nobody_waiting()
    {
        using var deaf = Connect(kernel.Process.Connection.IopubPort, "SUB");
        deaf.Send(ZmtpReader.Write([[1]]));
        var printed = Client.Execute("for (var i = 0; i < 200; i++) Console.WriteLine(new string('x', 100_000));").Ok().Stdout;
        Assert.Equal(200 * 100_001, printed.Length);
        Assert.Equal("2", Client.Execute("1 + 1").Ok().Value);
    }

    [Fact]
    public void Listeners_get_what_they_have_subscribed_to_until_they_cancel()
    {
        using var socket = Connect(kernel.Process.Connection.IopubPort, "SUB");
        socket.Send(ZmtpReader.Write([[1, .. "kernel.stream"u8]]));
        socket.Send(ZmtpReader.Write([[1, .. "kernel.stream"u8]]));
        socket.Send(ZmtpReader.Write([[0, .. "kernel.stream"u8]]));
        Pass();
        Client.Execute("Console.WriteLine(\"heard\"); 1").Ok();
        Assert.Equal(["kernel.stream"], Topics());
        socket.Send(ZmtpReader.Write([[0, .. "kernel.stream"u8]]));
        Pass();
        Client.Execute("Console.WriteLine(\"unheard\"); 1").Ok();
        Assert.Empty(Topics());

        // The kernel reads its sockets in turn: once it has answered the heartbeat of a new connection twice, it has read what came before.
        void Pass()
        {
            using var heart = Connect(kernel.Process.Connection.HeartbeatPort, "REQ");
            for (var beat = 0; beat < 2; beat++)
            {
                heart.Send(ZmtpReader.Write([[], "beat"u8.ToArray()]));
                Assert.Equal("beat", Encoding.ASCII.GetString(heart.Message()[^1]));
            }
        }

        List<string> Topics()
        {
            List<string> topics = [];
            while (socket.TryMessage() is { } message)
                topics.Add(Encoding.ASCII.GetString(message[0]));
            return topics;
        }
    }

    [Fact]
    public void A_front_end_that_comes_back_under_its_name_gets_the_answers()
    {
        // The old connections are still there: it is gone, and the kernel cannot know it yet.
        var peers = Enumerable.Range(0, 3).Select(_ => Connect(kernel.Process.Connection.HeartbeatPort, "DEALER", "the same")).ToList();
        peers[^1].Send(ZmtpReader.Write(["beat"u8.ToArray()]));
        Assert.Equal("beat", Encoding.ASCII.GetString(peers[^1].Message()[^1]));
        peers.ForEach(peer => peer.Dispose());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(80)]
    public void Who_hangs_up_in_the_middle_disturbs_nobody(int bytes)
    {
        byte[] said = [.. ZmtpReader.Greeting, .. ZmtpReader.Ready("DEALER"), .. ZmtpReader.Write(Client.Frames("kernel_info_request", []))];
        for (var i = 0; i < 30; i++)
        {
            using var socket = new TcpClient(kernel.Process.Connection.Ip, kernel.Process.Connection.ShellPort);
            socket.GetStream().Write(said.AsSpan(0, bytes));
            socket.LingerState = new(enable: i % 2 == 0, seconds: 0);
        }
        Assert.Equal("2", Client.Execute("1 + 1").Ok().Value);
    }

    [Fact]
    public void Five_hundred_connections_at_once_and_all_are_answered()
    {
        var peers = Enumerable.Range(0, 500).Select(_ => Connect(kernel.Process.Connection.HeartbeatPort, "REQ")).ToList();
        foreach (var (i, peer) in peers.Index())
            peer.Send(ZmtpReader.Write([[], Encoding.ASCII.GetBytes($"{i}")]));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => i.ToString(CultureInfo.InvariantCulture)), peers.Select(peer => Encoding.ASCII.GetString(peer.Message()[^1])));
        peers.ForEach(peer => peer.Dispose());
        Assert.Equal("2", Client.Execute("1 + 1").Ok().Value);
    }

    private Peer Connect(int port, string type, string? identity = null) => new(new TcpClient(kernel.Process.Connection.Ip, port), type, identity);

    private sealed class Peer : IDisposable
    {
        private readonly TcpClient client;
        private readonly ZmtpReader reader = new();

        public Peer(TcpClient client, string type, string? identity)
        {
            this.client = client;
            client.ReceiveTimeout = (int)KernelClient.Patience.TotalMilliseconds;
            var ready = ZmtpReader.Ready(type);
            if (identity is not null)
                ready = [4, (byte)(ready.Length - 2 + 13 + identity.Length), .. ready[2..], 8, .. "Identity"u8, 0, 0, 0, (byte)identity.Length, .. Encoding.ASCII.GetBytes(identity)];
            Send([.. ZmtpReader.Greeting, .. ready]);
        }

        public void Send(byte[] bytes) => client.GetStream().Write(bytes);

        public List<byte[]> Message()
        {
            while (true)
            {
                while (reader.Next(out var message, out _))
                {
                    if (message is not null)
                        return message;
                }
                var count = client.Client.Receive(reader.Room());
                Assert.NotEqual(0, count);
                reader.Received(count);
            }
        }

        public List<byte[]>? TryMessage()
        {
            client.ReceiveTimeout = 500;
            try
            {
                return Message();
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.TimedOut)
            {
                return null;
            }
        }

        public void Dispose() => client.Dispose();
    }
}
