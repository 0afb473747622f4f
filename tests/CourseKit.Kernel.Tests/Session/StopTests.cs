namespace CourseKit.Kernel.Tests.Session;

public sealed class StopTests : SessionTest
{
    private const string AtEnd = "void AtEnd(Action action) => ((Action<Action>)AppContext.GetData(\"notebook.atend\"))(action);\n";

    [Theory]
    [InlineData("AtEnd(() => shown.Update(\"ended\"));\nConsole.WriteLine(1);\nwhile (true) { }", "Stopped.")]
    [InlineData("AtEnd(() => throw new Exception());\nAtEnd(() => shown.Update(\"ended\"));\nthrow new Exception(\"on purpose\");", "on purpose")]
    [InlineData("AtEnd(() => shown.Update(\"ended\"));", null)]
    public async Task What_is_left_for_the_cells_end_is_done_after_a_stop_and_an_error_too_and_once(string code, string? message)
    {
        (await RunAsync(AtEnd + "var shown = display(\"runs\");")).Ok();
        var ran = await StopOncePrintingAsync(code);
        Assert.Equal(message, ran.Result.Error?.Message);
        Assert.Equal("ended", Assert.Single(ran.Displays).Data.Text("text/plain"));
        if (message is not null)
            Assert.IsType<CourseKit.Kernel.Display.CellError>(ran.Outputs[^1]);
        Assert.Empty((await RunAsync("var other = 1;")).Ok().Displays);
    }

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
    [InlineData("Enumerable.Range(0, int.MaxValue).Where(i => i < 0).Count();")]
    [InlineData("Enumerable.Range(0, int.MaxValue).Count(i => { return i < 0; });")]
    [InlineData("foreach (var i in from n in Enumerable.Range(0, int.MaxValue) where n < 0 let m = n orderby m select m) { }")]
    [InlineData("Enumerable.Range(0, int.MaxValue).AsParallel().Where(i => i < 0).Count();")]
    [InlineData("Parallel.For(0, int.MaxValue, i => { });")]
    [InlineData("Array.Sort(Enumerable.Range(0, 50_000_000).ToArray(), (a, b) => b.CompareTo(a));")]
    [InlineData("System.Text.RegularExpressions.Regex.Replace(new string('a', 100_000_000), \"a\", m => \"bb\");")]
    [InlineData("class Name { public string Text { get; set; } = \"\"; }\nEnumerable.Repeat(new Name(), int.MaxValue).Count(n => n.Text.Length > 0);")]
    [InlineData("bool Negative(int i) => i < 0;\nEnumerable.Range(0, int.MaxValue).Count(Negative);")]
    [InlineData("IEnumerable<int> Forever() { while (true) yield return 1; }\nForever().Count();")]
    [InlineData("var lazy = new Lazy<int>(() => { while (true) { } });\nConsole.WriteLine(lazy.Value);")]
    [InlineData("again: x++; goto again;")]
    [InlineData("while (true) try { while (true) { } } catch { }")]
    [InlineData("var t = true;\nwhile (t) { try { Thread.Sleep(1); } catch { } finally { do { x++; } while (x % 3 == 0); } }")]
    [InlineData("void Loop() { do { try { Thread.Sleep(1); } catch { } } while (x > 0); }\nLoop();")]
    [InlineData("while (true) try { do { x++; } while (true); } catch { }")]
    [InlineData("while (true) { try { Enumerable.Range(0, int.MaxValue).Count(i => i < 0); } catch { } }")]
    [InlineData("while (true) { try { await Task.Delay(10); } catch { } }")]
    [InlineData("while (true) { try { await Task.Delay(-1).ConfigureAwait(false); } catch { } finally { x++; } }")]
    [InlineData("await foreach (var i in Forever()) { }\nasync IAsyncEnumerable<int> Forever() { while (true) { await Task.Delay(1); yield return 1; } }")]
    [InlineData("await new ValueTask<int>(Task.Run(async () => { await Task.Delay(-1); return 1; }));")]
    [InlineData("var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);\nlistener.Start();\nlistener.AcceptTcpClient();")]
    [InlineData("System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(\"sleep\", \"60\") { RedirectStandardOutput = true }).StandardOutput.ReadToEnd();")]
    [InlineData("System.Diagnostics.Process.Start(\"sleep\", \"60\").WaitForExit();")]
    public async Task A_cell_stops_wherever_it_is_and_keeps_what_it_assigned(string endless)
    {
        // Twice: the second cell must stop as the first did.
        for (var round = 0; round < 2; round++)
        {
            var ran = await StopOncePrintingAsync($"var x = 7;\nConsole.WriteLine(\"running\");\n{endless}");
            Assert.Equal("OperationCanceledException", ran.Error.Name);
            Assert.Equal("Stopped.", ran.Error.Message);
            Assert.Equal("True", (await RunAsync("x >= 7")).Value);
        }
    }

    [Fact]
    public async Task A_library_that_looks_stops_there()
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
    public async Task A_child_that_starts_after_the_stop_is_ended_too()
    {
        // The stop comes during the long call, and no check lies between that and the start.
        await StopOncePrintingAsync("""
            System.Diagnostics.Process child = null;
            Console.WriteLine("running");
            _ = System.Numerics.BigInteger.Pow(3, 1_500_000);
            child = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sleep", "60") { RedirectStandardOutput = true });
            child.StandardOutput.ReadToEnd();
            """);
        Assert.Equal("143", (await RunAsync("child.WaitForExit();\nchild.ExitCode")).Value);
    }

    [Fact]
    public async Task The_error_says_where_the_cell_was()
    {
        var ran = await StopOncePrintingAsync("var n = 0;\nConsole.WriteLine(\"running\");\nwhile (true)\n{\n    n++;\n}");
        Assert.InRange(ran.Error.Line ?? 0, 3, 6);
    }

    // Optimised code has few places where it throws. One for all checks of a method would name the line of any of them.
    [Theory]
    [Trait("Cost", "slow")]
    [InlineData(0, 4)]
    [InlineData(1, 5)]
    [InlineData(2, 6)]
    public async Task The_error_names_the_line_also_in_optimised_code(int which, int line)
    {
        (await RunAsync("""
            long x = 1;
            void Spin(int which, bool endless)
            {
                while (which == 0) { x ^= x << 1; if (!endless) break; }
                while (which == 1) { x ^= x << 2; if (!endless) break; }
                while (which == 2) { x ^= x << 3; if (!endless) break; }
            }
            for (var i = 0; i < 3000; i++)
                Spin(i % 3, false);
            await Task.Delay(300);
            for (var i = 0; i < 3000; i++)
                Spin(i % 3, false);
            await Task.Delay(300);
            """)).Ok();
        Assert.Contains($"   at cell 1, line {line}: while (which == {which})", string.Join('\n', (await StopOncePrintingAsync($"Console.WriteLine(1);\nSpin({which}, true);")).Error.Traceback), StringComparison.Ordinal);
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

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("foreach (var i in new[] { 1 }) done += i;")]
    [InlineData("Release();")]
    [InlineData("Console.WriteLine(\"cleaning up\"); done = 1;")]
    [InlineData("display(1); done = 1;")]
    [InlineData("Thread.Sleep(300); done = new[] { 1 }.Select(i => i).Single();")]
    [InlineData("Task.Delay(100).Wait(); done = 1;")]
    [InlineData("await Task.Delay(100); for (var i = 0; i < 3; i++) await Task.Yield(); Release();")]
    [InlineData("try { try { Release(); } finally { throw new Exception(); } } catch { }")]
    [InlineData("lock (new object()) { using var stream = new MemoryStream(); stream.WriteByte(1); done = (int)stream.Length; }")]
    public async Task The_cells_own_cleanup_runs_to_its_end(string cleanup)
    {
        foreach (var endless in new[] { "while (true) { }", "Thread.Sleep(-1);", "await Task.Delay(-1);", "Enumerable.Range(0, int.MaxValue).Count(i => i < 0);" })
        {
            var ran = await StopOncePrintingAsync($"var done = 0;\nvoid Release() => done = 1;\nConsole.WriteLine(\"running\");\ntry {{ {endless} }}\nfinally {{ {cleanup} }}");
            Assert.Equal("Stopped.", ran.Error.Message);
            Assert.Equal(("1", cleanup.Contains("cleaning", StringComparison.Ordinal)), ((await RunAsync("done")).Value, ran.Stdout.Contains("cleaning up\n", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("class Open : IDisposable { public int Done; public void Dispose() { for (var i = 0; i < 2; i++) { Thread.Sleep(50); Done++; } } }", "using (open) { while (true) { } }")]
    [InlineData("class Open : IAsyncDisposable { public int Done; public async ValueTask DisposeAsync() { for (var i = 0; i < 2; i++) { await Task.Delay(50); Done++; } } }", "await using (open) { while (true) { } }")]
    [InlineData("class Open { public int Done; public IEnumerable<int> Items() { try { while (true) yield return 1; } finally { foreach (var i in new[] { 1, 1 }) Done++; } } }", "open.Items().Count();")]
    [InlineData("class Open { public int Done; public async Task Run() { try { await Task.Delay(-1); } finally { Done++; await Task.Delay(50); Done++; } } }", "await open.Run();")]
    [InlineData("class Open { public int Done; public async Task Run() { try { await Task.Delay(-1); } finally { Done++; await Task.Delay(50); Done++; } } }", "open.Run().Wait();\nThread.Sleep(-1);")]
    public async Task Disposal_and_iterators_clean_up_too(string type, string endless)
    {
        await StopOncePrintingAsync($"{type}\nvar open = new Open();\nConsole.WriteLine(1);\n{endless}");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Equal("2", (await RunAsync("open.Done")).Value);
    }

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("Parallel.ForEach(new[] { 100, 400, 800, -1 }, new ParallelOptions { MaxDegreeOfParallelism = 4 }, Work);")]
    [InlineData("var threads = new[] { 100, 400, 800, -1 }.Select(pause => { var t = new Thread(() => { try { Work(pause); } catch { } }); t.Start(); return t; }).ToList();\ntry { while (true) { } } finally { threads.ForEach(t => t.Join()); }")]
    public async Task Threads_clean_up_side_by_side_and_one_that_only_loops_ends_with_them(string endless)
    {
        var ran = await StopOncePrintingAsync($$"""
            var done = new System.Collections.Concurrent.ConcurrentBag<int>();
            var started = new CountdownEvent(4);
            void Work(int pause)
            {
                try { started.Signal(); started.Wait(); Console.WriteLine(pause); while (true) { } }
                finally { if (pause > 0) { for (var i = 0; i < 20; i++) { Thread.Sleep(pause / 20); lock (done) { } } done.Add(pause); } }
            }
            {{endless}}
            """);
        Assert.Equal("Stopped.", ran.Error.Message);
        Assert.Equal("100 400 800", (await RunAsync("string.Join(' ', done.Order())")).Value);
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_cleanup_without_end_is_stopped_after_a_few_seconds()
    {
        var ran = await StopOncePrintingAsync("var rounds = 0L;\nConsole.WriteLine(1);\ntry { while (true) { } }\nfinally { while (true) rounds++; }");
        Assert.Equal("Stopped.", ran.Error.Message);
        Assert.Equal("True", (await RunAsync("rounds > 0")).Value);
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_call_that_cannot_be_interrupted_is_told_and_its_result_does_not_count()
    {
        var ran = await StopOncePrintingAsync("var after = false;\nConsole.WriteLine(1);\n_ = System.Numerics.BigInteger.Pow(3, 6_000_000) % 7;\nafter = true;\nwhile (true) { }");
        Assert.Contains("cannot be interrupted", ran.Stderr, StringComparison.Ordinal);
        Assert.Equal("Stopped.", ran.Error.Message);
    }

    [Fact]
    public async Task Expression_trees_stay_as_they_are() => Assert.Equal("i => (i < 0) 1", (await RunAsync(
        "System.Linq.Expressions.Expression<Func<int, bool>> below = i => i < 0;\n$\"{below} {new[] { -1, 1 }.AsQueryable().Count(below)}\"")).Value);

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("int Deep(int n) => Deep(n + 1) + 1;\nDeep(0)")]
    [InlineData("int Deep(int n) => Deep(n + 1);\nDeep(0)")]
    [InlineData("Func<int, int> f = null; f = n => f(n + 1) + 1;\nf(0)")]
    [InlineData("Comparison<int> c = null; c = (a, b) => { var l = new List<int> { 2, 1 }; l.Sort(c); return 0; };\nc(1, 2)")]
    [InlineData("record Node { public Node Next { get; set; } }\nvar n = new Node(); n.Next = n;\nn.GetHashCode()")]
    [InlineData("record Node { public Node Next { get; set; } }\nvar n = new Node(); n.Next = n;\nn.ToString()")]
    [InlineData("record Node { public Node Next { get; set; } }\nvar n = new Node(); n.Next = n; var m = new Node(); m.Next = m;\nn.Equals(m)")]
    [InlineData("class P { public int X => Y; public int Y => X; }\nnew P().X")]
    [InlineData("class C { public C() { new C(); } }\nnew C()")]
    [InlineData("async Task<int> F(int n) => await F(n + 1) + 1;\nawait F(0)")]
    [InlineData("IEnumerable<int> F(int n) { foreach (var i in F(n + 1)) yield return i; }\nF(0).Count()")]
    [InlineData("class D { public override string ToString() => $\"{this}\"; }\nnew D().ToString()")]
    [InlineData("Task.Run(() => { int Deep(int n) => Deep(n + 1) + 1; return Deep(0); }).Result")]
    [InlineData("var d = new Dictionary<K, int>(); class K { public override int GetHashCode() => new Dictionary<K, int> { [this] = 1 }.Count; }\nd[new K()] = 1;")]
    [InlineData("Func<int, int> f = null; f = n => new[] { n }.Select(f).Sum();\nf(0)")]
    [InlineData("var done = 0; void Release() => done++;\nint Deep(int n) { try { return Deep(n + 1) + 1; } finally { Release(); } }\nDeep(0)")]
    [InlineData("class C : System.Text.Json.Serialization.JsonConverter<C> { public override C Read(ref System.Text.Json.Utf8JsonReader r, Type t, System.Text.Json.JsonSerializerOptions o) => null; public override void Write(System.Text.Json.Utf8JsonWriter w, C c, System.Text.Json.JsonSerializerOptions o) => w.WriteStringValue(System.Text.Json.JsonSerializer.Serialize(c, o)); }\nvar o = new System.Text.Json.JsonSerializerOptions(); o.Converters.Add(new C());\nSystem.Text.Json.JsonSerializer.Serialize(new C(), o)")]
    public async Task Endless_recursion_is_an_error_and_the_session_lives(string code)
    {
        // Sort and the like wrap the exception of each level, until the innermost is beyond what a traceback tells.
        Assert.Contains((await RunAsync(code)).Error.Name, new[] { "InsufficientExecutionStackException", "InvalidOperationException" });
        Assert.Equal("1", (await RunAsync("1")).Value);
    }

    [Fact]
    public async Task A_deep_recursion_that_a_program_bears_is_no_error() =>
        Assert.Equal("10000", (await RunAsync("int Deep(int n) => n == 0 ? 0 : Deep(n - 1) + 1;\nDeep(10_000)")).Value);

    [Theory]
    [InlineData("var sum = 0;\nfor (var i = 0; i < 3; i++)\n    sum += i; // comment\nthrow new Exception();", 4)]
    [InlineData("foreach (var (a, b) in new[] { (1, 0) })\n{\n    // comment\n    var c = a / b;\n}", 4)]
    [InlineData("while (true)\n    while (true) /* comment */\n        throw new Exception();", 3)]
    [InlineData("throw new Exception();\nfor (;;) ; // comment", 1)]
    public async Task Loops_keep_their_lines(string code, int line) => Assert.Equal(line, (await RunAsync(code)).Error.Line);

    [Theory]
    [InlineData("int x = 0, y = 0;\nwhile (x < 3) { try { x++; } finally { do { y++; } while (y < x); } }\n$\"{x} {y}\"", "3 3")]
    [InlineData("int x = 0, y = 0;\nwhile (x < 3) { try { x++; throw new Exception(); } catch { do { y++; } while (y < 2 * x); } }\n$\"{x} {y}\"", "3 6")]
    [InlineData("int F() { int x = 0, y = 0; while (x < 3) { try { do { x++; } while (x % 2 == 1); } finally { while (y < x) y++; } } return 10 * x + y; }\n$\"{F()}\"", "44")]
    public async Task Loops_in_and_around_try_blocks_compute_what_they_did(string code, string expected) => Assert.Equal(expected, (await RunAsync(code)).Ok().Value);

    [Fact]
    public async Task Errors_in_a_cell_with_loops_have_the_columns_of_its_text() =>
        Assert.StartsWith("(1,16): error CS0103", (await RunAsync("while (true) { nowhere(); }")).Error.Message, StringComparison.Ordinal);
}
