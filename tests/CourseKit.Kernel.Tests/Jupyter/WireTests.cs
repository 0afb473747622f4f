using System.Text;
using CourseKit.Kernel.Jupyter;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Tests.Jupyter;

public sealed class WireTests
{
    [Fact]
    public void A_signature_is_the_HMAC_SHA256_of_the_four_parts()
    {
        // RFC 4231, test case 2.
        var signature = new MessageSigner("Jefe").Sign(["what do ya "u8.ToArray(), "want for"u8.ToArray(), [], " nothing?"u8.ToArray()]);
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", Encoding.ASCII.GetString(signature));
    }

    [Fact]
    public void A_message_comes_out_as_it_went_in()
    {
        MessageCodec here = new("key"), there = new("key");
        var parent = here.Create("execute_request", new() { ["code"] = "1" }, null, []);
        var sent = here.Create("stream", new() { ["text"] = "Zoë 🎲 <b>&\u2028 \"\\" }, parent, ["a"u8.ToArray(), []], new() { ["m"] = 1 }, [[0, 255], []]);
        var came = there.Decode(here.Encode(sent));
        Assert.Equal(sent.Id, came.Id);
        Assert.Equal("stream", came.Type);
        Assert.Equal(parent.Id, (string?)came.Parent["msg_id"]);
        Assert.Equal((string?)sent.Content["text"], (string?)came.Content["text"]);
        Assert.Equal(1, (int?)came.Metadata["m"]);
        Assert.Equal(sent.Identities, came.Identities);
        Assert.Equal(sent.Buffers, came.Buffers);
        Assert.Equal("5.3", (string?)came.Header["version"]);
        Assert.True(DateTimeOffset.TryParse((string?)came.Header["date"], out _));
    }

    [Fact]
    public void Without_a_key_nothing_is_signed_or_checked()
    {
        MessageCodec here = new(""), there = new("");
        var frames = here.Encode(here.Create("x", [], null, []));
        Assert.Empty(frames[1]);
        there.Decode(frames);
        Assert.Equal("x", there.Decode(frames).Type);
    }

    [Theory]
    [InlineData("{\"msg_id\":\"1\",\"msg_id\":\"2\",\"msg_type\":\"x\"}")]
    [InlineData("{\"msg_id\":1,\"msg_type\":\"x\"}")]
    [InlineData("{\"msg_type\":\"x\"}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{\"msg_id\":\"1\",\"msg_type\":\"\\ud800\"}")]
    public void A_header_that_is_none_is_malformed_though_rightly_signed(string header)
    {
        byte[][] parts = [Encoding.UTF8.GetBytes(header), "{}"u8.ToArray(), "{}"u8.ToArray(), "{}"u8.ToArray()];
        List<byte[]> frames = ["<IDS|MSG>"u8.ToArray(), new MessageSigner("key").Sign(parts), .. parts];
        Assert.Throws<MalformedMessageException>(() => new MessageCodec("key").Decode(frames));
    }

    [Theory]
    [InlineData("abc", 2, 2)]
    [InlineData("🎲bc", 1, 2)]
    [InlineData("🎲🎲", 2, 4)]
    [InlineData("abc", 99, 3)]
    [InlineData("abc", -1, 0)]
    [InlineData("\ud83c!", 1, 1)]
    public void Positions_are_code_points(string text, int position, int index)
    {
        Assert.Equal(index, CodePoints.ToIndex(text, position));
        Assert.Equal(Math.Clamp(position, 0, text.EnumerateRunes().Count()), CodePoints.FromIndex(text, index));
    }

    [Theory]
    [InlineData("{\"transport\":\"udp\",\"shell_port\":1,\"control_port\":2,\"stdin_port\":3,\"iopub_port\":4,\"hb_port\":5}", "expected tcp or ipc")]
    [InlineData("{\"key\":\"k\",\"signature_scheme\":\"hmac-md5\",\"shell_port\":1,\"control_port\":2,\"stdin_port\":3,\"iopub_port\":4,\"hb_port\":5}", "hmac-sha256")]
    [InlineData("{\"shell_port\":1}", "no connection file")]
    [InlineData("not json", "no connection file")]
    public void A_connection_file_that_cannot_be_used_is_refused_with_the_reason(string content, string reason)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, content);
            Assert.Contains(reason, Assert.Throws<KernelStartException>(() => ConnectionFile.Load(file)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
        Assert.Contains("cannot be read", Assert.Throws<KernelStartException>(() => ConnectionFile.Load(file)).Message, StringComparison.Ordinal);
    }
}
