using CourseKit.Cli.Shell;
using CourseKit.Kernel.Running;
using Spectre.Console;

namespace CourseKit.Cli.Run;

/// <summary>Is told how a run goes on, from several threads.</summary>
internal interface IRunProgress
{
    /// <summary>A cell of a notebook starts; both from their place in the run, the notebook from 0, the cell from 1.</summary>
    void CellStarts(int notebook, int cell);

    /// <summary>A notebook has come to its end, one way or another.</summary>
    void Ends(int notebook, NotebookRun run);
}

internal static class RunProgress
{
    /// <summary>Shows how some work goes on: a bar a notebook in a terminal, else lines.</summary>
    public static Task<T> ShowAsync<T>(IReadOnlyList<NotebookFile> files, Func<IRunProgress, Task<T>> work) => CommandConsole.IsTerminal
        ? AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new RunBars(context, files)))
        : work(new RunLines(files));
}

/// <summary>A progress bar a notebook, a step a cell.</summary>
internal sealed class RunBars(ProgressContext context, IReadOnlyList<NotebookFile> files) : IRunProgress
{
    private readonly ProgressTask[] _bars =
        [.. files.Select(file => context.AddTask(Markup.Escape(file.Name), autoStart: false, maxValue: Math.Max(1, file.Cells)))];

    public void CellStarts(int notebook, int cell)
    {
        var bar = _bars[notebook];
        if (!bar.IsStarted)
            bar.StartTask();
        bar.Value = cell - 1;
        bar.Description = $"{Markup.Escape(files[notebook].Name)}  cell {cell}/{files[notebook].Cells}";
    }

    public void Ends(int notebook, NotebookRun run)
    {
        var (bar, name) = (_bars[notebook], Markup.Escape(files[notebook].Name));
        bar.Description = run.Status == RunStatus.Ok ? $"{name}  [green]ok[/]" : $"{name}  [red]{run.Status.ToString().ToLowerInvariant()} in cell {run.Cells}[/]";
        if (run.Status == RunStatus.Ok)
            bar.Value = bar.MaxValue;
        bar.StopTask();
    }
}

/// <summary>A line a cell, for a log.</summary>
internal sealed class RunLines(IReadOnlyList<NotebookFile> files) : IRunProgress
{
    public void CellStarts(int notebook, int cell) => Write(notebook, $"cell {cell}/{files[notebook].Cells}");

    public void Ends(int notebook, NotebookRun run) => Write(notebook, FormattableString.Invariant(
        $"{run.Status.ToString().ToLowerInvariant()}, {run.Cells} of {files[notebook].Cells} cells, {run.Elapsed.TotalSeconds:0.0} s"));

    private void Write(int notebook, string what) => Console.WriteLine($"[{notebook + 1}/{files.Count}] {files[notebook].Name} {what}");
}
