namespace CourseKit.Kernel.Grading;

/// <summary>The resources that a submission may use. 1 MB is 1,000,000 bytes.</summary>
/// <param name="CellTime">How long one cell may run.</param>
/// <param name="TotalTime">How long all cells together may run, starts of the process included.</param>
/// <param name="Megabytes">The memory of all processes of the submission in MB, native memory included.</param>
/// <param name="FileMegabytes">The size in MB of each file that the submission writes.</param>
/// <param name="DiskMegabytes">The size in MB of all files in each folder where the submission may write. Only bubblewrap enforces it.</param>
/// <param name="Processes">The largest number of processes and threads.</param>
/// <param name="OutputMegabytes">How much all cells together may print and display, in millions of characters.</param>
public sealed record Limits(
    TimeSpan CellTime, TimeSpan TotalTime, int Megabytes = 4096, int FileMegabytes = 100, int DiskMegabytes = 500, int Processes = 256, int OutputMegabytes = 20)
{
    /// <summary>
    /// One minute for each cell, 20 minutes in all, 4 GB, files of 100 MB, 500 MB in each folder, 256 processes and threads, 20 MB of output.
    /// </summary>
    public static Limits Default { get; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(20));
}
