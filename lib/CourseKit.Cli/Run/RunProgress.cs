using CourseKit.Cli.Shell;
using CourseKit.Kernel.Running;
using Spectre.Console;

namespace CourseKit.Cli.Run;

/// <summary>Receives the progress of a run. Several threads call it.</summary>
internal interface IRunProgress
{
    /// <summary>Called when a cell starts. The notebook is an index into the run's notebooks, from 0. The cell is a number from 1.</summary>
    void CellStarts(int notebook, int cell);

    /// <summary>The notebook is not run, because an earlier run has done it. Called before the first cell starts.</summary>
    void Skips(int notebook);

    /// <summary>A notebook has ended, with success or without.</summary>
    void Ends(int notebook, NotebookRun run);
}

internal static class RunProgress
{
    /// <summary>Shows the progress of a run: in a terminal one bar for each notebook, else one line for each event.</summary>
    public static Task<T> ShowAsync<T>(IReadOnlyList<NotebookFile> files, Func<IRunProgress, Task<T>> work) => CommandConsole.IsTerminal
        ? AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(new RunBars(context, files)))
        : work(new RunLines(files));
}

/// <summary>One progress bar for each notebook, with one step for each cell.</summary>
internal sealed class RunBars(ProgressContext context, IReadOnlyList<NotebookFile> files) : IRunProgress
{
    private readonly ProgressTask[] _bars =
        [.. files.Select(file => context.AddTask(Markup.Escape(PrintableText.Line(file.Name)), autoStart: false, maxValue: Math.Max(1, file.Cells)))];

    public void CellStarts(int notebook, int cell)
    {
        var bar = _bars[notebook];
        if (!bar.IsStarted)
            bar.StartTask();
        bar.Value = cell - 1;
        bar.Description = $"{Markup.Escape(PrintableText.Line(files[notebook].Name))}  cell {cell}/{files[notebook].Cells}";
    }

    public void Skips(int notebook)
    {
        _bars[notebook].Description = $"{Markup.Escape(PrintableText.Line(files[notebook].Name))}  [green]done before[/]";
        _bars[notebook].Value = _bars[notebook].MaxValue;
    }

    public void Ends(int notebook, NotebookRun run)
    {
        var (bar, name) = (_bars[notebook], Markup.Escape(PrintableText.Line(files[notebook].Name)));
        bar.Description = run.Status == RunStatus.Ok ? $"{name}  [green]ok[/]" : $"{name}  [red]{run.Status.ToString().ToLowerInvariant()} in cell {run.Cells}[/]";
        if (run.Status == RunStatus.Ok)
            bar.Value = bar.MaxValue;
        bar.StopTask();
    }
}

/// <summary>Prints one line when a cell starts and one when a notebook ends, for a log.</summary>
internal sealed class RunLines(IReadOnlyList<NotebookFile> files) : IRunProgress
{
    public void CellStarts(int notebook, int cell) => Write(notebook, $"cell {cell}/{files[notebook].Cells}");

    public void Skips(int notebook) => Write(notebook, "skipped: done before, and nothing that made it has changed");

    public void Ends(int notebook, NotebookRun run) => Write(notebook, FormattableString.Invariant(
        $"{run.Status.ToString().ToLowerInvariant()}, {run.Cells} of {files[notebook].Cells} cells, {run.Elapsed.TotalSeconds:0.0} s"));

    private void Write(int notebook, string what) => Console.WriteLine($"[{notebook + 1}/{files.Count}] {PrintableText.Line(files[notebook].Name)} {what}");
}
