namespace CourseKit.Cli.Run;

/// <summary>The checked arguments of <c>coursekit run</c>.</summary>
/// <param name="Files">The notebooks, in the order of their names or of the command line. Their parameters are already set.</param>
/// <param name="Title">The title of the cover page.</param>
/// <param name="Out">The folder for the results, absolute; it exists.</param>
/// <param name="Jobs">How many notebooks run at once, at most.</param>
/// <param name="Resume">Whether notebooks that an earlier run has done are left out.</param>
/// <param name="KeepGoing">Whether the other notebooks still run after one has failed.</param>
/// <param name="CellTimeout">How long a cell may run; null for no limit.</param>
/// <param name="Data">The folder that is searched for data files first, absolute; null if none was given.</param>
/// <param name="Start">The folder where relative paths in parameters start; null if no parameter was given.</param>
internal sealed record RunPlan(
    IReadOnlyList<NotebookFile> Files, string Title, string Out, int Jobs, bool Resume, bool KeepGoing, TimeSpan? CellTimeout, string? Data, string? Start);
