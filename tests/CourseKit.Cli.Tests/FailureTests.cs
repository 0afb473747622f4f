using System.Diagnostics;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit run</c> where a cell fails: the exit code, what is said last, and that nothing shown before is lost.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task A_cell_that_throws_ends_the_run_and_is_named_last()
    {
        using var place = new Workplace();
        place.Write("throws.ipynb", "System.Console.WriteLine(\"before\");", "var zero = 0;\nvar x =\n    1 / zero;", "\"after\"");
        var run = await place.RunAsync("run", "throws.ipynb");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            ["throws.ipynb: cell 2 failed", "DivideByZeroException: Attempted to divide by zero.", "line 3: 1 / zero;"],
            run.ErrorLines);
        var cells = place.Executed("throws").Cells;
        Assert.Equal(["stream: stdout before\n"], cells[0].InShort());
        Assert.Equal(["error: DivideByZeroException: Attempted to divide by zero."], cells[1].InShort());
        Assert.Equal((null, 0), (cells[2].ExecutionCount, cells[2].Outputs.Count));
        var summary = place.Summary();
        Assert.Equal(("failed", 2), ((string)summary["status"]!, (int)summary["cells"]!));
        Assert.Equal(
            """{"cell":2,"name":"DivideByZeroException","message":"Attempted to divide by zero.","line":3}""",
            summary["error"]!.ToJsonString());
        Assert.True(File.Exists(place.PathOf("out", "throws.html")));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task The_message_of_a_cell_prints_its_lines_but_no_escapes_to_the_terminal()
    {
        using var place = new Workplace();
        place.Write("odd.ipynb", "throw new System.Exception(\"one\\ntwo\\x1b[2J\\u202e\\r3\"); // \u202e");
        var run = await place.RunAsync("run", "odd.ipynb");
        Assert.Equal(["odd.ipynb: cell 1 failed", "Exception: one", "two\\u001b[2J\\u202e", "3"], run.ErrorLines[..4]);
        Assert.EndsWith("// \\u202e", run.ErrorLines[^1]);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_cell_tagged_raises_exception_may_fail()
    {
        using var place = new Workplace();
        place.Write("may.ipynb", NotebookCell.Code("throw new System.Exception(\"on purpose\");", "raises-exception"), NotebookCell.Code("\"after\""));
        Assert.Equal(0, (await place.RunAsync("run", "may.ipynb")).ExitCode);
        var cells = place.Executed("may").Cells;
        Assert.Equal(["error: Exception: on purpose"], cells[0].InShort());
        Assert.Equal(["execute_result: after"], cells[1].InShort());
    }

    [Theory]
    [InlineData("=> null", "(no message)")]
    [InlineData("=> throw new System.NotSupportedException()", "(its message cannot be read: NotSupportedException)")]
    [InlineData("=> new string('x', 20_000_000)", "xxx... (20,000,000 characters)")]
    [Trait("Cost", "process")]
    public async Task An_exception_that_misbehaves_is_an_error_like_others(string message, string expected)
    {
        using var place = new Workplace();
        place.Write("odd.ipynb", $"class E : System.Exception {{ public override string Message {message}; }}\nthrow new E();");
        var run = await place.RunAsync("run", "odd.ipynb");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["odd.ipynb: cell 1 failed", "line 2: throw new E();"], [run.ErrorLines[0], run.ErrorLines[^1]]);
        Assert.EndsWith(expected, run.ErrorLines[1]);
        Assert.InRange(run.ErrorLines[1].Length, expected.Length, 11_000);
        Assert.EndsWith(expected, (string)place.Summary()["error"]!["message"]!);
        Assert.EndsWith(expected, Assert.Single(place.Executed("odd").Cells[0].InShort()));
    }

    [Fact]
    [Trait("Cost", "slow")]
    public async Task A_cell_that_runs_too_long_is_killed_with_all_it_started()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "starts the program sleep");
        using var place = new Workplace();
        place.Write("slow.ipynb", """
            var child = System.Diagnostics.Process.Start("sleep", "600");
            System.Console.WriteLine(child.Id);
            while (true) { }
            """);
        var run = await place.RunAsync("run", "slow.ipynb", "--timeout", "20");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["slow.ipynb: cell 1 failed", "Timeout: cell 1 ran longer than 20 s and was killed"], run.ErrorLines);
        Assert.Equal("timeout", (string)place.Summary()["status"]!);
        var outputs = place.Executed("slow").Cells[0].InShort();
        Assert.Equal("error: Timeout: cell 1 ran longer than 20 s and was killed", outputs[1]);
        Assert.False(Processes.Runs(int.Parse(outputs[0].Split(' ')[^1])));
    }

    [Theory]
    [InlineData("for (var i = 0; i < 5; i++) System.Console.WriteLine(i);\ntypeof(System.Environment).GetMethod(\"Exit\")!.Invoke(null, [3]);", "exit code 3 ", "0\n1\n2\n3\n4\n")]
    [InlineData("typeof(System.Environment).GetMethod(\"FailFast\", [typeof(string)])!.Invoke(null, [\"a crash\"]);", "exit code 134 ")]
    [InlineData("System.Diagnostics.Process.Start(\"kill\", [\"-KILL\", $\"{System.Environment.ProcessId}\"]).WaitForExit();", "exit code 137 ")]
    [Trait("Cost", "process")]
    public async Task A_process_that_ends_under_a_cell_loses_nothing_it_has_shown(string code, string expected, string printed = "")
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "exit codes of signals");
        using var place = new Workplace();
        place.Write("ends.ipynb", "display(\"one\");", "System.Console.WriteLine(\"two\");\n" + code);
        var run = await place.RunAsync("run", "ends.ipynb");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"ProcessEnded: the process ended with {expected}", run.ErrorLines[^1]);
        Assert.EndsWith("while cell 2 ran", run.ErrorLines[^1]);
        var cells = place.Executed("ends").Cells;
        Assert.Equal(["display_data: one"], cells[0].InShort());
        // What native code wrote on stderr comes another way than the prints, so either may be first.
        Assert.Contains("stream: stdout two\n" + printed, cells[1].InShort());
        Assert.StartsWith("error: ProcessEnded", cells[1].InShort()[^1]);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task What_a_cell_prints_cannot_disturb_the_runner_and_what_bypasses_the_console_is_shown_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "starts the program echo");
        using var place = new Workplace();
        place.Write("prints.ipynb", """
            var idle = "{\"type\":\"idle\"}\n";
            System.Console.Write(idle);
            """, """
            using (var raw = System.Console.OpenStandardOutput()) raw.Write(System.Text.Encoding.UTF8.GetBytes(idle + "ä\u0001"));
            System.Diagnostics.Process.Start("echo", "from a program").WaitForExit();
            """, """
            using (var raw = System.Console.OpenStandardError()) raw.Write(new byte[] { 0xff, (byte)'!' });
            "end"
            """);
        Assert.Equal(0, (await place.RunAsync("run", "prints.ipynb")).ExitCode);
        var cells = place.Executed("prints").Cells;
        Assert.Equal(["stream: stdout {\"type\":\"idle\"}\n"], cells[0].InShort());
        Assert.Equal(["stream: stdout {\"type\":\"idle\"}\nä\u0001from a program\n"], cells[1].InShort());
        Assert.Equal(["execute_result: end", "stream: stderr \ufffd!"], cells[2].InShort().Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_failure_stops_the_other_notebooks_unless_told_to_keep_going()
    {
        using var place = new Workplace();
        place.Write("all/1.ipynb", "throw new System.InvalidOperationException(\"first\");");
        place.Write("all/2.ipynb", "2");
        place.Write("all/3.ipynb", "throw new System.ArgumentException(\"third\");");

        var stopped = await place.RunAsync("run", "all", "--jobs", "1");
        Assert.Equal(1, stopped.ExitCode);
        Assert.DoesNotContain("[2/3] 2 cell", stopped.Output);
        Assert.Equal([Path.Combine("all", "1.ipynb") + ": cell 1 failed", "InvalidOperationException: first"], stopped.ErrorLines[..2]);
        Assert.False(File.Exists(place.PathOf("out", "2.ipynb")));

        var whole = await place.RunAsync("run", "all", "--jobs", "1", "--keep-going");
        Assert.Equal(1, whole.ExitCode);
        Assert.Equal(["execute_result: 2"], place.Executed("2").Cells[0].InShort());
        Assert.Contains("ArgumentException: third", whole.ErrorLines);
        Assert.Equal(["failed", "ok", "failed"], Enumerable.Range(0, 3).Select(i => (string)place.Summary(i)["status"]!));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_failure_stops_a_notebook_that_runs_beside_and_keeps_what_it_has_shown()
    {
        using var place = new Workplace();
        place.Write("all/fails.ipynb", "while (!System.IO.File.Exists(\"here\")) System.Threading.Thread.Sleep(10);\nthrow new System.Exception(\"now\");");
        place.Write("all/waits.ipynb", "System.Console.WriteLine(\"so far\");\nSystem.IO.File.WriteAllText(\"here\", \"\");\nSystem.Threading.Thread.Sleep(600_000);");
        var run = await place.RunAsync("run", "all", "--jobs", "2");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("fails", Path.GetFileNameWithoutExtension(run.ErrorLines[0].Split(':')[0]));
        Assert.Equal(["stream: stdout so far\n"], place.Executed("waits").Cells[0].InShort());
        Assert.Equal("Stopped", (string)place.Summary(1)["error"]!["name"]!);
    }
}

internal static class Processes
{
    public static bool Runs(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            // Where nobody waits for its end, a process that was killed stays as a zombie.
            return !process.HasExited && !(File.Exists($"/proc/{id}/stat") && File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public static async Task SignalAsync(this Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
