using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;
using CourseKit.Kernel.Session.Output;
using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>The processes of one submission. Each cell runs in the process of the cell before it, or in a new process if that has ended.</summary>
internal sealed class SubmissionRun : IAsyncDisposable
{
    private const int MostFailedStarts = 8;
    private static readonly TimeSpan ClearingTime = TimeSpan.FromSeconds(1);
    private readonly CellHost host;
    private readonly Sandbox sandbox;
    private readonly Limits limits;
    private readonly CancellationToken cancel;
    private readonly CancellationTokenSource over;
    private readonly string folder = Directory.CreateTempSubdirectory("coursekit-grade-").FullName;
    private readonly OutputRecord record;
    private CellProcess? process;
    private SubmissionWatch? watch;

    public SubmissionRun(CellHost host, Sandbox sandbox, Limits limits, CancellationToken cancel)
    {
        (this.host, this.sandbox, this.limits, this.cancel) = (host, sandbox, limits, cancel);
        record = new() { MostOutput = limits.OutputMegabytes * 1_000_000L };
        over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        over.CancelAfter(limits.TotalTime);
    }

    /// <summary>Whether the time for all cells together is over.</summary>
    public bool IsOver => over.IsCancellationRequested && !cancel.IsCancellationRequested;

    /// <summary>The error of the cell that ran last, in words; null if it has none.</summary>
    public string? Error => record.Error?.Message;

    /// <summary>What the checks of the last cell handed in to be judged elsewhere.</summary>
    public IReadOnlyList<string> Answers => process?.Answers ?? [];

    /// <summary>Why the last cell did not come to its end, as the end of a sentence that begins with "your answer".</summary>
    public string Excuse { get; private set; } = "";

    /// <summary>Parses a student's source.</summary>
    /// <returns>What it holds; null if no compiler can read it, or the time is over.</returns>
    /// <exception cref="GraderException">No process starts.</exception>
    /// <exception cref="OperationCanceledException">Grading was cancelled.</exception>
    public async Task<SourceFacts?> LookAsync(string source)
    {
        SourceFacts? facts = null;
        await InProcessAsync(async running => (facts = await running.LookAsync(source, limits.CellTime, over.Token)) is null ? CellEnd.ProcessEnded : CellEnd.Passed);
        return facts;
    }

    /// <summary>Runs a cell. Its outputs go into the notebook.</summary>
    /// <param name="cell">The cell; it may have run before, in an earlier process.</param>
    /// <param name="source">The code to run in its place.</param>
    /// <param name="number">The cell's number.</param>
    /// <exception cref="GraderException">No process starts.</exception>
    /// <exception cref="OperationCanceledException">Grading was cancelled.</exception>
    public Task<CellEnd> RunAsync(NotebookCell cell, string source, int number)
    {
        cell.ClearOutputs();
        record.Begin(cell, number);
        return InProcessAsync(async running =>
        {
            var end = await running.RunAsync(source, Invariant($"{number}"), language: null, limits.CellTime, over.Token);
            return watch!.Keeps() ? end : CellEnd.ProcessEnded;
        });
    }

    public async ValueTask DisposeAsync()
    {
        record.End();
        await EndAsync();
        over.Dispose();
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without bubblewrap, a submission may leave a folder that cannot be deleted, or a process that still writes there. Then the files stay
            // among the system's temporary files; no grade depends on them.
        }
    }

    private async Task<CellEnd> InProcessAsync(Func<CellProcess, Task<CellEnd>> work)
    {
        CellEnd end;
        try
        {
            end = await work(process ??= await StartAsync());
        }
        catch (OperationCanceledException) when (IsOver)
        {
            end = CellEnd.TimedOut;
        }
        if (end is CellEnd.Passed or CellEnd.Failed)
            return end;
        Excuse = watch?.Excess is { } excess ? $"{excess} and was stopped"
            : process?.SentForgeries == true ? "sent messages of its own to the grader and was stopped"
            : IsOver ? Invariant($"was stopped: all cells together ran longer than {limits.TotalTime.TotalSeconds} s")
            : end == CellEnd.TimedOut ? Invariant($"ran longer than {limits.CellTime.TotalSeconds} s and was stopped")
            : $"ended its process: {ProcessEnd.Describe(process!.ExitCode, process.LastWords)}";
        await EndAsync();
        return end;
    }

    // A process may fail to start because the system has not yet freed the threads of the one before it, which count towards the limit. So this
    // waits and tries again.
    private async Task<CellProcess> StartAsync()
    {
        for (var failed = 1; ; failed++)
        {
            process = new CellProcess(sandbox.Around(host, folder), folder, new Dictionary<string, string>(), record.Add);
            watch = new(process.Id, limits, process.Kill);
            if (await process.StartedAsync(over.Token) == CellEnd.Passed)
                return process;
            if (failed == MostFailedStarts)
                throw new GraderException($"The process for the cells does not start: {ProcessEnd.Describe(process.ExitCode, process.LastWords)} {process.LastWords.Trim()}".TrimEnd());
            await EndAsync();
            await Task.Delay(ClearingTime, over.Token);
        }
    }

    private async Task EndAsync()
    {
        if (watch is not null)
            await watch.DisposeAsync();
        if (process is not null)
            await process.DisposeAsync();
        (watch, process) = (null, null);
    }
}
