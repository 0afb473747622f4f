using System.Diagnostics;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

public sealed class AssistTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    private KernelClient Client => kernel.Client;

    [Fact]
    public void Positions_are_counted_in_code_points()
    {
        Client.Execute("var dice = \"🎲\"; string Roll(int sides) => dice;").Ok();
        var reply = Complete("\"🎲🎲\" + Rol", 10);
        Assert.Contains("Roll", Matches(reply));
        Assert.Equal(7, reply.Get("cursor_start", -1));
        Assert.Equal(10, reply.Get("cursor_end", -1));
    }

    [Fact]
    public void Completion_answers_while_a_cell_runs()
    {
        var cell = Client.Request("var live = 1;\nConsole.WriteLine(live);\nThread.Sleep(-1);");
        Client.Printed(cell);
        Assert.Contains("WriteLine", Matches(Complete("Console.Wri", 11)));
        Client.Send("interrupt_request", [], RequestChannel.Control);
        Client.Finish(cell);
    }

    [Fact]
    public void Methods_are_called_functions_for_which_VS_Code_has_a_symbol()
    {
        var kinds = Complete("Console.Wri", 11).Content["metadata"]!["_jupyter_types_experimental"]!.AsArray().ToLookup(entry => (string?)entry!["text"], entry => (string?)entry!["type"]);
        Assert.Equal(["function"], kinds["WriteLine"]);
        Assert.DoesNotContain("method", kinds.SelectMany(kind => kind));
    }

    [Fact]
    public void A_position_outside_the_code_is_one_at_its_end()
    {
        Assert.Contains("WriteLine", Matches(Complete("Console.Wri", 4000)));
        Assert.Equal("ok", Complete("Console.Wri", -3).Get("status", ""));
    }

    [Fact]
    public void What_is_known_of_a_name_comes_as_text()
    {
        var reply = Client.Reply(Client.Send("inspect_request", new() { ["code"] = "Math.Max(1, 2)", ["cursor_pos"] = 7, ["detail_level"] = 0 }));
        Assert.True(reply.Get("found", false));
        Assert.Contains("Max", (string?)reply.Content["data"]!["text/plain"], StringComparison.Ordinal);
        reply = Client.Reply(Client.Send("inspect_request", new() { ["code"] = "nothing_of_this_name", ["cursor_pos"] = 3 }));
        Assert.False(reply.Get("found", true));
    }

    [Theory]
    [InlineData("1 + 1", "complete", null)]
    [InlineData("if (true) {", "incomplete", "    ")]
    [InlineData("var 1x = 2;", "invalid", null)]
    public void Whether_a_cell_is_complete_is_for_the_parser_to_say(string code, string status, string? indent)
    {
        var reply = Client.Reply(Client.Send("is_complete_request", new() { ["code"] = code }));
        Assert.Equal(status, reply.Get("status", ""));
        Assert.Equal(indent, (string?)reply.Content["indent"]);
    }

    [Fact]
    public void A_debugger_is_declined_in_the_protocols_own_words()
    {
        var reply = Client.Reply(Client.Send("debug_request", new() { ["type"] = "request", ["seq"] = 7, ["command"] = "initialize" }, RequestChannel.Control), RequestChannel.Control);
        Assert.Equal("debug_reply", reply.Type);
        Assert.False(reply.Get("success", true));
        Assert.Equal(7, reply.Get("request_seq", 0));
        Assert.Equal("initialize", reply.Get("command", ""));
    }

    [Fact]
    public void A_request_that_the_kernel_does_not_know_is_answered_with_an_error()
    {
        var reply = Client.Reply(Client.Send("teleport_request", []));
        Assert.Equal("error", reply.Get("status", ""));
        Assert.Contains("teleport_request", reply.Get("evalue", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_introduces_itself()
    {
        var info = Client.Reply(Client.Send("kernel_info_request", []));
        Assert.Equal("5.3", info.Get("protocol_version", ""));
        Assert.Equal(FileVersionInfo.GetVersionInfo(Path.Combine(Path.GetDirectoryName(BuiltCourse.Program)!, "CourseKit.Cli.dll")).ProductVersion, info.Get("implementation_version", ""));
        Assert.Equal("csharp", (string?)info.Content["language_info"]!["name"]);
        Assert.Equal(".cs", (string?)info.Content["language_info"]!["file_extension"]);
    }

    private Message Complete(string code, int position) =>
        Client.Reply(Client.Send("complete_request", new JsonObject { ["code"] = code, ["cursor_pos"] = position }));

    private static IEnumerable<string?> Matches(Message reply) => reply.Content["matches"]!.AsArray().Select(match => (string?)match);
}
