namespace CourseKit.Kernel.Tests.Session;

/// <summary>What a cell converts implicitly to a class with a finalizer lives at least as long as the call that it was made for.</summary>
public sealed class KeptTests : SessionTest
{
    private const string Number = """
        using System.Runtime.CompilerServices;
        class Number
        {
            public static int Freed;
            ~Number() => Freed++;
            public static implicit operator Number(int value) => new();
            public static implicit operator Number(string text) => new();
            public static explicit operator Number(double value) => new();
        }
        static class Native
        {
            // As optimised code does it: the object is not needed any more when the call into native code begins.
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public static int Call(Number number)
            {
                for (var i = 0; i < 3; i++) { GC.Collect(); GC.WaitForPendingFinalizers(); }
                return Number.Freed;
            }
        }
        """;

    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("var freed = 0;\nfor (var i = 0; i < 2; i++) freed += Native.Call(5);\nfreed")]
    [InlineData("var freed = 0;\nforeach (var text in new[] { \"5\", \"6\" }) freed += Native.Call(text);\nfreed")]
    [InlineData("new[] { 1 }.Select(n => Native.Call(n)).Single()")]
    [InlineData("await Task.Run(() => Native.Call(5))")]
    [InlineData("int Local() => Native.Call(5);\nLocal()")]
    [InlineData("IEnumerable<int> Many() { yield return Native.Call(5); }\nMany().Single()")]
    [InlineData("async Task<int> Later() { await Task.Yield(); return Native.Call(5); }\nawait Later()")]
    [InlineData("class Own { public int Value => Native.Call(5); }\nnew Own().Value")]
    public async Task It_is_there_until_the_call_returns(string call)
    {
        await RunAsync(Number);
        Assert.Equal("0", (await RunAsync(call)).Ok().Value);
    }

    [Fact]
    public async Task It_is_not_kept_for_ever()
    {
        await RunAsync(Number);
        Assert.True(int.Parse((await RunAsync("for (var i = 0; i < 1000; i++) { Number n = i; }\nNative.Call(5)")).Ok().Value!) > 800);
    }

    [Fact]
    public async Task Conversions_to_structs_to_classes_without_a_finalizer_and_in_expression_trees_are_as_they_were()
    {
        await RunAsync(Number);
        Assert.Equal("x 3 number", (await RunAsync("""
            System.Xml.Linq.XName name = "x";
            decimal three = 3;
            System.Linq.Expressions.Expression<Func<Number>> tree = () => 5;
            $"{name} {three} {(tree.Compile()() is not null ? "number" : "none")}"
            """)).Ok().Value);
    }
}
