namespace CourseKit.Kernel.Grading;

/// <summary>
/// Which files a submission sees, all but its own folder read-only: the system's, none of the users' and none of the temporary ones.
/// </summary>
/// <param name="Shown">Folders that are seen wherever they are: the program, the libraries, the data.</param>
/// <param name="Hidden">Folders that are not, even within the shown ones: the class's submissions and grades, the solutions.</param>
public sealed record SandboxView(IReadOnlyList<string> Shown, IReadOnlyList<string> Hidden)
{
    private static readonly string[] Private =
        [System.IO.Path.GetTempPath(), "/tmp", "/var/tmp", "/home", "/root", "/run", "/mnt", "/media", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];

    /// <summary>bwrap's arguments for it, in their order.</summary>
    internal IEnumerable<string> Arguments =>
    [
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        .. Private.Where(Directory.Exists).Select(Path.TrimEndingDirectorySeparator).Distinct().SelectMany(folder => new[] { "--tmpfs", folder }),
        .. Shown.Where(Directory.Exists).SelectMany(folder => new[] { "--ro-bind", folder, folder }),
        .. Hidden.Where(Directory.Exists).SelectMany(folder => new[] { "--tmpfs", folder }),
    ];
}
