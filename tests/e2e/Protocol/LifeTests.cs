using System.Diagnostics;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Notebooks.Tests;
using NetMQ;
using NetMQ.Sockets;

namespace CourseKit.EndToEnd.Tests.Protocol;

public sealed class LifeTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_restarted_kernel_has_no_variables_but_the_history()
    {
        using (var first = new KernelProcess(folder.Root))
        using (var client = new KernelClient(first))
        {
            client.Execute("var kept = 1;").Ok();
            client.Execute("\"of the first\"").Ok();
            var shutdown = client.Send("shutdown_request", new() { ["restart"] = true }, RequestChannel.Control);
            Assert.True(client.Reply(shutdown, RequestChannel.Control).Get("restart", false));
            client.Published(message => message.Type == "shutdown_reply", "shutdown_reply");
            Assert.Equal(0, first.WaitForExit(KernelClient.Patience));
        }
        using var second = new KernelProcess(folder.Root);
        using var again = new KernelClient(second);
        Assert.Contains("kept", again.Execute("kept").Error, StringComparison.Ordinal);
        again.Execute("\"of the second\"").Ok();

        var tail = Past(again, new() { ["hist_access_type"] = "tail", ["n"] = 3 });
        Assert.Equal(["\"of the first\"", "kept", "\"of the second\""], tail.Select(entry => (string?)entry![2]));
        Assert.Equal([1, 2, 2], tail.Select(entry => (int)entry![0]!));
        var before = Past(again, new() { ["hist_access_type"] = "range", ["session"] = -1, ["start"] = 1, ["stop"] = 2 });
        Assert.Equal("var kept = 1;", (string?)Assert.Single(before)![2]);
        var outputs = Past(again, new() { ["hist_access_type"] = "search", ["pattern"] = "*of the*", ["output"] = true, ["unique"] = true, ["n"] = 1 });
        Assert.Equal("of the second", (string?)Assert.Single(outputs)![2]![1]);
    }

    [Fact]
    public void A_shutdown_ends_a_kernel_whose_cell_never_does()
    {
        using var kernel = new KernelProcess(folder.Root);
        using var client = new KernelClient(kernel);
        client.Printed(client.Request("Console.WriteLine(1);\nwhile (true) { }"));
        client.Send("shutdown_request", new() { ["restart"] = false }, RequestChannel.Control);
        Assert.Equal(0, kernel.WaitForExit(KernelClient.Patience));
    }

    [Fact]
    public void A_shutdown_ends_a_kernel_in_which_something_refuses_to_end()
    {
        using var kernel = new KernelProcess(folder.Root);
        using var client = new KernelClient(kernel);
        client.Execute("AppDomain.CurrentDomain.ProcessExit += (_, _) => System.Threading.Thread.Sleep(600_000); new System.Threading.Thread(() => { while (true) { } }).Start();").Ok();
        client.Send("shutdown_request", new() { ["restart"] = false }, RequestChannel.Control);
        Assert.Equal(0, kernel.WaitForExit(KernelClient.Patience));
    }

    [Fact]
    public void A_kernel_whose_front_end_is_gone_ends()
    {
        using var frontEnd = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "timeout" : "sleep", "60"))!;
        using var kernel = new KernelProcess(folder.Root, ("JPY_PARENT_PID", $"{frontEnd.Id}"));
        using var client = new KernelClient(kernel);
        client.Execute("1").Ok();
        frontEnd.Kill();
        frontEnd.WaitForExit();
        Assert.Equal(0, kernel.WaitForExit(KernelClient.Patience));
    }

    [Fact]
    public void A_kernel_started_in_the_background_of_a_script_heeds_the_signal_to_stop()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signal.");
        using var kernel = new KernelProcess(folder.Root, folder.Root, file => ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", .. KernelProcess.Command(file)]);
        using var client = new KernelClient(kernel);
        var cell = client.Request("Console.WriteLine(1);\nwhile (true) { }");
        client.Printed(cell);
        kernel.Interrupt();
        Assert.Equal("Stopped.", client.Finish(cell).Error);
    }

    [Fact]
    public void Heartbeats_come_back_also_while_a_cell_computes()
    {
        using var kernel = new KernelProcess(folder.Root);
        using var client = new KernelClient(kernel);
        client.Printed(client.Request("Console.WriteLine(1);\nwhile (true) { }"));
        using var heart = new RequestSocket(kernel.Connection.Address(kernel.Connection.HeartbeatPort));
        for (var i = 0; i < 3; i++)
        {
            heart.SendFrame($"beat {i}");
            Assert.True(heart.TryReceiveFrameString(KernelClient.Patience, out var beat));
            Assert.Equal($"beat {i}", beat);
        }
    }

    [Fact]
    public void A_history_that_cannot_be_written_does_not_disturb()
    {
        File.WriteAllText(folder.PathOf("data"), "a file where the folder should be");
        using var kernel = new KernelProcess(folder.Root);
        using var client = new KernelClient(kernel);
        client.Execute("\"remembered\"").Ok();
        Assert.Equal("\"remembered\"", (string?)Assert.Single(Past(client, new() { ["hist_access_type"] = "tail", ["n"] = 5 }))![2]);
        Assert.Contains("history", kernel.Log, StringComparison.Ordinal);
    }

    // `tests/long cells` runs thousands and says what each takes.
    [Fact]
    public void Two_hundred_cells_take_little_memory()
    {
        using var kernel = new KernelProcess(folder.Root);
        using var client = new KernelClient(kernel);
        var cells = new ManyCells(kernel, client);
        // What the runtime compiles once more, better, since it is called often, is done by then. On a busy machine it comes late, but it comes once,
        // and what cells take comes with each two hundred.
        cells.Run(400);
        Assert.InRange(Grown(enough: 9), double.NegativeInfinity, 9);
        // What new variables hold on to is the compiler's, some 40 kB for each cell that declares any.
        cells.Declaring = true;
        Assert.InRange(Grown(enough: 12), double.NegativeInfinity, 12);

        double Grown(int enough)
        {
            var grown = double.PositiveInfinity;
            for (var i = 0; i < 3 && grown > enough; i++)
            {
                var before = cells.Kept();
                cells.Run(200);
                grown = cells.Kept() - before;
            }
            return grown;
        }
    }

    [Fact]
    public void A_kernel_that_cannot_listen_says_why()
    {
        using var kernel = new KernelProcess(folder.Root);
        using var client = new KernelClient(kernel);
        var file = Directory.GetFiles(folder.Root, "connection-*.json").Single();
        using var second = Process.Start(new ProcessStartInfo(Course.Program, ["kernel", "start", file]) { RedirectStandardError = true })!;
        var said = second.StandardError.ReadToEnd();
        second.WaitForExit();
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("cannot be bound", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private static JsonArray Past(KernelClient client, JsonObject content) => client.Reply(client.Send("history_request", content)).Content["history"]!.AsArray();

    // The kernel's own work needs none of the pool's threads, which a cell has.
    [Theory]
    [InlineData("for (var i = 0; i < 2000; i++) _ = Task.Run(() => Thread.Sleep(20_000));")]
    [InlineData("for (var i = 0; i < 2000; i++) _ = Task.Run(() => { while (DateTime.UtcNow < end) Thread.SpinWait(1000); });")]
    public void Whoever_fills_the_pool_is_stopped_and_the_next_cell_runs(string fill)
    {
        using var kernel = new KernelProcess(folder.Root);
        using var client = new KernelClient(kernel);
        var cell = client.Request($"var end = DateTime.UtcNow.AddSeconds(20);\n{fill}\nConsole.WriteLine(\"running\");\nwhile (true) {{ }}");
        client.Printed(cell);
        var heard = client.Send("kernel_info_request", []);
        Assert.Equal("ok", client.Reply(heard).Get("status", ""));
        client.Send("interrupt_request", [], RequestChannel.Control);
        Assert.Equal("Stopped.", client.Finish(cell).Error);
        Assert.Equal("True", client.Execute("DateTime.UtcNow < end").Ok().Value); // not only when the tasks had ended
    }
}
