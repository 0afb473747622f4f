using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>A kernel whose process ends while a cell runs: the front end is told, keeps its connection, and can go on.</summary>
public sealed class CrashTests(KernelFixture kernel) : IClassFixture<KernelFixture>
{
    private KernelClient Client => kernel.Client;

    // The script's shell says "Aborted" or "Killed".
    private void AwaitCrash(int before)
    {
        SpinWait.SpinUntil(() => kernel.Process.Log.Length > before, KernelClient.Patience);
        Client.Listen();
    }

    [Theory]
    [InlineData("typeof(Environment).GetMethod(\"FailFast\", [typeof(string)])!.Invoke(null, [\"boom\"]);", "exit code 134 (boom)")]
    [InlineData("System.Diagnostics.Process.Start(\"kill\", [\"-KILL\", $\"{Environment.ProcessId}\"]).WaitForExit();", "exit code 137 (killed: perhaps out of memory)")]
    [InlineData("[System.Runtime.InteropServices.DllImport(\"libc\")] static extern void abort();\nabort();", "exit code 134 (aborted: a failure in native code)")]
    public void The_cell_gets_an_error_the_queue_is_dropped_and_the_next_cell_runs(string code, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no script starts the kernel there");
        Client.Execute("var there = 1;").Ok();
        var log = kernel.Process.Log.Length;
        var cell = Client.Request($"Console.WriteLine(\"before\");\n{code}");
        var queued = Client.Request("1");
        AwaitCrash(log);

        var ended = Client.Finish(cell);
        Assert.Equal("error", ended.Status);
        Assert.StartsWith($"the kernel's process ended with {expected} while cell ", ended.Error);
        Assert.Contains("all variables are lost", ended.Error);
        Assert.Equal("aborted", Client.Finish(queued).Status);
        Assert.Equal("2", Client.Execute("1 + 1").Ok().Value);
        Assert.Equal("error", Client.Execute("there").Status);
    }

    [Fact]
    public void A_failure_of_libtorch_is_told_in_its_own_words()
    {
        Course.SkipUnlessBuilt();
        var library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0", "CourseKit.dll");
        var log = kernel.Process.Log.Length;
        var request = Client.Request($"#r \"{library}\"\nusing static TorchSharp.torch;\nrandn(2).matmul(randn(3))");
        AwaitCrash(log);
        var cell = Client.Finish(request);
        Assert.Equal("error", cell.Status);
        Assert.Contains("tensor [2] and src [3]", cell.Error);
        Client.Execute("1").Ok();
    }

    [Fact]
    public void A_process_that_ends_between_cells_is_told_by_the_next_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no script starts the kernel there");
        var log = kernel.Process.Log.Length;
        Client.Execute("_ = Task.Run(async () => { await Task.Delay(300); typeof(Environment).GetMethod(\"FailFast\", [typeof(string)])!.Invoke(null, [\"later\"]); });").Ok();
        AwaitCrash(log);
        Assert.Contains("exit code 134 (later)", Client.Execute("1").Ok().Stderr);
    }

    [Fact]
    public void Children_and_native_code_print_into_the_cell()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "starts a shell");
        var ran = Client.Execute("System.Diagnostics.Process.Start(\"sh\", [\"-c\", \"echo out; echo err >&2; printf '\\\\360\\\\237'; sleep .2; printf '\\\\230\\\\200'\"]).WaitForExit();").Ok();
        Assert.Equal(("out\n\U0001F600", "err\n"), (ran.Stdout, ran.Stderr));
    }

    [Fact]
    public void A_second_stop_ends_what_earlier_cells_started_and_says_what_is_left_to_do()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "starts the program sleep");
        Client.Execute("var server = System.Diagnostics.Process.Start(\"sleep\", \"100\");").Ok();
        var cell = Client.Request("Console.WriteLine(1);\n_ = System.Numerics.BigInteger.Pow(3, 12_000_000) % 7;");
        Client.Printed(cell);
        Client.Reply(Client.Send("interrupt_request", [], RequestChannel.Control), RequestChannel.Control);
        Thread.Sleep(1500);
        Client.Reply(Client.Send("interrupt_request", [], RequestChannel.Control), RequestChannel.Control);
        var ended = Client.Finish(cell);
        Assert.Contains("cannot be interrupted", ended.Stderr);
        Assert.Contains("restart the kernel", ended.Stderr);
        Assert.Equal("True", Client.Execute("server.WaitForExit(5000)").Ok().Value);
    }
}
