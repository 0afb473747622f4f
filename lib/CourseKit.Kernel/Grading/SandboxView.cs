namespace CourseKit.Kernel.Grading;

/// <summary>
/// The files that a submission sees: the system's, but none of the users' and no temporary ones. All except the submission's folder are read-only.
/// </summary>
/// <param name="Shown">Folders that are visible wherever they are: the program, the libraries, the data.</param>
/// <param name="Hidden">Folders that are hidden even within the shown ones: the class's submissions and grades, the solutions.</param>
public sealed record SandboxView(IReadOnlyList<string> Shown, IReadOnlyList<string> Hidden)
{
    private static readonly string[] Private =
        [System.IO.Path.GetTempPath(), "/tmp", "/var/tmp", "/home", "/root", "/run", "/mnt", "/media", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];

    /// <summary>The arguments of bwrap for this view, in the order that bwrap needs.</summary>
    internal IEnumerable<string> Arguments =>
    [
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        .. Private.Where(Directory.Exists).Select(Path.TrimEndingDirectorySeparator).Distinct().SelectMany(folder => new[] { "--tmpfs", folder }),
        .. Shown.Where(Directory.Exists).SelectMany(folder => new[] { "--ro-bind", folder, folder }),
        .. Hidden.Where(Directory.Exists).SelectMany(folder => new[] { "--tmpfs", folder }),
    ];
}
