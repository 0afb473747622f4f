using CourseKit.Notebooks.Tests;
namespace CourseKit.Cli.Tests;

/// <summary>Ctrl+C and its kin: at once, nothing half-written, nothing left running.</summary>
public sealed class InterruptionTests
{
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("INT INT INT", 130)]
    [InlineData("TERM", 143)]
    [Trait("Cost", "process")]
    public async Task A_signal_in_mid_run_stops_it_without_a_trace_of_the_unfinished(string signals, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "POSIX signals");
        using var place = new Workplace();
        place.Write("all/1.ipynb", "1");
        place.Write("all/2.ipynb", "System.IO.File.WriteAllText(\"pid\", System.Environment.ProcessId.ToString());", "System.Threading.Thread.Sleep(600_000);");
        // A shell starts what is to run in the background with SIGINT ignored, these tests too.
        using var process = place.Start("env", [], ["--default-signal=INT,TERM", BuiltCourse.Program, "run", "all", "--jobs", "1"]);
        await ReadUntilAsync(process.StandardOutput, "2 cell 2/2");

        foreach (var signal in signals.Split(' '))
            await process.SignalAsync(signal);
        await process.WaitForExitAsync(_cancel);

        Assert.Equal(exitCode, process.ExitCode);
        Assert.StartsWith("coursekit: stopped", await process.StandardError.ReadToEndAsync(_cancel));
        Assert.Equal(["1.html", "1.ipynb"], Directory.GetFiles(place.PathOf("out")).Select(Path.GetFileName).Order());
        Assert.False(Processes.Runs(int.Parse(await File.ReadAllTextAsync(place.PathOf("all", "pid"), _cancel))));
    }

    [Fact]
    public async Task When_the_runner_itself_is_killed_the_process_that_runs_the_cells_ends_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "POSIX signals");
        using var place = new Workplace();
        place.Write("orphan.ipynb", "System.IO.File.WriteAllText(\"pid\", System.Environment.ProcessId.ToString());", "while (true) { }");
        using var process = place.Start("run", "orphan.ipynb");
        await ReadUntilAsync(process.StandardOutput, "orphan cell 2/2");

        await process.SignalAsync("KILL");
        var orphan = int.Parse(await File.ReadAllTextAsync(place.PathOf("pid"), _cancel));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (Processes.Runs(orphan))
            await Task.Delay(50, patience.Token);
        Assert.False(Processes.Runs(orphan));
    }

    private async Task ReadUntilAsync(StreamReader output, string text)
    {
        while (await output.ReadLineAsync(_cancel) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"The run ended before it said '{text}'.");
    }
}
