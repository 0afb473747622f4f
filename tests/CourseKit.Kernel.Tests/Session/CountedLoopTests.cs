using CourseKit.Kernel.Session.Stopping;
using Mono.Cecil;

namespace CourseKit.Kernel.Tests.Session;

public sealed class CountedLoopTests : SessionTest
{
    [Theory]
    [InlineData("long s = 0; for (int i = 0; i < n; i++) s += i ^ n; return s;")]
    [InlineData("long s = 0; for (int i = 0; i <= n; i += 3) s += i; return s;")]
    [InlineData("long s = 0; for (int i = n - 1; i >= 0; i--) s += i; return s;")]
    [InlineData("long s = 0; for (int i = n; i > 0; i -= 7) s += i; return s;")]
    [InlineData("long s = 0; for (long i = 0; i < 1_000_000L; i++) s += i; return s;")]
    [InlineData("long s = 0; for (long i = 100_000; i > 5; i += -1) s += i; return s;")]
    [InlineData("long s = 0; for (int i = 0; i < a.Length; i++) s += a[i]; return s;")]
    [InlineData("long s = 0; foreach (var x in a) s += x; return s;")]
    [InlineData("long s = 0; for (int i = 0; i < a.Length - 1; i++) { if (a[i] > a[i + 1]) continue; s++; } return s;")]
    [InlineData("for (int i = 0; i < n; i++) { a[i % a.Length] += i; if (a[0] > 100_000) break; } return a[0];")]
    [InlineData("var i = 0; while (i < n) { i++; if (i % 2 == 0) continue; total += i; } return total;")]
    [InlineData("for (int i = 0; i < field; i++) total += i; return total;")]
    [InlineData("for (int i = 0; i < field / 2 + n; i++) total += i; return total;")]
    [InlineData("for (int i = 0; i < list.Count; i++) total += list[i]; return total;")]
    [InlineData("var t = \"text\"; for (int i = 0; i < t.Length; i++) total += t[i]; return total;")]
    [InlineData("var m = new int[3, 4]; for (int i = 0; i < m.GetLength(1); i++) m[2, i] = i; return m[2, 3];")]
    [InlineData("double s = 0; for (int i = 0; i < n; i++) s += Math.Sqrt(i); return (long)s;")]
    [InlineData("try { for (int i = 0; i < n; i++) total += 100 / (n - 1 - i); } catch (DivideByZeroException) { total = -total; } finally { total++; } return total;")]
    [InlineData("for (int i = 0; i < n; i++) { if (i == 70_000) return i; } return 0;")]
    [InlineData("for (int i = int.MaxValue - 3; i < int.MaxValue; i++) total++; return total;")]
    [InlineData("for (int i = int.MinValue + 3; i > int.MinValue; i--) total++; return total;")]
    [InlineData("for (int i = int.MinValue; i < int.MinValue + 3; i++) total++; return total;")]
    [InlineData("for (long i = long.MaxValue - 100_000; i < long.MaxValue; i++) total++; return total;")]
    [InlineData("for (int i = 5; i < 5; i++) total++; for (int i = 9; i < 5; i++) total++; return total;")]
    public async Task A_loop_that_counts_has_no_check_in_its_rounds_and_gives_what_a_program_gives(string body)
    {
        var (counted, every) = ChecksIn(body);
        Assert.True(counted > 0);
        Assert.Equal(0, every);
        await GivesTheSame(body);
    }

    [Theory]
    [InlineData("for (int i = 0; i < n; i++) { if (i % 3 == 0 && total < 10) { i--; total++; } } return total;")] // counts twice
    [InlineData("var i = 0; while (i < n) { if (total++ > 10) i++; } return total;")] // a round may not count
    [InlineData("var i = 0; while (i < n) { total++; if (total < 10) continue; i++; } return total;")]
    [InlineData("for (int i = 0; i < n; i++) { if (total < 10) n++; total++; } return total;")] // the end moves
    [InlineData("ref var r = ref n; for (int i = 0; i < n; i++) { if (total < 10) r++; total++; } return total;")]
    [InlineData("int m = 10; ref var r = ref m; for (int i = 0; i < m; i++) { if (m < 100_000) r++; total++; } return total;")]
    [InlineData("unsafe { int m = 10; int* p = &m; for (int i = 0; i < m; i++) { if (m < 100_000) *p = m + 1; total++; } return total; }")]
    [InlineData("ref var r = ref field; for (int i = 0; i < field; i++) { if (total < 10) r++; total++; } return total;")]
    [InlineData("for (int i = 0; i < field; i++) { if (total < 10) field++; total++; } return total;")]
    [InlineData("for (int i = 0; i < a.Length; i++) { if (total == 10) a = new int[200_000]; total++; } return total;")]
    [InlineData("for (int i = 0; i < list.Count; i++) { if (total < 10) list.Add(1); total++; } return total;")] // calls
    [InlineData("for (int i = 0; i < n; i++) total += Other(i); return total;")]
    [InlineData("int i = 0; do { total++; i++; } while (i < n); return total;")]
    [InlineData("for (int i = 0; i < n; i++) { try { total += 10 / (i % 3); } catch (DivideByZeroException) { total += 7; } } return total;")]
    [InlineData("for (int i = 0; i != n; i++) total++; return total;")]
    [InlineData("for (uint i = 0; i < (uint)n; i++) total++; return total;")]
    [InlineData("for (double x = 0; x < 10; x += 0.5) total++; return total;")]
    [InlineData("for (var x = 10; x < n; x += x) total++; return total;")]
    [InlineData("for (var i = 0; i < n; i += 100_000) total++; return total;")]
    [InlineData("foreach (var i in Numbers()) total += i; return total;")]
    public async Task Another_loop_keeps_its_check_and_gives_what_a_program_gives(string body)
    {
        Assert.Equal(0, ChecksIn(body).Counted);
        Assert.True(ChecksIn(body).Every > 0);
        await GivesTheSame(body);
    }

    [Fact]
    public async Task Of_nested_loops_only_the_innermost_has_no_check_in_its_rounds()
    {
        const string body = "for (int i = 0; i < 300; i++) for (int j = i; j < 300; j++) total += i ^ j; return total;";
        Assert.Equal((1, 1), ChecksIn(body));
        await GivesTheSame(body);
    }

    [Theory]
    [InlineData("for (var i = 0; i <= int.MaxValue; i++) { }")]
    [InlineData("for (var i = 0; i >= int.MinValue; i--) x++;")]
    [InlineData("for (var i = 0; i < int.MaxValue; i += 2) { }")]
    [InlineData("for (var i = 0L; i <= long.MaxValue; i++) { }")]
    [InlineData("for (var i = 0L; i < long.MaxValue; i++) { }")]
    [InlineData("for (var i = long.MaxValue - 5; i <= long.MaxValue; i++) { }")]
    [InlineData("for (var i = 0; i < 10; i++) i--;")]
    [InlineData("for (var i = 0; i < 10; i += 0) { }")]
    [InlineData("for (var i = 0; i < 10; i--) { if (i == -5) i = 5; }")]
    [InlineData("for (var i = 0; i < 10; ) { if (x < 0) i++; }")]
    [InlineData("while (true) for (var i = 0; i < 10; i++) x++;")]
    [InlineData("for (var i = 0; i < 10; i++) for (var j = 0; j < 10; j++) { if (j == 9) i = 0; }")]
    [InlineData("var end = 10; for (var i = 0; i < end; i++) end = i + 5;")]
    [InlineData("while (true) { try { for (var i = 0; i < int.MaxValue; i++) x ^= i; } catch { } }")]
    public async Task A_loop_that_counts_stops_too(string endless)
    {
        var ran = await StopOncePrintingAsync($"var x = 7;\nConsole.WriteLine(\"running\");\n{endless}");
        Assert.Equal("Stopped.", ran.Error.Message);
        Assert.Equal(3, ran.Error.Line);
    }

    [Theory]
    [InlineData("int[] a = null;\nvar s = 0;\nfor (var i = 0; i < a.Length; i++)\n    s++;", 3)]
    [InlineData("var s = 0;\nfor (var i = 70_000; i >= 0; i--)\n{\n    s++;\n    s /= i;\n}", 5)]
    public async Task An_error_in_a_loop_that_counts_names_its_line(string code, int line) => Assert.Equal(line, (await RunAsync(code)).Error.Line);

    private const string Around = """
        static int[] a = Enumerable.Range(0, 100_000).Select(i => i * 7919 % 1013).ToArray();
        static List<int> list = Enumerable.Range(0, 70_000).ToList();
        static int field = 150_000;
        static long total;
        static int Other(int i) => i % 5;
        static IEnumerable<int> Numbers() { for (var i = 0; i < 10; i++) yield return i; }
        """;

    private static string Program(string body) => $$"""
        using System; using System.Collections.Generic; using System.Linq;
        public static class Program
        {
            {{Around}}
            public static long Run(int n) { {{body}} }
        }
        """;

    // How many checks the loops have: those before a counting loop, and those in each round.
    private static (int Counted, int Every) ChecksIn(string body)
    {
        using var module = ModuleDefinition.ReadModule(TwiceCompiled.WithChecks(TwiceCompiled.Plain(Program(body))));
        var calls = module.GetType("Program").Methods.Single(method => method.Name == "Run").Body.Instructions
            .Select(instruction => instruction.Operand).OfType<MethodReference>().Where(called => called.DeclaringType.FullName == typeof(StopRequest).FullName).Select(called => called.Name).ToList();
        return (calls.Count(name => name is nameof(StopRequest.CheckUp) or nameof(StopRequest.CheckDown)), calls.Count(name => name is nameof(StopRequest.CheckLoop)));
    }

    private async Task GivesTheSame(string body)
    {
        var plain = TwiceCompiled.Run<long>(TwiceCompiled.Plain(Program(body)), 100_000);
        (await RunAsync(Program(body)[Program(body).IndexOf("public", StringComparison.Ordinal)..])).Ok();
        Assert.Equal($"{plain}", (await RunAsync("Program.Run(100_000)")).Value);
    }
}
