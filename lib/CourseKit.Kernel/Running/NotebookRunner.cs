using System.Diagnostics;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Session.Output;
using static System.FormattableString;

namespace CourseKit.Kernel.Running;

/// <summary>
/// Runs a notebook without a front end. The cells run in another process, but this process holds the notebook and its outputs. So no output is lost
/// if the other process exits, crashes or is killed.
/// </summary>
/// <param name="host">How to start the process that runs the cells.</param>
public sealed class NotebookRunner(CellHost host)
{
    /// <summary>How long a cell may run; null for no limit.</summary>
    public TimeSpan? CellTimeout { get; init; }

    /// <summary>Environment variables for the process that runs the cells, in addition to those of this process.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The cells that a run executes: code that is not blank. A cell's number is its place among them, from 1.</summary>
    /// <param name="notebook">Any notebook.</param>
    public static IReadOnlyList<NotebookCell> RunnableCells(Notebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        return [.. notebook.Cells.Where(cell => cell.Kind == CellKind.Code && !string.IsNullOrWhiteSpace(cell.Source))];
    }

    /// <summary>
    /// Runs the cells in order up to the first one that fails. A cell tagged <c>raises-exception</c> may fail without ending the run. Outputs of
    /// earlier runs are removed first, and the new ones are written into the notebook.
    /// </summary>
    /// <param name="notebook">The notebook; nobody else may touch it until the task ends.</param>
    /// <param name="workingDirectory">The folder where relative paths in cells start, as a rule the notebook's folder.</param>
    /// <param name="cellStarts">Called with the number of each cell that starts.</param>
    /// <param name="cancel">Kills the process at once; the run's status is then <see cref="RunStatus.Stopped"/>.</param>
    public async Task<NotebookRun> RunAsync(
        Notebook notebook, string workingDirectory, Action<int>? cellStarts = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        var clock = Stopwatch.StartNew();
        foreach (var cell in notebook.Cells)
            cell.ClearOutputs();
        var record = new OutputRecord();
        var (status, cells, error) = await RunCellsAsync(notebook, workingDirectory, record, cellStarts, cancel);
        record.End();
        return new NotebookRun(status, clock.Elapsed, cells, error, record.Metrics, record.Captions);
    }

    private async Task<(RunStatus Status, int Cells, NotebookRunError? Error)> RunCellsAsync(
        Notebook notebook, string workingDirectory, OutputRecord record, Action<int>? cellStarts, CancellationToken cancel)
    {
        var number = 0;
        await using var process = new CellProcess(host, workingDirectory, Environment, record.Add);
        try
        {
            var started = await process.StartedAsync(cancel) == CellEnd.Passed;
            foreach (var cell in RunnableCells(notebook))
            {
                if (!started)
                {
                    record.Begin(cell, 1);
                    return Fail(RunStatus.Failed, "ProcessEnded", $"the process for the cells ended with {ProcessEnd.Describe(process.ExitCode, process.LastWords)} before the first one");
                }
                cancel.ThrowIfCancellationRequested();
                // number++ is not written inside the call: if the callback is null, the arguments of the call are not evaluated.
                number++;
                cellStarts?.Invoke(number);
                record.Begin(cell, number);
                var end = await process.RunAsync(cell.Source, $"{number}", CellLanguage.OtherThanCSharp(cell), CellTimeout, cancel);
                if (end == CellEnd.TimedOut)
                    return Fail(RunStatus.Timeout, "Timeout", Invariant($"cell {number} ran longer than {CellTimeout!.Value.TotalSeconds} s and was killed"));
                if (end == CellEnd.ProcessEnded)
                    return Fail(RunStatus.Failed, "ProcessEnded", $"the process ended with {ProcessEnd.Describe(process.ExitCode, process.LastWords)} while cell {number} ran");
                if (record.Error is { } error && !cell.HasTag("raises-exception"))
                {
                    var source = error.Line is int line ? cell.Source.Split('\n').ElementAtOrDefault(line - 1)?.Trim() : null;
                    return (RunStatus.Failed, number, new NotebookRunError(number, error.Name, error.Message, error.Line, source));
                }
            }
            return (RunStatus.Ok, number, null);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return (RunStatus.Stopped, number, new NotebookRunError(number, "Stopped", "the run was stopped"));
        }

        (RunStatus, int, NotebookRunError?) Fail(RunStatus status, string name, string message)
        {
            record.Add(new CellError(name, message, [$"{name}: {message}"], null));
            return (status, number, new NotebookRunError(number, name, message));
        }
    }
}
