namespace CourseKit.Kernel.Session;

/// <summary>The running cell was stopped from outside.</summary>
/// <param name="at">What it threw on its way out, which says where it was; null where it was waiting.</param>
internal sealed class CellStoppedException(Exception? at) : Exception("Stopped.", at)
{
    /// <summary>Whether the thread was aborted. The runtime aborts a thread once only: the second time never comes to pass.</summary>
    public bool ThreadIsSpent { get; init; }
}
