namespace CourseKit.Kernel.Grading;

/// <summary>
/// The files that a submission sees in the sandbox. The files of the system are read-only. Folders of users, for temporary files
/// and for mounted drives, and /run, appear empty, except for the shown folders inside them; hidden folders appear empty too. A submission may write
/// into the empty folders. The files that it writes there are gone when its process ends.
/// </summary>
/// <param name="Shown">Folders that stay visible even inside a hidden folder such as /home: the program, the libraries, the data.</param>
/// <param name="Hidden">Folders and files that are hidden even within the shown ones: the class's submissions and grades, the solutions.</param>
public sealed record SandboxView(IReadOnlyList<string> Shown, IReadOnlyList<string> Hidden)
{
    private static readonly string[] Private =
        [System.IO.Path.GetTempPath(), "/tmp", "/var/tmp", "/home", "/root", "/run", "/mnt", "/media", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];

    /// <summary>The arguments of bwrap for this view. The order matters: a later argument covers the earlier ones.</summary>
    internal IEnumerable<string> Arguments =>
    [
        "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
        .. Private.Where(Directory.Exists).Select(Path.TrimEndingDirectorySeparator).Distinct().SelectMany(folder => new[] { "--tmpfs", folder }),
        .. Shown.Where(Directory.Exists).SelectMany(folder => new[] { "--ro-bind", folder, folder }),
        .. Hidden.Where(Directory.Exists).SelectMany(folder => new[] { "--tmpfs", folder }),
        .. Hidden.Where(File.Exists).SelectMany(file => new[] { "--ro-bind", "/dev/null", file }),
    ];
}
