namespace CourseKit.Kernel.Grading;

/// <summary>
/// The files that a submission sees. It sees the files of the system, which it cannot change. Folders of users and folders for temporary files
/// appear empty to it. What it writes into them is gone when it ends.
/// </summary>
/// <param name="Shown">Folders that stay visible even inside a hidden folder such as /home: the program, the libraries, the data.</param>
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
