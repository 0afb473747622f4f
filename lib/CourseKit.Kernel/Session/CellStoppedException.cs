namespace CourseKit.Kernel.Session;

/// <summary>The running cell was stopped from outside.</summary>
/// <param name="at">What it threw on its way out, which says where it was; null where it was waiting.</param>
internal sealed class CellStoppedException(Exception? at) : Exception("Stopped.", at);
