using System.Diagnostics;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>The running cell was stopped from outside.</summary>
/// <param name="at">Where the cell was; null if it was waiting.</param>
internal sealed class CellStoppedException(StackTrace? at) : Exception("Stopped.")
{
    /// <summary>Where the cell was; null if it was waiting.</summary>
    public StackTrace? At => at;

    /// <summary>Whether the thread was aborted. The runtime aborts a thread only once, so a second abort never happens.</summary>
    public bool ThreadIsSpent { get; init; }
}
