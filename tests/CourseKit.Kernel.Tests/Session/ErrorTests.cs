namespace CourseKit.Kernel.Tests.Session;

public sealed class ErrorTests : SessionTest
{
    [Fact]
    public async Task A_compile_error_shows_the_cells_own_line_and_a_caret()
    {
        var error = (await RunAsync("#!time\nvar a = 1;\n\tvar b = a + nowhere;")).Error;
        Assert.Equal("CompilationError", error.Name);
        Assert.Equal(3, error.Line);
        Assert.Equal("(3,14): error CS0103: The name 'nowhere' does not exist in the current context", error.Message);
        Assert.Equal([error.Message, "    \tvar b = a + nowhere;", "    \t            ^"], error.Traceback);
    }

    [Fact]
    public async Task Each_compile_error_has_a_message_in_the_order_of_their_lines_and_warnings_have_none()
    {
        (await RunAsync("int unused() { int w; return 1; }")).Ok();
        var error = (await RunAsync("int a = \"\";\nvar b = nowhere;")).Error;
        Assert.Equal(["(1,9): error CS0029", "(2,9): error CS0103"], error.Message.Split('\n').Select(line => line[..19]));
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public async Task A_runtime_error_names_cells_lines_and_source_and_nothing_of_the_engine()
    {
        (await RunAsync("int Depth(int n)\n{\n    if (n == 0)\n        throw new InvalidOperationException(\"too deep\");\n    return Depth(n - 1);\n}")).Ok();
        var error = (await RunAsync("// comment\n\nDepth(1);")).Error;
        Assert.Equal("InvalidOperationException", error.Name);
        Assert.Equal("too deep", error.Message);
        Assert.Equal(3, error.Line);
        Assert.Equal(
            [
                "InvalidOperationException: too deep",
                "   at cell 1, line 4: throw new InvalidOperationException(\"too deep\");",
                "   at cell 1, line 5: return Depth(n - 1);",
                "   at cell 2, line 3: Depth(1);",
            ],
            error.Traceback);
    }

    [Fact]
    public async Task An_exception_may_bring_the_line_that_stands_for_its_traceback()
    {
        var error = (await RunAsync("var e = new InvalidOperationException(\"a long story\");\ne.Data[\"notebook.traceback\"] = \"See above.\";\nthrow e;")).Error;
        Assert.Equal(("InvalidOperationException", "a long story", 3), (error.Name, error.Message, error.Line));
        Assert.Equal(["See above."], error.Traceback);
        var odd = (await RunAsync("class Odd : Exception { public override System.Collections.IDictionary Data => throw new Exception(); }\nthrow new Odd();")).Error;
        Assert.StartsWith("Odd: ", odd.Traceback[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_may_explain_errors_of_native_code_and_an_explanation_that_fails_is_none()
    {
        try
        {
            (await RunAsync("using System.Runtime.InteropServices;\nvar kept = 7;\nAppContext.SetData(\"notebook.explain\", (Func<string, string?>)(message => message.Contains(\"full\") ? \"Who:\\n  mia\" : message.Contains(\"odd\") ? throw new Exception() : null));")).Ok();
            var error = (await RunAsync("throw new ExternalException(\"full\\nException raised from somewhere\");")).Error;
            Assert.Equal("full", error.Message);
            Assert.Equal(["ExternalException: full", "Who:", "  mia"], [error.Traceback[0], .. error.Traceback.TakeLast(2)]);
            Assert.Equal(2, (await RunAsync("throw new ExternalException(\"odd\");")).Error.Traceback.Count);
            Assert.Equal(2, (await RunAsync("throw new Exception(\"full\");")).Error.Traceback.Count);
            Assert.Contains("  mia", (await RunAsync("throw new AggregateException(new ExternalException(\"full\"), new Exception());")).Error.Traceback);
            Assert.Equal("7", (await RunAsync("kept")).Ok().Value);
        }
        finally
        {
            AppContext.SetData("notebook.explain", null);
        }
    }

    [Fact]
    public async Task Lines_are_right_after_an_await_in_loops_and_in_lambdas()
    {
        Assert.Equal(5, (await RunAsync("var list = new List<int>();\nfor (var i = 0; i < 3; i++)\n{\n    await Task.Delay(1);\n    list[i] = list.Select(x => 1 / x).Sum();\n}")).Error.Line);
        Assert.Equal(3, (await RunAsync("int[] zero = [0];\nvar sum = zero.Select(x =>\n    1 / x).ToList();")).Error.Line);
    }

    [Fact]
    public async Task Lines_are_right_in_a_cell_of_statements_alone()
    {
        Assert.Equal(4, (await RunAsync("var zero = 0;\nfor (var i = 3; i >= 0; i--)\n{\n    var inverse = 1 /\n        (i - zero);\n}")).Error.Line);
        Assert.Equal(2, (await RunAsync("await Task.Yield();\nint.Parse(\"x\");\nzero = 1;")).Error.Line);
    }

    [Fact]
    public async Task An_error_that_a_cell_catches_tells_the_cell_its_line() =>
        Assert.Contains(":line 4", (await RunAsync("string caught;\ntry\n{\n    int.Parse(\"x\"); caught = \"\";\n}\ncatch (Exception e)\n{\n    caught = e.ToString();\n}\ncaught")).Value, StringComparison.Ordinal);

    [Fact]
    public async Task A_cell_run_again_under_its_name_has_the_lines_of_its_new_code()
    {
        (await Session.RunAsync("void Fail() => throw new Exception(\"old\");", "x", _ => { }, cancel: TestContext.Current.CancellationToken)).ToString();
        var again = await Session.RunAsync("\n\nFail();", "x", _ => { }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(3, again.Error!.Line);
    }

    [Fact]
    public async Task Inner_exceptions_are_told_with_their_lines()
    {
        var error = (await RunAsync("try\n{\n    int.Parse(\"x\");\n}\ncatch (Exception e)\n{\n    throw new ArgumentException(\"outer\", e);\n}")).Error;
        Assert.Equal("ArgumentException", error.Name);
        Assert.Equal(7, error.Line);
        Assert.Contains("caused by:", error.Traceback);
        Assert.Contains(error.Traceback, line => line.StartsWith("  FormatException:", StringComparison.Ordinal));
        Assert.Contains("     at cell 1, line 3: int.Parse(\"x\");", error.Traceback);
    }

    [Fact]
    public async Task An_AggregateException_of_one_is_that_one_and_of_two_lists_both()
    {
        Assert.Equal("FormatException", (await RunAsync("Task.Run(() => int.Parse(\"x\")).Wait();")).Error.Name);
        var two = (await RunAsync("Task.WaitAll(Task.Run(() => throw new Exception(\"one\")), Task.Run(() => throw new Exception(\"two\")));")).Error;
        Assert.Equal("2 errors occurred.", two.Message);
        Assert.Contains("  Exception: one", two.Traceback);
        Assert.Contains("  Exception: two", two.Traceback);
    }

    [Fact]
    public async Task An_error_in_async_code_reaches_its_cell()
    {
        (await RunAsync("async Task Fail()\n{\n    await Task.Delay(1);\n    throw new TimeoutException(\"late\");\n}")).Ok();
        var error = (await RunAsync("await Fail();")).Error;
        Assert.Equal("TimeoutException", error.Name);
        Assert.Equal("   at cell 1, line 4: throw new TimeoutException(\"late\");", error.Traceback[1]);
        Assert.Equal(1, error.Line);
    }

    [Theory]
    [InlineData("var thread = new Thread(() =>\n    throw new Exception(\"astray\"));\nthread.Start();\nthread.Join();")]
    [InlineData("async void Fail() {\n    throw new Exception(\"astray\"); }\nFail();")]
    public async Task An_error_that_nobody_waits_for_is_told_with_its_line_and_the_session_lives(string code)
    {
        var told = (await RunAsync(code)).Ok().Stderr;
        for (var cell = 2; !told.Contains("line 2", StringComparison.Ordinal) && cell < 20; cell++)
            told += (await RunAsync("await Task.Delay(50);")).Stderr;
        var lines = told.TrimEnd().Split('\n');
        Assert.Equal("Exception on another thread: astray", lines[0]);
        Assert.StartsWith("   at cell 1, line 2: throw new Exception(\"astray\")", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        Assert.Equal("1", (await RunAsync("1")).Value);
    }

    [Fact]
    public async Task An_error_while_the_result_is_rendered_is_the_cells()
    {
        var error = (await RunAsync("class Bad { public override string ToString() => throw new NotSupportedException(\"no text\"); }\nnew Bad()")).Error;
        Assert.Equal("NotSupportedException", error.Name);
        Assert.Equal(1, error.Line);
    }

    [Fact]
    public async Task An_error_deep_inside_a_library_names_the_cells_line()
    {
        (await RunAsync("class Node { public Node Me { get; set; } }\nvar n = new Node();\nn.Me = n;\nstring Text() =>\n    System.Text.Json.JsonSerializer.Serialize(n);")).Ok();
        var error = (await RunAsync("// comment\nText()")).Error;
        Assert.Equal("JsonException", error.Name);
        Assert.Equal(["   at cell 1, line 5: System.Text.Json.JsonSerializer.Serialize(n);", "   at cell 2, line 2: Text()"], error.Traceback.TakeLast(2));
        Assert.Equal(2, error.Line);
        Assert.InRange(error.Traceback.Count, 5, 35);
        Assert.Contains(error.Traceback, line => line.EndsWith(" times)", StringComparison.Ordinal));
    }

    // The JIT compiler throws these errors from one place for a whole method, so the runtime names any of its lines, or none.
    [Theory]
    [InlineData("var a = new int[3];\nvar i = 5;\na[i] = 1;\nConsole.Write(i);", 3)]
    [InlineData("var a = new int[3];\nfor (var i = 0; i <= a.Length; i++)\n{\n    Console.Write(i);\n    a[i] = i;\n}", 5)]
    [InlineData("int Get(int[] a, int i)\n{\n    if (i < 0)\n        return 0;\n    var x = 2 * a[i];\n    return x + 1;\n}\nGet(new int[2], 2)", 5)]
    [InlineData("var m = new double[2, 2];\nvar i = 2;\nm[i, 1] = 3;", 3)]
    [InlineData("var s = \"abc\";\nvar c = 'x';\nc = s[3];", 3)]
    [InlineData("var big = int.MaxValue;\nchecked\n{\n    big++;\n}", 4)]
    [InlineData("void F()\n{\n    Span<int> s = new int[2];\n    s[2] = 1;\n}\nF();", 4)]
    [InlineData("new[] { 1, 2 }.Select(i =>\n    new[] { 1 }[i]\n).Sum()", 2)]
    [InlineData("throw new IndexOutOfRangeException();", 1)]
    [InlineData("await Task.Yield();\nvar a = new int[1];\nawait Task.Delay(1);\na[1]++;", 4)]
    public async Task An_index_out_of_range_and_an_overflow_name_their_line(string code, int line)
    {
        var error = (await RunAsync(code)).Error;
        Assert.Equal(line, error.Line);
        Assert.StartsWith($"   at cell 1, line {line}: ", error.Traceback[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_out_of_range_names_all_lines_where_it_may_be()
    {
        await RunAsync("int Get(int[] a, int i)\n{\n    var x = a[0];\n    x++;\n    return x + a[i];\n}");
        Assert.Equal(["IndexOutOfRangeException: Index was outside the bounds of the array.", "   at cell 1, one of these lines:", "      line 3: var x = a[0];", "      line 5: return x + a[i];", "   at cell 2, line 1: Get([1], 1)"],
            (await RunAsync("Get([1], 1)")).Error.Traceback);
    }

    [Fact]
    public async Task A_library_that_calls_back_leaves_all_lines_of_the_cell()
    {
        var error = (await RunAsync("new[] { 1 }.Select(i =>\n    Enumerable.Range(0, 3).OrderBy(j =>\n        i / j\n    ).First()\n).ToList()")).Error;
        Assert.Equal(
            ["DivideByZeroException: Attempted to divide by zero.", "   at cell 1, line 3: i / j", "   at cell 1, line 2: Enumerable.Range(0, 3).OrderBy(j =>", "   at cell 1, line 1: new[] { 1 }.Select(i =>"],
            error.Traceback.Where(line => !line.Contains("System.", StringComparison.Ordinal)));
        Assert.Equal(3, error.Line);
    }

    [Theory]
    [InlineData("int Deep(int n) =>\n    Deep(n + 1) + 1;\nDeep(0)", 2)]
    [InlineData("int Even(int n) =>\n    Odd(n + 1) + 1;\nint Odd(int n) =>\n    Even(n + 1) + 1;\nEven(0)", 4)]
    public async Task A_recursion_tells_each_place_once_with_its_count(string code, int lines)
    {
        var error = (await RunAsync(code)).Error;
        Assert.Equal("InsufficientExecutionStackException", error.Name);
        Assert.InRange(error.Traceback.Count, 3, 2 * lines);
        Assert.Matches(@"^   at cell 1, line 2: \S+\(n \+ 1\) \+ 1; \(\d+,\d{3} times\)$", error.Traceback.First(line => line.Contains("times", StringComparison.Ordinal) && line.Contains("line 2", StringComparison.Ordinal)));
        Assert.StartsWith("   at cell 1, line " + (lines == 2 ? "3: Deep(0)" : "5: Even(0)"), error.Traceback[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class E : Exception { public override string Message => null; }\nthrow new E();", "E", "(no message)", 2)]
    [InlineData("class E : Exception { public override string Message => \"\"; }\nthrow new E();", "E", "", 2)]
    [InlineData("class E : Exception { public override string Message => throw new E(); }\nthrow new E();", "E", "(its message cannot be read: E)", 2)]
    [InlineData("class E : Exception { public override string Message => throw new OperationCanceledException(); }\nthrow new E();", "E", "(its message cannot be read: OperationCanceledException)", 2)]
    [InlineData("class E : Exception { public override string Message => Message + 1; }\nthrow new E();", "E", "(its message cannot be read: InsufficientExecutionStackException)", 2)]
    [InlineData("class E<T> : Exception { public override string StackTrace => throw this; public override string ToString() => null; public new Type GetType() => null; public new Exception InnerException => throw this; }\nthrow new E<int>();", "E<int>", "Exception of type 'Script+E`1[System.Int32]' was thrown.", 2)]
    [InlineData("class E : Exception { public override Exception GetBaseException() => throw this; public override System.Collections.IDictionary Data => null; public override bool Equals(object o) => throw this; public override int GetHashCode() => throw this; }\nthrow new Exception(\"x\", new E());", "Exception", "x", 2)]
    public async Task An_exception_that_misbehaves_is_an_error_like_others(string code, string name, string message, int line)
    {
        var error = (await RunAsync(code)).Error;
        Assert.Equal((name, message, line), (error.Name, error.Message, error.Line));
        Assert.Equal($"{name}: {message}", error.Traceback[0]);
        Assert.Equal("1", (await RunAsync("1")).Value);
    }

    [Theory]
    [InlineData("while (true) ;")]
    [InlineData("Thread.Sleep(Timeout.Infinite); return \"\";")]
    public async Task A_message_that_never_comes_can_be_stopped(string code)
    {
        var error = (await StopOncePrintingAsync($"class E : Exception {{ public override string Message {{ get {{ Console.WriteLine(1); {code} }} }} }}\nthrow new E();")).Error;
        Assert.True(error.Name is "E" or "OperationCanceledException", error.Name); // The second if the stop had to abort the thread.
        Assert.Equal("1", (await RunAsync("1")).Value);
    }

    [Fact]
    public async Task A_huge_message_is_cut()
    {
        var error = (await RunAsync("throw new Exception(new string('x', 50_000_000));")).Error;
        Assert.Equal(new string('x', 10_000) + "... (50,000,000 characters)", error.Message);
        Assert.InRange(error.Traceback.Sum(line => line.Length), 10_000, 10_200);
    }

    [Theory]
    [InlineData("Exception e = new FormatException();\nfor (var i = 0; i < 100_000; i++) e = new ArgumentException(\"outer\", e);\nthrow e;", "ArgumentException", "outer")]
    [InlineData("Exception e = new ArgumentException(\"round\");\ntypeof(Exception).GetField(\"_innerException\", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance).SetValue(e, e);\nthrow e;", "ArgumentException", "round")]
    [InlineData("Exception e = new FormatException();\nfor (var i = 0; i < 100_000; i++) e = new AggregateException(e);\nthrow e;", "AggregateException", "1 errors occurred.")]
    [InlineData("Exception e = new FormatException();\nfor (var i = 0; i < 100_000; i++) e = new System.Reflection.TargetInvocationException(\"call\", e);\nthrow e;", "TargetInvocationException", "call")]
    [InlineData("Exception e = new FormatException();\nfor (var i = 0; i < 40; i++) e = new AggregateException(e, e);\nthrow e;", "AggregateException", "2 errors occurred.")]
    [InlineData("var all = Enumerable.Range(0, 10_000).Select(i => new Exception($\"{i}\"));\nvar e = 1;\nthrow new AggregateException(all);", "AggregateException", "10,000 errors occurred.")]
    public async Task Causes_without_end_stay_few(string code, string name, string message)
    {
        var error = (await RunAsync(code)).Error;
        Assert.Equal((name, message), (error.Name, error.Message));
        Assert.InRange(error.Traceback.Count, 20, 90);
        Assert.Equal("1", (await RunAsync("1")).Value);
    }

    [Fact]
    public async Task Many_errors_at_once_are_told_in_part_with_a_count()
    {
        var error = (await RunAsync("throw new AggregateException(Enumerable.Range(0, 10_000).Select(i => new Exception($\"{i}\")));")).Error;
        Assert.Equal("  Exception: 18", error.Traceback[^2]);
        Assert.Equal("  ... (errors left out: 9,981)", error.Traceback[^1]);
    }

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("var timer = new Timer(_ =>\n    throw new Exception(\"late\"), null, 100, Timeout.Infinite);", "Exception on another thread: late")]
    [InlineData("new Thread(() => { Thread.Sleep(100);\n    throw new Exception(\"late\"); }).Start();", "Exception on another thread: late")]
    [InlineData("using (ExecutionContext.SuppressFlow()) new Thread(() => { Thread.Sleep(100);\n    throw new Exception(\"late\"); }).Start();", "Exception on another thread: late")]
    [InlineData("ThreadPool.UnsafeQueueUserWorkItem(_ => { Thread.Sleep(100);\n    throw new Exception(\"late\"); }, null);", "Exception on another thread: late")]
    [InlineData("async void Fail() { await Task.Delay(100).ConfigureAwait(false);\n    throw new Exception(\"late\"); }\nFail();", "Exception on another thread: late")]
    [InlineData("async void Fail() { await Task.Delay(100);\n    throw new Exception(\"late\"); }\nFail();", "Exception on another thread: late")]
    [InlineData("class E : Exception { public override string Message => null; }\nvar timer = new Timer(_ => {\n    throw new E(); }, null, 100, Timeout.Infinite);", "E on another thread: (no message)")]
    public async Task What_fails_between_cells_is_told_by_the_next(string code, string first)
    {
        (await RunAsync(code)).Ok();
        Thread.Sleep(400);
        var told = (await RunAsync("1")).Ok();
        for (var i = 0; told.Stderr.Length == 0 && i < 50; i++)
        {
            Thread.Sleep(100);
            told = await RunAsync("1");
        }
        Assert.Equal([first, "   at cell 1, line 2: throw new"], told.Stderr.TrimEnd().Split('\n').Select((line, i) => i == 0 ? line : line[..31]).Select(line => line.Replace("line 3", "line 2", StringComparison.Ordinal)));
        Assert.Equal("1", told.Value);
    }

    [Theory]
    [InlineData("static void Start() => Task.Run(() =>\n    throw new Exception(\"lost\"));\nStart();")]
    [InlineData("static async Task Fail() { await Task.Delay(1).ConfigureAwait(false);\n    throw new Exception(\"lost\"); }\nstatic void Start() => Fail();\nStart();")]
    public async Task A_task_that_fails_and_that_nobody_awaits_is_told(string code)
    {
        (await RunAsync(code)).Ok();
        var told = "";
        for (var i = 0; told.Length == 0 && i < 50; i++)
        {
            Thread.Sleep(50);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            told = (await RunAsync("1")).Stderr;
        }
        Assert.StartsWith("Exception in a task that nobody awaited: lost\n   at cell 1, line 2: throw new Exception(\"lost\")", told, StringComparison.Ordinal);
    }
}
