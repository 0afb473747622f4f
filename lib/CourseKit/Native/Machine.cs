namespace CourseKit.Native;

/// <summary>
/// A machine to check: its files, environment variables and cores. The files lie below a root folder, so a test can build a machine with any fault.
/// </summary>
/// <param name="Root">"/", or in a test the folder that takes the place of "/".</param>
/// <param name="Build">The folder of CourseKit.dll.</param>
/// <param name="Variables">Environment variables.</param>
/// <param name="Cores">How many cores the process may use.</param>
internal sealed record Machine(string Root, string Build, IReadOnlyDictionary<string, string> Variables, int Cores)
{
    private static readonly string[] LibraryFolders =
        ["lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu", "usr/local/nvidia/lib64", "usr/lib/wsl/lib", "lib64", "usr/lib64", "usr/lib", "lib", "usr/local/cuda/compat"];

    /// <summary>This machine.</summary>
    public static Machine Here => new("/", NativeBackend.Folder, Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal),
        Environment.ProcessorCount);

    /// <summary>Whether this process runs on this machine. Only then a check can also load libraries.</summary>
    public bool IsHere => Root == "/";

    /// <summary>
    /// The course folder: the first folder that holds CourseKit.sln, from the build upwards; null if the library was moved away from the course.
    /// </summary>
    public string? Course
    {
        get
        {
            var folder = Build;
            while (folder is not null && !File.Exists(Path.Combine(folder, "CourseKit.sln")))
                folder = Path.GetDirectoryName(folder);
            return folder;
        }
    }

    /// <summary>Whether the machine is a container. The signs are those of Docker, Podman, systemd and Kubernetes.</summary>
    public bool IsContainer => File.Exists(PathOf(".dockerenv")) || File.Exists(PathOf("run/.containerenv"))
        || Variable("container") is not null || Variable("KUBERNETES_SERVICE_HOST") is not null;

    /// <summary>A variable's value; null if the variable is not set or is empty.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>The user's home; null if no variable names it.</summary>
    public string? Home => Variable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");

    /// <summary>The folder for temporary files.</summary>
    public string Temporary => Variable(OperatingSystem.IsWindows() ? "TEMP" : "TMPDIR") ?? PathOf("tmp");

    /// <summary>Where the folders of PATH may hold a program, in their order; the paths need not be files.</summary>
    public IEnumerable<string> Programs(string name) => (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name));

    /// <summary>The full path of a path below the root, such as "proc/meminfo".</summary>
    public string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>The text of a file, without white space at its start and end; null if the file does not exist or cannot be read.</summary>
    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(PathOf(path)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The path of a system library; null if it is in none of the usual folders.</summary>
    public string? SystemLibrary(string name) => LibraryFolders.Select(folder => Path.Combine(PathOf(folder), name)).FirstOrDefault(IsFile);

    /// <summary>Whether the path is a file, or a link to an existing file. <see cref="File.Exists"/> is also true for a broken link.</summary>
    public static bool IsFile(string path) => File.Exists(path) && (File.ResolveLinkTarget(path, returnFinalTarget: true)?.Exists ?? true);
}
