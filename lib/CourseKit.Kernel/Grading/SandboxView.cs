using System.Globalization;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// The files that a submission sees in the sandbox: the native libraries of the system, the shown files and folders, and nothing else of this machine.
/// All of it is read-only. A submission's home, /tmp and /dev/shm are empty folders in memory.
/// </summary>
/// <param name="Shown">Files and folders that a submission needs: .NET, the program, the course's library and data. What does not exist is left out.</param>
/// <param name="Hidden">Files and folders inside the shown ones that a submission must not see: the class's submissions and grades, the solutions.</param>
public sealed record SandboxView(IReadOnlyList<string> Shown, IReadOnlyList<string> Hidden)
{
    // Programs name a folder with the loader of native libraries: one of these. In many systems these are links to folders below /usr.
    private static readonly string[] OfLoader = ["/usr/lib64", "/lib64", "/lib"];

    /// <summary>
    /// The arguments of bwrap for this view. A later argument covers the earlier ones, so an outer folder comes before those inside it: what is shown
    /// inside a hidden folder is seen.
    /// </summary>
    /// <param name="home">The submission's folder.</param>
    /// <param name="megabytes">How much the submission may write, in each of the three folders in memory.</param>
    /// <param name="programs">Programs that run before the submission's.</param>
    internal IEnumerable<string> Arguments(string home, int megabytes, IReadOnlyList<string> programs)
    {
        var hidden = Hidden.Where(Path.Exists).Where(path => Shown.Any(shown => IsInside(path, shown))).Distinct().ToList();
        var size = (megabytes * 1_000_000L).ToString(CultureInfo.InvariantCulture);
        return
        [
            // The submission is no superuser, even if the grader is: it has no capabilities, and it cannot get any in a namespace of its own.
            "--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--uid", "1000", "--gid", "1000", "--hostname", "submission",
            "--die-with-parent", "--new-session",
            .. OfLoader.SelectMany(Loader),
            .. Libraries().SelectMany(folder => new[] { "--ro-bind", folder, folder }),
            "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache",
            "--dev", "/dev", "--size", size, "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
            // If the grader is the superuser, Linux takes the submission for it here, and it could set /proc/sys/kernel/core_pattern.
            "--proc", "/proc", "--remount-ro", "/proc",
            "--size", size, "--tmpfs", "/tmp", "--size", size, "--tmpfs", home,
            .. Shown.Concat(programs).Where(Path.Exists).SelectMany(path => Targets(path).Prepend(path)).Distinct().Select(path => (path, mount: (string[])["--ro-bind-try", path, path]))
                .Concat(hidden.Select(path => (path, mount: Directory.Exists(path) ? (string[])["--tmpfs", path] : ["--ro-bind", "/dev/null", path])))
                .OrderBy(one => one.path.Length).SelectMany(one => one.mount),
            .. hidden.Where(Directory.Exists).SelectMany(path => new[] { "--remount-ro", path }),
            "--remount-ro", "/",
        ];
    }

    private static string[] Loader(string folder) => new DirectoryInfo(folder).LinkTarget is { } target ? ["--symlink", target, folder]
        : folder.EndsWith("64", StringComparison.Ordinal) && Directory.Exists(folder) ? ["--ro-bind", folder, folder] : [];

    // The system's native libraries lie where those lie that this program has loaded itself.
    private static IEnumerable<string> Libraries() => File.ReadLines("/proc/self/maps").Select(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? line[at..] : "")
        .Where(path => path.Contains(".so", StringComparison.Ordinal)).Select(path => Path.GetDirectoryName(path)!).Where(folder => folder.StartsWith("/usr/lib", StringComparison.Ordinal)
            || folder.StartsWith("/lib", StringComparison.Ordinal) || folder.StartsWith("/nix/store", StringComparison.Ordinal)).Distinct();

    // The folders that links in a folder lead to. A build may link to files of NuGet's cache, of which the submission sees only those. A link in a hidden
    // folder leads nowhere: a student may have handed it in.
    private IEnumerable<string> Targets(string path) => !Directory.Exists(path) ? [] : new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(file => file.LinkTarget is not null && !Hidden.Any(hidden => IsInside(file.FullName, hidden))).Select(file => file.ResolveLinkTarget(returnFinalTarget: true))
        .Where(file => file is { Exists: true }).Select(file => Path.GetDirectoryName(file!.FullName)!).Distinct();

    private static bool IsInside(string path, string folder) => path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + '/', StringComparison.Ordinal);
}
