namespace CourseKit.Kernel.Running;

/// <summary>How the run of a notebook ended.</summary>
public enum RunStatus
{
    /// <summary>All cells ran. Only cells that may fail have failed.</summary>
    Ok,

    /// <summary>A cell failed, or the process that runs the cells ended.</summary>
    Failed,

    /// <summary>A cell ran longer than allowed.</summary>
    Timeout,

    /// <summary>The run was cancelled from outside.</summary>
    Stopped,
}

/// <summary>The result of a notebook's run; the outputs are in the notebook.</summary>
/// <param name="Status">How the run ended.</param>
/// <param name="Elapsed">How long the run took, including the start of the process.</param>
/// <param name="Cells">How many cells were started.</param>
/// <param name="Error">Why the notebook did not run to its end; null if it did.</param>
/// <param name="Metrics">The metrics that the notebook recorded, by name.</param>
/// <param name="Captions">What those metrics say in words that have a caption, by name.</param>
public sealed record NotebookRun(
    RunStatus Status, TimeSpan Elapsed, int Cells, NotebookRunError? Error, IReadOnlyDictionary<string, double> Metrics, IReadOnlyDictionary<string, string> Captions);

/// <summary>What stopped a run.</summary>
/// <param name="Cell">The number of the cell, from 1, counting only code cells that are not blank; 0 if no cell had started.</param>
/// <param name="Name">The type of the exception, or <c>Timeout</c>, <c>ProcessEnded</c>, <c>Stopped</c>.</param>
/// <param name="Message">What went wrong.</param>
/// <param name="Line">The line of the cell that caused the error, from 1; null if it is unknown.</param>
/// <param name="Source">The text of that line, trimmed; null if it is unknown.</param>
public sealed record NotebookRunError(int Cell, string Name, string Message, int? Line = null, string? Source = null);
