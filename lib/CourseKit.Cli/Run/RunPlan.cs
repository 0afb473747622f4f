namespace CourseKit.Cli.Run;

/// <summary>The checked plan of a run: from here on only the notebooks themselves can fail.</summary>
/// <param name="Files">The notebooks in order, parameters injected.</param>
/// <param name="Title">The title of the cover page.</param>
/// <param name="Out">The folder for the results, absolute; it exists.</param>
/// <param name="Jobs">How many notebooks run at once, at most.</param>
/// <param name="KeepGoing">Whether the other notebooks still run after one has failed.</param>
/// <param name="CellTimeout">How long a cell may run; null for as long as it likes.</param>
/// <param name="Data">Where data files lie, absolute; null for the usual places.</param>
internal sealed record RunPlan(
    IReadOnlyList<NotebookFile> Files, string Title, string Out, int Jobs, bool KeepGoing, TimeSpan? CellTimeout, string? Data);
