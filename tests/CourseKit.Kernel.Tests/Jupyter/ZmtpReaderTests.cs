using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Tests.Jupyter;

public sealed class ZmtpReaderTests
{
    private static readonly List<byte[]> Sizes = [.. new[] { 0, 1, 255, 256, 8192, 70_000, 2_000_000 }.Select(size => Enumerable.Range(0, size).Select(i => (byte)i).ToArray())];

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(4096)]
    [InlineData(int.MaxValue)]
    public void Messages_arrive_whole_however_the_network_cuts_them(int piece)
    {
        var reader = new ZmtpReader();
        var small = Sizes[..(piece == 1 ? 4 : Sizes.Count)];
        byte[] sent = [.. ZmtpReader.Greeting, .. ZmtpReader.Ready("DEALER"), .. ZmtpReader.Write(small), .. ZmtpReader.Write([[]]), .. ZmtpReader.Write([.. small.AsEnumerable().Reverse()])];
        List<List<byte[]>> messages = [];
        List<ZmtpCommand> commands = [];
        for (var rest = sent.AsSpan(); rest.Length > 0;)
        {
            var room = reader.Room();
            var count = Math.Min(Math.Min(piece, rest.Length), room.Length);
            rest[..count].CopyTo(room);
            rest = rest[count..];
            reader.Received(count);
            while (reader.Next(out var message, out var command))
            {
                if (message is not null)
                    messages.Add(message);
                if (command is not null)
                    commands.Add(command);
            }
        }
        Assert.Equal([small, [[]], [.. small.AsEnumerable().Reverse()]], messages);
        Assert.Equal("DEALER"u8.ToArray(), Assert.Single(commands).Property("socket-type"));
        Assert.Empty(commands[0].Property("Identity"));
    }

    // As libzmq writes it: 3.1, a READY with an identity, a PING.
    [Fact]
    public void What_libzmq_says_is_understood()
    {
        byte[] libzmq = [.. Convert.FromHexString("ff00000000000000017f0301"), .. "NULL"u8, .. new byte[48],
            4, 42, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 6, .. "DEALER"u8, 8, .. "Identity"u8, 0, 0, 0, 1, (byte)'x',
            4, 10, 4, .. "PING"u8, 0, 10, .. "abc"u8];
        Assert.Equal([("READY", "x"), ("PING", "")], Commands(libzmq).Select(command => (command.Name, command.Name == "READY" ? $"{(char)command.Property("Identity").Single()}" : "")));
        Assert.Equal([4, 8, 4, .. "PONG"u8, .. "abc"u8], ZmtpReader.Pong(Commands(libzmq)[1]));
    }

    [Theory]
    [InlineData("474554202f20485454502f312e310d0a", "version 3")]
    [InlineData("ff00000000000000017f0101", "version 3")]
    [InlineData("ff00000000000000017e03", "version 3")]
    [InlineData("G" + "08", "begins with the byte 8")]
    [InlineData("G" + "0500", "begins with the byte 5")]
    [InlineData("G" + "0100" + "0401", "begins with the byte 4")]
    [InlineData("G" + "027fffffffffffffff", "9223372036854775807 bytes")]
    [InlineData("G" + "02ffffffffffffffff", "18446744073709551615 bytes")]
    [InlineData("G" + "0400", "no name")]
    [InlineData("G" + "0402" + "0541", "no name")]
    public void Another_protocol_is_refused_with_the_reason(string hex, string reason)
    {
        byte[] sent = hex[0] == 'G' ? [.. ZmtpReader.Greeting, .. Convert.FromHexString(hex[1..]), 0] : Convert.FromHexString(hex);
        Assert.Contains(reason, Assert.Throws<MalformedMessageException>(() => Commands(sent)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_wants_a_password_is_refused()
    {
        var greeting = ZmtpReader.Greeting.ToArray();
        "PLAIN"u8.CopyTo(greeting.AsSpan(12));
        Assert.Contains("authentication", Assert.Throws<MalformedMessageException>(() => Commands(greeting)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0b")]
    [InlineData("0141")]
    [InlineData("01410000000a")]
    [InlineData("0141ffffffff42")]
    public void A_property_that_is_cut_off_is_refused(string hex) =>
        Assert.Contains("cut off", Assert.Throws<MalformedMessageException>(() => new ZmtpCommand("READY", Convert.FromHexString(hex)).Property("Identity")).Message, StringComparison.Ordinal);

    // A peer that only says that its frame is long gets no memory for it.
    [Fact]
    public void Memory_is_taken_for_what_came_not_for_what_was_said()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Commands([.. ZmtpReader.Greeting, 2, 0, 0, 0, 0, 0x40, 0, 0, 0]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static List<ZmtpCommand> Commands(byte[] sent)
    {
        var reader = new ZmtpReader();
        sent.CopyTo(reader.Room());
        reader.Received(sent.Length);
        List<ZmtpCommand> commands = [];
        while (reader.Next(out _, out var command))
            commands.Add(command!);
        return commands;
    }
}
