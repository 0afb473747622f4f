using System.Diagnostics;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>The running cell was stopped from outside.</summary>
/// <param name="at">The stack of the stopped code; null if no code of the cell was running.</param>
internal sealed class CellStoppedException(StackTrace? at) : Exception("Stopped.")
{
    /// <summary>The stack of the stopped code; null if no code of the cell was running.</summary>
    public StackTrace? At => at;

    /// <summary>Whether the thread was aborted. The runtime can abort a thread only once, so this thread must run no more cells.</summary>
    public bool ThreadIsSpent { get; init; }
}
