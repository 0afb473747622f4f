namespace CourseKit.Kernel.Grading;

/// <summary>What a submission may use.</summary>
/// <param name="CellTime">How long one cell may run.</param>
/// <param name="Megabytes">Memory of a process of it, natives included.</param>
/// <param name="FileMegabytes">The size of a file that it writes.</param>
/// <param name="Processes">Processes and threads. The superuser's are not counted; they end with the submission all the same.</param>
public sealed record Limits(TimeSpan CellTime, int Megabytes = 4096, int FileMegabytes = 100, int Processes = 256)
{
    /// <summary>A minute a cell, 4 GB, files of 100 MB, 256 processes and threads.</summary>
    public static Limits Default { get; } = new(TimeSpan.FromMinutes(1));
}
