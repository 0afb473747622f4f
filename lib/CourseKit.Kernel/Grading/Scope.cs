using System.Globalization;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// A cgroup for a submission, which systemd makes: Linux itself then limits what all its processes take together. Without systemd, only
/// <see cref="SubmissionWatch"/> does so, by looking four times a second.
/// </summary>
internal static class Scope
{
    /// <summary>
    /// The beginning of a command that runs the rest in a cgroup of its own. The superuser asks the system's systemd, others their own.
    /// </summary>
    /// <param name="program">The path of <c>systemd-run</c>.</param>
    /// <param name="isSuperuser">Whether the superuser runs this program.</param>
    /// <param name="most">What the submission may use. Files in memory count as memory.</param>
    public static string[] Command(string program, bool isSuperuser, Limits most) =>
    [
        program, .. isSuperuser ? Array.Empty<string>() : ["--user"], "--scope", "--quiet", "--collect",
        "--property", string.Create(CultureInfo.InvariantCulture, $"MemoryMax={(most.Megabytes + most.DiskMegabytes) * 1_000_000L}"), "--property", "MemorySwapMax=0",
        "--property", string.Create(CultureInfo.InvariantCulture, $"TasksMax={most.Processes}"), "--",
    ];
}
