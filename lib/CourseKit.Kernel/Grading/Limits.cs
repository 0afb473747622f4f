namespace CourseKit.Kernel.Grading;

/// <summary>The resources that a submission may use. 1 MB is 1,000,000 bytes.</summary>
/// <param name="CellTime">How long one cell may run.</param>
/// <param name="Megabytes">The memory of each process of the submission in MB, native memory included.</param>
/// <param name="FileMegabytes">The size in MB of each file that the submission writes.</param>
/// <param name="Processes">
/// The largest number of processes and threads. Linux counts all those of the user who runs the grader, and does not limit root.
/// </param>
public sealed record Limits(TimeSpan CellTime, int Megabytes = 4096, int FileMegabytes = 100, int Processes = 256)
{
    /// <summary>One minute for each cell, 4 GB, files of 100 MB, 256 processes and threads.</summary>
    public static Limits Default { get; } = new(TimeSpan.FromMinutes(1));
}
