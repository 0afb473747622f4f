using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.EndToEnd.Tests.Protocol;

public sealed class SecurityTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    private KernelClient Client => kernel.Client;

    [Fact]
    public void A_message_signed_with_another_key_is_dropped_and_logged()
    {
        Client.Execute("var untouched = 1;").Ok();
        var stranger = new MessageCodec("another key");
        var message = stranger.Create("execute_request", new() { ["code"] = "untouched = 0;" }, null, []);
        Client.SendRaw(stranger.Encode(message));
        Assert.True(Client.IsIgnored(message));
        Assert.Equal("1", Client.Execute("untouched").Value);
        Assert.Contains("signature is wrong", kernel.Process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_changed_on_its_way_or_without_a_signature_is_dropped()
    {
        Client.Execute("var touched = 0;").Ok();
        var frames = Client.Frames("execute_request", new() { ["code"] = "touched = 1;" });
        var changed = new List<byte[]>(frames) { [^1] = Encoding.UTF8.GetBytes("{\"code\": \"touched = 2;\"}") };
        Client.SendRaw(changed);
        Client.SendRaw([.. frames.Select((frame, at) => at == 1 ? [] : frame)]);
        Client.SendRaw([.. frames.Select((frame, at) => at == 1 ? frame[..32] : frame)]);
        Assert.Equal("0", Client.Execute("touched").Value);
    }

    [Fact]
    public void A_message_that_comes_a_second_time_is_dropped_and_logged()
    {
        Client.Execute("var times = 0;").Ok();
        var frames = Client.Frames("execute_request", new() { ["code"] = "times++;" });
        for (var i = 0; i < 3; i++)
            Client.SendRaw(frames);
        Assert.Equal("1", Client.Execute("times").Value);
        Client.SendRaw(frames, RequestChannel.Control);
        Assert.Equal("1", Client.Execute("times").Value);
        Assert.Contains("came before", kernel.Process.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void It_listens_where_the_connection_file_says_and_nowhere_else()
    {
        var connection = kernel.Process.Connection;
        int[] ports = [connection.ShellPort, connection.IopubPort, connection.StdinPort, connection.ControlPort, connection.HeartbeatPort];
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(address => ports.Contains(address.Port)).ToList();
        Assert.Equal(ports.Length, listening.Count);
        Assert.All(listening, address => Assert.Equal(IPAddress.Loopback, address.Address));
    }

    [Fact]
    public void The_history_is_the_users_alone()
    {
        Client.Execute("1").Ok();
        var file = Directory.GetFiles(Path.GetDirectoryName(kernel.Process.HistoryFile)!).Single();
        Assert.Equal(kernel.Process.HistoryFile, file);
        // Windows keeps a user's folder from others by itself.
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    // `tests/long messages` sends a hundred thousand.
    [Fact]
    public void Two_thousand_mutated_messages_and_the_next_good_one_is_answered()
    {
        var messages = new ManyMessages(Client, seed: 1);
        messages.Send(2_000);
        Assert.Equal("2", messages.AnswerAfterwards());
        Assert.Null(kernel.Process.WaitForExit(TimeSpan.Zero));
        // They did come: most of the half with changed frames were refused, each for its reason.
        Assert.InRange(kernel.Process.Log.Split("dropped what came").Length, 600, 1_200);
    }

    [Fact]
    public void Bytes_that_are_no_protocol_at_all_do_not_disturb()
    {
        var connection = kernel.Process.Connection;
        var random = new Random(2);
        foreach (var port in new[] { connection.ShellPort, connection.ControlPort, connection.IopubPort, connection.StdinPort, connection.HeartbeatPort })
        {
            for (var i = 0; i < 20; i++)
            {
                using var socket = new TcpClient(connection.Ip, port);
                var bytes = new byte[random.Next(1, 2000)];
                random.NextBytes(bytes);
                try
                {
                    socket.GetStream().Write(i == 0 ? "GET / HTTP/1.1\r\n\r\n"u8 : bytes);
                }
                catch (IOException)
                {
                    // It hung up, as it may.
                }
            }
        }
        Assert.Equal("2", Client.Execute("1 + 1").Ok().Value);
    }
}
