namespace CourseKit.Kernel.Tests.Session;

public sealed class StateTests : SessionTest
{
    [Fact]
    public async Task A_cell_sees_what_the_cells_before_declared()
    {
        (await RunAsync("using System.Globalization;\nvar x = 3;\nint Twice(int n) => 2 * n;\nrecord Point(int X, int Y);")).Ok();
        Assert.Equal("6", (await RunAsync("Twice(x)")).Value);
        Assert.Equal("7", (await RunAsync("new Point(x, 4).X + 4")).Value);
        Assert.Equal("", (await RunAsync("CultureInfo.InvariantCulture.Name")).Value);
    }

    [Fact]
    public async Task Variables_types_and_methods_may_be_declared_again()
    {
        (await RunAsync("var x = 1; class C { public int V => 1; } int F() => 1;")).Ok();
        (await RunAsync("var x = \"now a text\"; class C { public string V => \"two\"; } string F() => \"two\";")).Ok();
        Assert.Equal("now a text two two", (await RunAsync("$\"{x} {new C().V} {F()}\"")).Value);
    }

    [Fact]
    public async Task A_cell_run_again_takes_the_place_of_its_last_run_and_hides_nothing_else()
    {
        (await RunAsync("using System.Globalization;\nvar x = 1; int F(int n) => n + x; record C(int V);")).Ok();
        (await RunAsync("var f = F; object old = new C(1);")).Ok();
        for (var run = 2; run < 5; run++)
            (await RunAsync($"var x = {run}; int F(int n) => n + x; record C(int V);")).Ok();
        Assert.Equal("14 11 False 1", (await RunAsync("$\"{F(10)} {f(10)} {old is C} {new CultureInfo(\"\").Name.Length + 1}\"")).Value);

        (await RunAsync("string Kind(int n) => \"number\";")).Ok();
        (await RunAsync("string Kind(string s) => \"text\";")).Ok();
        (await RunAsync("string Kind(string t) => \"words\";")).Ok();
        Assert.Equal("number words", (await RunAsync("$\"{Kind(10)} {Kind(\"a\")}\"")).Value);

        (await RunAsync("using System.Numerics;\nvar x = new Complex(1, 0); record C();")).Ok();
        (await RunAsync("var x = 5; record C();")).Ok();
        Assert.Equal("<1; 0>", (await RunAsync("Complex.One")).Value);
    }

    [Fact]
    public async Task A_cell_that_fails_when_it_runs_again_has_its_variables_anew()
    {
        (await RunAsync("var x = 1; int Get() => x;")).Ok();
        Assert.False((await RunAsync("var x = int.Parse(\"no number\"); int Get() => x;")).Result.Ok);
        Assert.Equal("0", (await RunAsync("Get()")).Value);
        Assert.False((await RunAsync("var x = nowhere; int Get() => x;")).Result.Ok);
        (await RunAsync("x = 3;")).Ok();
        Assert.Equal("3", (await RunAsync("Get()")).Value);
    }

    [Fact]
    public async Task Await_works_at_top_level()
    {
        Assert.Equal("5", (await RunAsync("async Task<int> Five() { await Task.Delay(1); return 5; }\nvar five = await Five();\nfive")).Value);
        Assert.Equal("10", (await RunAsync("await Task.Run(() => 2 * five)")).Value);
    }

    [Fact]
    public async Task What_follows_an_await_is_on_the_same_thread_also_in_later_cells()
    {
        (await RunAsync("var before = Environment.CurrentManagedThreadId;")).Ok();
        Assert.Equal("True", (await RunAsync("await Task.Delay(5);\nawait Task.Run(() => { });\nbefore == Environment.CurrentManagedThreadId")).Value);
    }

    [Fact]
    public async Task Blocking_on_a_task_does_not_deadlock()
    {
        Assert.Equal("5", (await RunAsync("async Task<int> Five() { await Task.Delay(1); await Task.Yield(); return 5; }\nFive().Result")).Value);
    }

    [Fact]
    public async Task The_last_expression_without_semicolon_is_the_result()
    {
        Assert.Equal("3", (await RunAsync("1 + 2")).Value);
        Assert.Empty((await RunAsync("var y = 1;\ny.ToString();")).Ok().Outputs);
        Assert.Empty((await RunAsync("(string)null")).Ok().Outputs);
    }

    [Fact]
    public async Task A_failing_cell_keeps_what_it_assigned()
    {
        var failed = await RunAsync("var kept = 5;\nthrow new Exception(\"no\");\nvar never = 6;");
        Assert.False(failed.Result.Ok);
        Assert.Equal("5", (await RunAsync("kept")).Value);
        Assert.Equal("0", (await RunAsync("never")).Value);
    }

    [Fact]
    public async Task A_cell_that_does_not_compile_changes_nothing()
    {
        (await RunAsync("var x = 1;")).Ok();
        Assert.False((await RunAsync("x = 2;\nvar z = nowhere;")).Result.Ok);
        Assert.Equal("1", (await RunAsync("x")).Value);
    }

    [Fact]
    public async Task Variables_lists_the_latest_of_each_name()
    {
        (await RunAsync("int a = 1; string b = null;")).Ok();
        (await RunAsync("var a = 2.5; if (int.TryParse(\"7\", out var c)) { }")).Ok();
        Assert.Equal(
            [("a", typeof(double), (object?)2.5), ("b", typeof(string), null), ("c", typeof(int), 7)],
            Session.Variables.OrderBy(v => v.Name).Select(v => (v.Name, v.Type, v.Value)));
    }

    [Fact]
    public async Task Usings_alone_are_a_cell()
    {
        (await RunAsync("using System.Net.Http;")).Ok();
        Assert.Equal("00:01:40", (await RunAsync("new HttpClient().Timeout")).Value);
        Assert.Contains("CS0246", (await RunAsync("using No.Such.Space;")).Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_the_framework_may_be_used_and_values_of_earlier_cells_with_it()
    {
        (await RunAsync("using System.Text.RegularExpressions;\nvar regex = new Regex(\"a+\");\nvar pairs = new[] { 1, 2 }.Select(i => new { i, Text = $\"{i}\" }).ToList();")).Ok();
        (await RunAsync("var table = new System.Data.DataTable(\"t\");\nvar xml = new System.Xml.Linq.XElement(\"a\", pairs.Select(p => p.Text));")).Ok();
        Assert.Equal("t <a>12</a> aa 2", (await RunAsync("$\"{table.TableName} {xml} {regex.Match(\"baab\")} {pairs[1].i}\"")).Value);
    }

    [Fact]
    public async Task Nullable_annotations_and_unsafe_code_are_welcome_and_overflow_wraps()
    {
        Assert.Equal("-2147483648", (await RunAsync("string? s = null;\nint big = int.MaxValue;\nunsafe { int* p = &*(int*)0; }\nbig + 1")).Value);
    }

    [Fact]
    public async Task An_empty_cell_and_a_cell_of_comments_run()
    {
        Assert.Empty((await RunAsync("")).Ok().Outputs);
        Assert.Empty((await RunAsync("// nothing\n\n")).Ok().Outputs);
    }

    [Fact]
    public async Task Warming_up_leaves_nothing_behind_and_keeps_no_cell_waiting()
    {
        var warm = Kernel.Session.CSharpSession.WarmUpAsync();
        Assert.Equal("2", (await RunAsync("1 + 1")).Value);
        await warm.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Empty(Session.Variables);
        Assert.Contains("CS0103", (await RunAsync("F(n)")).Error.Message, StringComparison.Ordinal);
        Assert.Empty((await RunAsync("var n = 3;")).Ok().Outputs);
    }

    [Fact]
    public async Task A_session_that_ended_refuses_cells()
    {
        await Session.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => RunAsync("1"));
    }
}
