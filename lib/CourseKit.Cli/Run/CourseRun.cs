using CourseKit.Cli.Shell;
using CourseKit.Kernel.Running;

namespace CourseKit.Cli.Run;

/// <summary>The outcome of one notebook of a run.</summary>
/// <param name="File">The notebook.</param>
/// <param name="Run">The run of the notebook; null if it was not started.</param>
internal sealed record Outcome(NotebookFile File, NotebookRun? Run)
{
    public bool IsFailure => Run?.Status is RunStatus.Failed or RunStatus.Timeout;
}

/// <summary>Runs several notebooks at a time and writes the results.</summary>
internal sealed class CourseRun(RunPlan plan, IRunProgress progress)
{
    private readonly RunResults _results = new(plan.Out);

    /// <summary>Carries out <c>coursekit run</c> with arguments that are already checked. Returns the exit code.</summary>
    public static async Task<int> RunAsync(RunPlan plan)
    {
        using var interruption = new Interruption();
        try
        {
            var outcomes = await RunProgress.ShowAsync(
                plan.Files, progress => new CourseRun(plan, progress).RunAllAsync(interruption.Token));
            RunReport.Print(outcomes, plan.Out);
            return outcomes.Any(outcome => outcome.IsFailure) ? ExitCode.Failed : ExitCode.Ok;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("coursekit: stopped; no notebook is running any more, and no file is half written");
            return interruption.ExitCode;
        }
    }

    private async Task<IReadOnlyList<Outcome>> RunAllAsync(CancellationToken interrupt)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        using var slots = new SemaphoreSlim(plan.Jobs);
        var ended = plan.Files.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        var outcomes = new Outcome[plan.Files.Count];
        await Task.WhenAll(Order().Select(RunInTurn));
        interrupt.ThrowIfCancellationRequested();
        _results.WriteSummary(outcomes, plan.Title);
        return outcomes;

        async Task RunInTurn(int index)
        {
            var file = plan.Files[index];
            outcomes[index] = new(file, null);
            await Task.WhenAll(Needed(index).Select(before => ended[before].Task));
            // This wait ignores a stop, because the `finally` below must run for every notebook: other notebooks wait for its `ended`.
            await slots.WaitAsync(CancellationToken.None);
            try
            {
                if (stop.IsCancellationRequested)
                    return;
                var outcome = outcomes[index] = new(file, await RunOneAsync(file, index, stop.Token));
                interrupt.ThrowIfCancellationRequested();
                _results.Write(outcome);
                progress.Ends(index, outcome.Run!);
                if (outcome.IsFailure && !plan.KeepGoing)
                    await stop.CancelAsync();
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
            finally
            {
                slots.Release();
                ended[index].SetResult();
            }
        }
    }

    // Notebooks that other notebooks wait for come first, so that the others wait less.
    private IEnumerable<int> Order()
    {
        var awaited = Enumerable.Range(0, plan.Files.Count).SelectMany(Needed).ToHashSet();
        return Enumerable.Range(0, plan.Files.Count).OrderByDescending(awaited.Contains);
    }

    // A notebook waits only for notebooks that come before it in plan.Files. So no two notebooks can wait for each other.
    private IEnumerable<int> Needed(int index) => Enumerable.Range(0, index).Where(before => plan.Files[index].After.Contains(plan.Files[before].Name));

    private Task<NotebookRun> RunOneAsync(NotebookFile file, int index, CancellationToken stop)
    {
        var environment = new Dictionary<string, string>
        {
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["GOMP_SPINCOUNT"] = "3000", // the same value as in the installed kernel
            ["COURSEKIT_ARTIFACTS"] = _results.FreshArtifacts(file),
        };
        if (plan.Data is not null)
            environment["COURSEKIT_DATA"] = plan.Data;
        // The process runs in the notebook's folder. Without this, a path in `-p dataset=PATH` would start there.
        if (plan.Start is not null)
            environment["COURSEKIT_START"] = plan.Start;
        var runner = new NotebookRunner(CellHost.ThisProgram(RunCommand.HostVerb)) { CellTimeout = plan.CellTimeout, Environment = environment };
        return runner.RunAsync(file.Notebook, file.Folder, cell => progress.CellStarts(index, cell), stop);
    }
}
