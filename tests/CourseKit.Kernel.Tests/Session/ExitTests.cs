namespace CourseKit.Kernel.Tests.Session;

/// <summary>A cell that would end the process gets an error instead. A failure here ends the tests' own process.</summary>
public sealed class ExitTests : SessionTest
{
    [Theory]
    [InlineData("Environment.Exit(3);", "Environment.Exit")]
    [InlineData("System.Environment.Exit(0)", "Environment.Exit")]
    [InlineData("global::System.Environment.Exit(0)", "Environment.Exit")]
    [InlineData("using static System.Environment;\nExit(0);", "Environment.Exit")]
    [InlineData("using E = System.Environment;\nE.Exit(0);", "Environment.Exit")]
    [InlineData("Environment.@Exit(0);", "Environment.Exit")]
    [InlineData(@"Environment.\u0045xit(0);", "Environment.Exit")]
    [InlineData("Environment.FailFast(null);", "Environment.FailFast")]
    [InlineData("Environment.FailFast(\"boom\", new Exception());", "Environment.FailFast")]
    [InlineData("Action<int> end = Environment.Exit;\nend(0);", "Environment.Exit")]
    [InlineData("Array.ForEach([1, 2], Environment.Exit);", "Environment.Exit")]
    [InlineData("Action end = () => Environment.Exit(0);\nend();", "Environment.Exit")]
    [InlineData("unsafe { delegate*<int, void> end = &Environment.Exit; end(0); }", "Environment.Exit")]
    [InlineData("System.Linq.Expressions.Expression<Action> end = () => Environment.Exit(0);\nend.Compile()();", "Environment.Exit")]
    [InlineData("void End() { while (true) Environment.Exit(0); }\nEnd();", "Environment.Exit")]
    [InlineData("async Task End() { await Task.Yield(); Environment.Exit(0); }\nawait End();", "Environment.Exit")]
    [InlineData("await Task.Run(() => Environment.Exit(0));", "Environment.Exit")]
    [InlineData("IEnumerable<int> End() { yield return 1; Environment.Exit(0); }\nEnd().Count()", "Environment.Exit")]
    [InlineData("class Ends { public Ends() => Environment.Exit(0); }\nnew Ends()", "Environment.Exit")]
    [InlineData("class Ends { public int X { get { Environment.Exit(0); return 1; } } }\nnew Ends().X", "Environment.Exit")]
    [InlineData("class Ends<T> { public void End() => Environment.Exit(0); }\nnew Ends<int>().End();", "Environment.Exit")]
    [InlineData("$\"{((Func<int>)(() => { Environment.Exit(0); return 1; }))()}\"", "Environment.Exit")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill();", "Process.Kill")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill(entireProcessTree: true);", "Process.Kill")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().CloseMainWindow()", "Process.CloseMainWindow")]
    [InlineData("System.Diagnostics.Process.GetProcessById(Environment.ProcessId)?.Kill();", "Process.Kill")]
    [InlineData("Action end = System.Diagnostics.Process.GetCurrentProcess().Kill;\nend();", "Process.Kill")]
    [InlineData("Action<bool> end = System.Diagnostics.Process.GetCurrentProcess().Kill;\nend(true);", "Process.Kill")]
    [InlineData("class Own : System.Diagnostics.Process { public void End() { using var me = GetCurrentProcess(); me.Kill(); } }\nnew Own().End();", "Process.Kill")]
    public async Task A_cell_that_would_end_the_process_fails_and_the_session_goes_on(string code, string method)
    {
        (await RunAsync("var kept = 7;")).Ok();
        var error = (await RunAsync(code)).Error;
        Assert.Equal("InvalidOperationException", error.Name);
        Assert.StartsWith($"{method}: a cell may not end the process", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Restart.", error.Message, StringComparison.Ordinal);
        Assert.Equal("7", (await RunAsync("kept")).Ok().Value);
    }

    [Fact]
    public async Task The_error_names_the_line_and_nothing_of_the_engine()
    {
        var error = (await RunAsync("\nvar x = 1;\nEnvironment.Exit(x);")).Error;
        Assert.Equal((3, 2), (error.Line, error.Traceback.Count));
        Assert.Equal("   at cell 1, line 3: Environment.Exit(x);", error.Traceback[^1]);
    }

    [Fact]
    public async Task A_static_initializer_that_would_end_the_process_fails_as_one()
    {
        var error = (await RunAsync("class Ends { public static int X; static Ends() => Environment.Exit(0); }\nEnds.X")).Error;
        Assert.Equal("TypeInitializationException", error.Name);
        Assert.Contains(error.Traceback, line => line.Contains("a cell may not end the process", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_exit_on_a_thread_of_the_cells_own_is_told()
    {
        var ran = (await RunAsync("var thread = new Thread(() => Environment.Exit(0));\nthread.Start();\nthread.Join();\nThread.Sleep(100);")).Ok();
        Assert.Contains("a cell may not end the process", ran.Stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_processes_may_still_be_ended()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "starts the program sleep");
        var ran = await RunAsync("""
            using System.Diagnostics;
            var (one, other) = (Process.Start("sleep", "600"), Process.Start("sleep", "600"));
            one.Kill();
            Action<bool> kill = other.Kill;
            kill(true);
            one.WaitForExit(10_000) && other.WaitForExit(10_000) && !one.CloseMainWindow()
            """);
        Assert.Equal("True", ran.Ok().Value);
    }

    [Theory]
    [InlineData("class Game { public int Exit(int x) => x + 1; public void Kill() { } }\nnew Game().Exit(1)", "2")]
    [InlineData("class Environment { public static int Exit(int x) => x + 1; }\nEnvironment.Exit(1)", "2")]
    [InlineData("int FailFast(string s) => s.Length;\nFailFast(\"ab\")", "2")]
    [InlineData("nameof(Environment.Exit)", "Exit")]
    public async Task What_only_has_the_name_is_left_as_it_is(string code, string expected) => Assert.Equal(expected, (await RunAsync(code)).Ok().Value);
}
