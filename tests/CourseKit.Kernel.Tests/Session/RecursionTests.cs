using CourseKit.Kernel.Session.Stopping;
using Mono.Cecil;

namespace CourseKit.Kernel.Tests.Session;

public sealed class RecursionTests : SessionTest
{
    [Theory]
    [InlineData("int F(int n) => n < 2 ? n : F(n - 1) + F(n - 2);", "F(20)")]
    [InlineData("long F(long m, long n) => m == 0 ? n + 1 : n == 0 ? F(m - 1, 1) : F(m - 1, F(m, n - 1));", "F(2, 9)")]
    [InlineData("int moves; void F(int n, string a, string b, string c) { if (n == 0) return; F(n - 1, a, c, b); moves++; F(n - 1, c, b, a); }", "new Func<int>(() => { F(7, \"a\", \"b\", \"c\"); return moves; })()")]
    [InlineData("int F(int n) { switch (n) { case 0: return 3; case 1: return 5; case 2: return 7; default: return F(n - 1) - F(n - 3); } }", "F(12)")]
    [InlineData("bool F(int n, out int levels) { if (n == 0) { levels = 0; return true; } var even = F(n - 1, out levels); levels++; return !even; }", "new Func<int>(() => { F(9, out var levels); return levels; })()")]
    public async Task A_short_method_that_calls_itself_checks_every_third_level_and_gives_what_a_program_gives(string method, string call)
    {
        var source = $"using System; public class Program {{ public static long Run(int n) => new Program().All(); long All() => {call}; {method} }}";
        var plain = TwiceCompiled.Plain(source);
        using var module = ModuleDefinition.ReadModule(TwiceCompiled.WithChecks(plain));
        Assert.Equal(["<F>2", "<F>3", "F"], module.GetType("Program").Methods.Where(each => each.Name.Contains('F', StringComparison.Ordinal) && !each.Name.Contains('g', StringComparison.Ordinal)).Select(each => each.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["F"], module.GetType("Program").Methods.Where(each => Calls(each, nameof(StopRequest.Enter)) && each.Name.Contains('F', StringComparison.Ordinal)).Select(each => each.Name));
        var expected = TwiceCompiled.Run<long>(plain, 0);
        (await RunAsync(method)).Ok();
        Assert.Equal($"{expected}", (await RunAsync(call)).Value);
    }

    [Theory]
    [InlineData("class A { public virtual int F(int n) => n < 2 ? n : F(n - 1) + F(n - 2); }", "new A().F(15)")]
    [InlineData("T F<T>(T x, int n) => n == 0 ? x : F(x, n - 1);", "F(610, 9)")]
    [InlineData("int F(int n) { try { return n < 2 ? n : F(n - 1) + F(n - 2); } finally { } }", "F(15)")]
    [InlineData("int F(int n) { if (n < 2) return n; var s = 0; for (var i = 1; i < 3; i++) s += F(n - i); return s; }", "F(15)")]
    public async Task Other_methods_check_at_each_level(string method, string call)
    {
        (await RunAsync(method)).Ok();
        Assert.Equal("610", (await RunAsync(call)).Value);
    }

    [Fact]
    public async Task A_line_of_a_recursion_is_told_once_whichever_copy_ran_it()
    {
        var error = (await RunAsync("int F(int n) =>\n    n == 0 ? throw new ArgumentException(\"deep\") :\n    1 + F(n - 1);\nF(10)")).Error;
        Assert.Equal(["ArgumentException: deep", "   at cell 1, line 2: n == 0 ? throw new ArgumentException(\"deep\") : (11 times)", "   at cell 1, line 4: F(10)"], error.Traceback);
    }

    private static bool Calls(MethodDefinition method, string name) => method.Body.Instructions.Any(instruction => instruction.Operand is MethodReference called && called.Name == name);
}
