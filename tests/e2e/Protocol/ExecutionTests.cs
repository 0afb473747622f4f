using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

public sealed class ExecutionTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    private KernelClient Client => kernel.Client;

    [Fact]
    public void A_silent_cell_runs_without_a_trace()
    {
        var before = Client.Execute("1").Reply.Get("execution_count", 0);
        var silent = Client.Execute("var hidden = 5; Console.WriteLine(hidden); hidden", new() { ["silent"] = true });
        Assert.Equal("ok", silent.Status);
        Assert.Empty(silent.Outputs);
        var after = Client.Execute("hidden");
        Assert.Equal("5", after.Value);
        Assert.Equal(before + 1, after.Reply.Get("execution_count", 0));
    }

    [Fact]
    public void A_cell_that_is_not_to_be_stored_is_not_counted_nor_remembered()
    {
        var before = Client.Execute("1").Reply.Get("execution_count", 0);
        Assert.Equal("42", Client.Execute("40 + 2 // unstored", new() { ["store_history"] = false }).Value);
        Assert.Equal(before + 1, Client.Execute("2").Reply.Get("execution_count", 0));
        var found = Client.Reply(Client.Send("history_request", new() { ["hist_access_type"] = "search", ["pattern"] = "*unstored*", ["raw"] = true, ["output"] = false }));
        Assert.Empty(found.Content["history"]!.AsArray());
    }

    [Fact]
    public void Expressions_of_the_front_end_are_evaluated_each_on_its_own()
    {
        var ran = Client.Execute("var six = 6;", new() { ["user_expressions"] = new JsonObject { ["good"] = "six * 7", ["bad"] = "six / (six - 6)" } });
        var values = ran.Ok().Reply.Content["user_expressions"]!;
        Assert.Equal("42", (string?)values["good"]!["data"]!["text/plain"]);
        Assert.Equal("error", (string?)values["bad"]!["status"]);
        Assert.Equal(nameof(DivideByZeroException), (string?)values["bad"]!["ename"]);
        Assert.Equal("execute_input", Assert.Single(ran.Outputs).Type);
    }

    [Fact]
    public void What_a_cell_prints_comes_while_it_runs_also_from_other_threads()
    {
        var cell = Client.Request("var go = new ManualResetEventSlim();\nvar other = new Thread(() => { Console.WriteLine(\"from a thread\"); go.Wait(); });\nother.Start();\nother.Join();");
        Assert.Equal("from a thread\n", Client.Printed(cell));
        Client.Send("interrupt_request", [], RequestChannel.Control);
        Assert.Equal("error", Client.Finish(cell).Status);
        Client.Execute("go.Set();").Ok();
    }

    [Fact]
    public void An_error_names_the_cell_and_the_line_and_nothing_of_the_engine()
    {
        Client.Execute("int Half(int n)\n{\n    if (n % 2 == 1) throw new ArgumentException($\"{n} is odd\");\n    return n / 2;\n}").Ok();
        var error = Client.Execute("\nawait Task.Yield();\nHalf(3)").Outputs.Single(message => message.Type == "error");
        Assert.Equal("ArgumentException", error.Get("ename", ""));
        var traceback = string.Join('\n', error.Content["traceback"]!.AsArray().Select(line => (string?)line));
        Assert.Contains("line 3: if (n % 2 == 1)", traceback, StringComparison.Ordinal);
        Assert.Contains("line 3: Half(3)", traceback, StringComparison.Ordinal);
        Assert.DoesNotContain("CourseKit.Kernel", traceback, StringComparison.Ordinal);
        Assert.DoesNotContain("System.Threading", traceback, StringComparison.Ordinal);
    }

    [Fact]
    public void A_display_changes_in_place_from_a_later_cell_and_after_the_cell()
    {
        var shown = Client.Execute("var handle = display(\"first\");").Ok().Outputs.Single(message => message.Type == "display_data");
        var id = (string?)shown.Content["transient"]!["display_id"];
        var update = Client.Execute("handle.Update(\"second\");").Ok().Outputs.Single(message => message.Type == "update_display_data");
        Assert.Equal(id, (string?)update.Content["transient"]!["display_id"]);
        Assert.Equal("second", (string?)update.Content["data"]!["text/plain"]);

        Client.Execute("_ = Task.Run(async () => { await Task.Delay(300); handle.Update(\"third\"); });").Ok();
        var late = Client.Published(message => message.Type == "update_display_data", "an update between cells");
        Assert.Equal(id, (string?)late.Content["transient"]!["display_id"]);
        Assert.Equal("third", (string?)late.Content["data"]!["text/plain"]);
    }

    [Fact]
    public void Help_is_displayed_and_sent_no_second_time_for_a_pager()
    {
        var ran = Client.Execute("Math.Max?").Ok();
        Assert.Empty(ran.Reply.Content["payload"]!.AsArray());
        var page = Assert.Single(ran.Outputs, message => message.Type == "display_data").Content["data"]!;
        Assert.Contains("Max", (string?)page["text/plain"], StringComparison.Ordinal);
        Assert.Contains("Max", (string?)page["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void Help_on_the_library_tells_shapes_exceptions_an_example_and_members()
    {
        var ran = Client.Execute($"#r \"{Path.Combine(BuiltCourse.Root, "lib", "CourseKit", "bin", "Release", "net10.0", "CourseKit.dll")}\"\nusing CourseKit.Training;\nGanTrainer?").Ok();
        var page = (string?)Assert.Single(ran.Outputs, message => message.Type == "display_data").Content["data"]!["text/html"];
        foreach (var part in new[] { "class GanTrainer", "latent vectors (B, Z) to images (B, C, H, W)", "(N, C, H, W) in [-1, 1]", "<code>ArgumentException</code>", "<strong>Example:</strong>", "GanTrainer.For(digits.Train);", "<strong>Members:</strong>", "Train(" })
            Assert.Contains(part, page, StringComparison.Ordinal);
        var member = Client.Execute("#!help GanTrainer.Train").Ok().Outputs.Single(message => message.Type == "display_data").Content["data"]!;
        Assert.Contains("The number of updates, 1 or more.", (string?)member["text/plain"], StringComparison.Ordinal);
        Assert.Contains("GanTrainer", Client.Execute("GanTrainr?").Reply.Get("evalue", "").Split("Near it: ")[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_can_be_cleared()
    {
        var cleared = Client.Execute("ClearOutput(wait: true);").Ok().Outputs.Single(message => message.Type == "clear_output");
        Assert.True(cleared.Get("wait", false));
    }

    [Fact]
    public void Ten_megabytes_of_prints_arrive_whole_in_order_and_in_few_messages()
    {
        const int Lines = 700_000;
        var ran = Client.Execute($"for (var i = 0; i < {Lines}; i++) Console.WriteLine($\"line {{i:00000000}}\");").Ok();
        var text = ran.Stdout;
        Assert.InRange(text.Length, 9_000_000, 11_000_000);
        Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"line {i:00000000}"), text.TrimEnd().Split('\n'));
        Assert.InRange(ran.Outputs.Count, 2, 500);
    }

    [Fact]
    public void The_state_is_busy_from_the_request_to_its_end_and_again_after_a_question_in_between()
    {
        var cell = Client.Request("Console.WriteLine(\"on\");\nThread.Sleep(-1);");
        Client.Printed(cell);
        var info = Client.Send("kernel_info_request", []);
        Assert.Equal("ok", Client.Reply(info).Get("status", ""));
        Client.Outputs(info); // to its idle
        Client.Published(message => message.Type == "status" && KernelClient.IsAbout(message, cell) && message.Get("execution_state", "") == "busy", "busy");
        Client.Published(message => message.Type == "status" && KernelClient.IsAbout(message, cell) && message.Get("execution_state", "") == "busy", "busy again");
        Client.Send("interrupt_request", [], RequestChannel.Control);
        Assert.Equal("error", Client.Finish(cell).Status);
    }
}
