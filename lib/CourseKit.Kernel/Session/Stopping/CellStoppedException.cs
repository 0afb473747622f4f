using System.Diagnostics;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>The running cell was stopped from outside.</summary>
/// <param name="at">Where it was; null where it was waiting.</param>
internal sealed class CellStoppedException(StackTrace? at) : Exception("Stopped.")
{
    /// <summary>Where it was; null where it was waiting.</summary>
    public StackTrace? At => at;

    /// <summary>Whether the thread was aborted. The runtime aborts a thread once only: the second time never comes to pass.</summary>
    public bool ThreadIsSpent { get; init; }
}
