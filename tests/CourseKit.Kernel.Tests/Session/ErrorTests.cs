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
}
