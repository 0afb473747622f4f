namespace CourseKit.Kernel.Tests.Session;

public sealed class LongSessionTests : SessionTest
{
    [Fact]
    [Trait("Cost", "slow")]
    public async Task Cells_that_declare_cost_some_dozen_kilobytes_each_however_many_came_before()
    {
        (await RunAsync("var v0 = 0;")).Ok();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var cell = 1; cell <= 300; cell++)
            (await RunAsync($"var v{cell} = v{cell - 1} + 1;")).Ok();
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / 300, 0, 60_000);
        Assert.Equal("300", (await RunAsync("v300")).Value);
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_cell_run_again_a_hundred_times_leaves_one_run()
    {
        const string Cell = "var x = 5; int F(int k) => k + x; class C { } F(3)";
        (await RunAsync("var first = 1;")).Ok();
        (await RunAsync(Cell)).Ok();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var run = 0; run < 100; run++)
            Assert.Equal("8", (await RunAsync(Cell)).Value);
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / 100, int.MinValue, 10_000);
        Assert.Equal("1", (await RunAsync("first")).Value);
    }

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("1 + 1", "2")]
    [InlineData("total += 2; total - total", "0")]
    [InlineData("for (var i = 0; i < 3; i++) total += i;\ntotal * 0", "0")]
    [InlineData("Enumerable.Range(0, 4).Select(x => x * 2).Sum()", "12")]
    [InlineData("await Task.Yield();\n7", "7")]
    [InlineData("try { throw new Exception(); } catch { }\n\"caught\"", "caught")]
    public async Task Cells_that_only_compute_leave_next_to_nothing_on_the_heap(string cell, string value)
    {
        (await RunAsync("var total = 0L;")).Ok();
        for (var run = 0; run < 20; run++)
            (await RunAsync(cell)).Ok();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var run = 0; run < 100; run++)
            Assert.Equal(value, (await RunAsync(cell)).Value);
        Assert.InRange((GC.GetTotalMemory(forceFullCollection: true) - before) / 100, int.MinValue, 5_000);
    }
}
