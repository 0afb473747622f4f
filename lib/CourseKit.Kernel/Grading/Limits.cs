namespace CourseKit.Kernel.Grading;

/// <summary>What a submission may use.</summary>
/// <param name="CellTime">How long one cell may run.</param>
/// <param name="Megabytes">The memory of each process of the submission, native memory included.</param>
/// <param name="FileMegabytes">The size of a file that the submission writes.</param>
/// <param name="Processes">The largest number of processes and threads. Linux does not apply this limit if the grader runs as root.</param>
public sealed record Limits(TimeSpan CellTime, int Megabytes = 4096, int FileMegabytes = 100, int Processes = 256)
{
    /// <summary>One minute for each cell, 4 GB, files of 100 MB, 256 processes and threads.</summary>
    public static Limits Default { get; } = new(TimeSpan.FromMinutes(1));
}
