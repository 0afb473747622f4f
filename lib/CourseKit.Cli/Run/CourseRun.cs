using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Running;

namespace CourseKit.Cli.Run;

/// <summary>The outcome of one notebook of a run.</summary>
/// <param name="File">The notebook.</param>
/// <param name="Run">The run of the notebook; null if it was not started.</param>
/// <param name="IsKept">Whether an earlier run did it, and this one did not do it again.</param>
internal sealed record Outcome(NotebookFile File, NotebookRun? Run, bool IsKept = false)
{
    public bool IsFailure => Run?.Status is RunStatus.Failed or RunStatus.Timeout;
}

/// <summary>Runs several notebooks at a time and writes the results.</summary>
internal sealed class CourseRun(RunPlan plan, IRunProgress progress)
{
    private readonly RunResults _results = new(plan.Out);
    private readonly DoneNotebooks _done = new(plan);

    /// <summary>Carries out <c>coursekit run</c> with arguments that are already checked. Returns the exit code.</summary>
    public static async Task<int> RunAsync(RunPlan plan)
    {
        using var interruption = new Interruption();
        using var lockOfFolder = Lock(plan.Out);
        try
        {
            var outcomes = await RunProgress.ShowAsync(
                plan.Files, progress => new CourseRun(plan, progress).RunAllAsync(interruption.Token));
            RunReport.Print(outcomes, plan.Out);
            return outcomes.Any(outcome => outcome.IsFailure) ? ExitCode.Failed : ExitCode.Ok;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("coursekit: stopped; no notebook is running any more, and no file is half written. With --resume, the same command goes on from here");
            return interruption.ExitCode;
        }
    }

    // Two runs into one folder would remove each other's files. The system gives up a lock when its process ends, in whatever way.
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, ".run"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new UsageException($"--out {folder}: {e.Message} If another run writes there, wait for its end, or name another folder.", e);
        }
    }

    private async Task<IReadOnlyList<Outcome>> RunAllAsync(CancellationToken interrupt)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        var outcomes = new Outcome[plan.Files.Count];
        for (var i = 0; plan.Resume && i < outcomes.Length; i++)
        {
            // What builds on a notebook that runs again runs again, too.
            if (Needed(i).All(before => outcomes[before] is not null) && _done.Find(plan.Files[i]) is { } kept)
            {
                outcomes[i] = kept;
                progress.Skips(i);
            }
        }
        var waiting = Order().Where(index => outcomes[index] is null).ToList();
        Dictionary<int, Task> begun = [];
        while (waiting.Count > 0)
        {
            var running = begun.Where(one => !one.Value.IsCompleted).ToDictionary();
            var next = running.Count < plan.Jobs ? waiting.FindIndex(index => !Needed(index).Any(before => waiting.Contains(before) || running.ContainsKey(before))) : -1;
            if (next < 0)
            {
                await Task.WhenAny(running.Values);
                continue;
            }
            begun[waiting[next]] = RunInTurn(waiting[next]);
            waiting.RemoveAt(next);
        }
        await Task.WhenAll(begun.Values);
        interrupt.ThrowIfCancellationRequested();
        _results.WriteSummary(outcomes, plan.Title);
        return outcomes;

        async Task RunInTurn(int index)
        {
            var file = plan.Files[index];
            outcomes[index] = new(file, null);
            if (stop.IsCancellationRequested)
                return;
            try
            {
                var made = _done.Begin(file);
                var outcome = outcomes[index] = new(file, await RunOneAsync(file, index, stop.Token));
                interrupt.ThrowIfCancellationRequested();
                _results.Write(outcome);
                if (outcome.Run!.Status == RunStatus.Ok)
                    _done.Keep(outcome, made);
                progress.Ends(index, outcome.Run!);
                if (outcome.IsFailure && !plan.KeepGoing)
                    await stop.CancelAsync();
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    // Notebooks that others wait for come first, then those that wait, since they come late as it is.
    private IEnumerable<int> Order()
    {
        var awaited = Enumerable.Range(0, plan.Files.Count).SelectMany(Needed).ToHashSet();
        return Enumerable.Range(0, plan.Files.Count).OrderByDescending(awaited.Contains).ThenByDescending(index => Needed(index).Any());
    }

    // A notebook waits only for notebooks that come before it in plan.Files. So no two notebooks can wait for each other.
    private IEnumerable<int> Needed(int index) => Enumerable.Range(0, index).Where(before => plan.Files[index].After.Contains(plan.Files[before].Name));

    private async Task<NotebookRun> RunOneAsync(NotebookFile file, int index, CancellationToken stop)
    {
        var artifacts = _results.FreshArtifacts(file);
        var environment = new Dictionary<string, string>
        {
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["GOMP_SPINCOUNT"] = "3000", // the same value as in the installed kernel
            ["COURSEKIT_ARTIFACTS"] = artifacts,
        };
        if (plan.Data is not null)
            environment["COURSEKIT_DATA"] = plan.Data;
        // The process runs in the notebook's folder. Without this, a path in `-p dataset=PATH` would start there.
        if (plan.Start is not null)
            environment["COURSEKIT_START"] = plan.Start;
        var runner = new NotebookRunner(CellHost.ThisProgram(RunCommand.HostVerb)) { CellTimeout = plan.CellTimeout, Environment = environment };
        var run = await runner.RunAsync(file.Notebook, file.Folder, cell => progress.CellStarts(index, cell), stop);
        AtomicFile.RemoveLeftovers(artifacts); // The process for the cells may have been killed while it saved.
        return run;
    }
}
