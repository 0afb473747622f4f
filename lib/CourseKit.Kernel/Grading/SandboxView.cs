using System.Globalization;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The files that a submission sees in the sandbox: the native libraries of the system, the shown files and folders, and nothing else of this machine.
/// All of it is read-only. A submission's home, /tmp and /dev/shm are empty folders in memory.
/// </summary>
/// <param name="Shown">Files and folders that a submission needs: .NET, the program, the course's library and data. What does not exist is left out.</param>
public sealed record SandboxView(params IReadOnlyList<string> Shown)
{
    // Where Linux looks for native libraries. In some systems they are links to folders below /usr.
    private static readonly string[] Libraries = ["/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64"];

    /// <summary>The arguments of bwrap for this view. The order matters: a later argument covers the earlier ones.</summary>
    /// <param name="home">The submission's folder.</param>
    /// <param name="megabytes">How much the submission may write, in each of the three folders in memory.</param>
    /// <param name="programs">Programs that run before the submission's.</param>
    internal IEnumerable<string> Arguments(string home, int megabytes, IReadOnlyList<string> programs)
    {
        var size = (megabytes * 1_000_000L).ToString(CultureInfo.InvariantCulture);
        return
        [
            // The submission is no superuser, even if the grader is: it has no capabilities, and it cannot get any in a namespace of its own.
            "--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "submission",
            "--die-with-parent", "--new-session",
            .. Libraries.SelectMany(Library),
            "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
            "--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--proc", "/proc",
            "--size", size, "--tmpfs", "/tmp", "--size", size, "--tmpfs", home,
            .. Shown.Concat(programs).Where(Path.Exists).SelectMany(path => Targets(path).Prepend(path)).Distinct().SelectMany(path => new[] { "--ro-bind", path, path }),
            "--remount-ro", "/",
        ];
    }

    private static string[] Library(string folder) =>
        !Directory.Exists(folder) ? [] : new DirectoryInfo(folder).LinkTarget is { } target ? ["--symlink", target, folder] : ["--ro-bind", folder, folder];

    // The folders that links in a folder lead to. A build may link to files of NuGet's cache, of which the submission sees only those.
    private static IEnumerable<string> Targets(string path) => !Directory.Exists(path) ? [] : new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.LinkTarget is not null).Select(file => file.ResolveLinkTarget(returnFinalTarget: true)).Where(file => file is { Exists: true })
        .Select(file => Path.GetDirectoryName(file!.FullName)!).Distinct();
}
