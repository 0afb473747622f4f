using System.Diagnostics;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>The running cell was stopped from outside.</summary>
/// <param name="at">Where the cell was; null if no code of the cell was running.</param>
internal sealed class CellStoppedException(StackTrace? at) : Exception("Stopped.")
{
    /// <summary>Where the cell was; null if no code of the cell was running.</summary>
    public StackTrace? At => at;
}
