namespace CourseKit.Kernel.Tests.Session;

public sealed class StopTests : SessionTest
{
    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) { x++; }")]
    [InlineData("while (true) { Console.WriteLine(x); }")]
    [InlineData("while (true) { display(x); }")]
    [InlineData("Thread.Sleep(-1);")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("await Task.Yield();\nwhile (true) { }")]
    [InlineData("while (true) await Task.Yield();")]
    [InlineData("while (true) { try { Thread.Sleep(10); } catch (Exception) { } }")]
    [InlineData("async Task Spin() { await Task.Delay(1); while (true) { } }\nSpin().Wait();")]
    [InlineData("while (true) new List<int>(100).Sort();")]
    [InlineData("while (true)\n    System.Text.Json.JsonSerializer.Serialize(new { a = 1 });")]
    [InlineData("foreach (var i in Enumerable.Range(0, int.MaxValue)) x += i % 2;")]
    [InlineData("do { try { throw new Exception(); } catch { } } while (true);")]
    [InlineData("Parallel.For(0, 4, _ => { while (true) { } });")]
    [InlineData("lock (new object()) { while (true) { x++; } }")]
    public async Task A_cell_stops_wherever_it_is_and_keeps_what_it_assigned(string endless)
    {
        // Twice: the runtime must be as able to stop the second cell as the first.
        for (var round = 0; round < 2; round++)
        {
            var ran = await StopOncePrintingAsync($"var x = 7;\nConsole.WriteLine(\"running\");\n{endless}");
            Assert.Equal("OperationCanceledException", ran.Error.Name);
            Assert.Equal("Stopped.", ran.Error.Message);
            Assert.Equal("True", (await RunAsync("x >= 7")).Value);
        }
    }

    [Fact]
    public async Task A_library_that_looks_stops_there_and_no_thread_is_aborted()
    {
        // No code of the cell's own runs in the loop, which would look by itself.
        var ran = await StopOncePrintingAsync("""
            var inOrder = false;
            var stop = (Action)AppContext.GetData("notebook.stop");
            Console.Write("running");
            try { Enumerable.Repeat(Array.Empty<object>(), int.MaxValue).Select(stop.DynamicInvoke).Count(); }
            catch (System.Reflection.TargetInvocationException e) { inOrder = e.InnerException is OperationCanceledException; throw; }
            """);
        Assert.Equal("Stopped.", ran.Error.Message);
        Assert.Equal("True", (await RunAsync("inOrder")).Value);
    }

    [Fact]
    public async Task The_error_says_where_the_cell_was()
    {
        var ran = await StopOncePrintingAsync("var n = 0;\nConsole.WriteLine(\"running\");\nwhile (true)\n{\n    n++;\n}");
        Assert.InRange(ran.Error.Line ?? 0, 3, 6);
    }

    [Fact]
    public async Task Output_after_a_stop_is_whole()
    {
        for (var round = 0; round < 5; round++)
        {
            var ran = await StopOncePrintingAsync("while (true) { Console.WriteLine(\"0123456789\"); }");
            Assert.All(ran.Stdout.TrimEnd().ReplaceLineEndings("\n").Split('\n')[..^1], line => Assert.Equal("0123456789", line));
            Assert.Equal("after\n", (await RunAsync("Console.WriteLine(\"after\");")).Stdout.ReplaceLineEndings("\n"));
        }
    }

    [Fact]
    public async Task Code_of_a_stopped_cell_does_not_go_on_later()
    {
        (await RunAsync("var gate = new TaskCompletionSource(); var wentOn = false;")).Ok();
        Assert.False((await StopOncePrintingAsync("Console.WriteLine(\"waiting\");\nawait gate.Task;\nwentOn = true;")).Result.Ok);
        Assert.Equal("False", (await RunAsync("gate.SetResult();\nawait Task.Delay(100);\nwentOn")).Value);
    }

    [Fact]
    public async Task A_cell_that_was_stopped_before_it_began_does_not_run()
    {
        var ran = await RunUntilAsync("Console.WriteLine(1);", null, new CancellationToken(canceled: true));
        Assert.Equal("Stopped.", ran.Error.Message);
        Assert.Empty(ran.Stdout);
    }

    [Fact]
    public async Task Garbage_is_collected_after_an_abort_while_new_threads_are_busy()
    {
        // After an abort the runtime leaves a signal blocked that threads inherit; then a collection would wait for ever for a busy thread.
        await StopOncePrintingAsync("Console.WriteLine(1);\nwhile (true) { }");
        var ran = await RunAsync("var stop = false;\nvar busy = Enumerable.Range(0, 4).Select(_ => new Thread(() => { while (!Volatile.Read(ref stop)) { } })).ToList();\n"
            + "foreach (var thread in busy) thread.Start();\nGC.Collect();\nstop = true;\nforeach (var thread in busy) thread.Join();\n\"collected\"");
        Assert.Equal("collected", ran.Value);
    }

    [Fact]
    public async Task An_OperationCanceledException_of_the_cells_own_is_an_ordinary_error()
    {
        var error = (await RunAsync("throw new OperationCanceledException(\"mine\");")).Error;
        Assert.Equal("mine", error.Message);
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public async Task A_stop_ends_what_cells_left_running_on_other_threads_and_later_ones_run_again()
    {
        (await RunAsync("int Count(Func<bool> go) { var n = 0; while (go()) n++; return n; }\nvar astray = Task.Run(() => { while (true) { } });\nvar thread = new Thread(() => Count(() => true));\nthread.Start();")).Ok();
        await StopOncePrintingAsync("Console.WriteLine(1);\nwhile (true) { }");
        Assert.Equal("True True", (await RunAsync("while (!astray.IsCompleted) await Task.Delay(1);\n$\"{thread.Join(20_000)} {astray.IsCompleted}\"")).Value);
        Assert.Equal("1000", (await RunAsync("var left = 1000;\nCount(() => left-- > 0)")).Value);
        Assert.Empty((await RunAsync("1")).Stderr);
    }

    [Fact]
    public async Task Endless_recursion_is_an_error_and_the_session_lives()
    {
        Assert.Equal("InsufficientExecutionStackException", (await RunAsync("int Deep(int n) => Deep(n + 1) + 1;\nDeep(0)")).Error.Name);
        Assert.Equal("1", (await RunAsync("1")).Value);
    }

    [Theory]
    [InlineData("var sum = 0;\nfor (var i = 0; i < 3; i++)\n    sum += i; // comment\nthrow new Exception();", 4)]
    [InlineData("foreach (var (a, b) in new[] { (1, 0) })\n{\n    // comment\n    var c = a / b;\n}", 4)]
    [InlineData("while (true)\n    while (true) /* comment */\n        throw new Exception();", 3)]
    [InlineData("throw new Exception();\nfor (;;) ; // comment", 1)]
    public async Task Loops_keep_their_lines(string code, int line) => Assert.Equal(line, (await RunAsync(code)).Error.Line);

    [Fact]
    public async Task Errors_in_a_cell_with_loops_have_the_columns_of_its_text() =>
        Assert.StartsWith("(1,16): error CS0103", (await RunAsync("while (true) { nowhere(); }")).Error.Message, StringComparison.Ordinal);
}
