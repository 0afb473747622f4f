namespace CourseKit.Native;

/// <summary>A machine to be looked at: its files below a root folder, so that tests can build one with any fault, and what the process was given.</summary>
/// <param name="Root">"/", or the folder that stands for it.</param>
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

    /// <summary>Whether it is the one this process runs on, on which things can be tried too.</summary>
    public bool IsHere => Root == "/";

    /// <summary>The folder of the course: the one above the build with CourseKit.sln; null where the library was taken away from it.</summary>
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

    /// <summary>Whether it is a container.</summary>
    public bool IsContainer => File.Exists(PathOf(".dockerenv")) || File.Exists(PathOf("run/.containerenv"))
        || Variable("container") is not null || Variable("KUBERNETES_SERVICE_HOST") is not null;

    /// <summary>A variable's value; null where it is not set or empty.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Where a path such as "proc/meminfo" is.</summary>
    public string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>The text of a file without the space around it; null where there is no such file, or it cannot be read.</summary>
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

    /// <summary>A library of the system; null where it is in none of the usual folders.</summary>
    public string? SystemLibrary(string name) => LibraryFolders.Select(folder => Path.Combine(PathOf(folder), name)).FirstOrDefault(IsFile);

    /// <summary>Whether there is a file, also at the end of a link; for <see cref="File.Exists"/> a link that leads nowhere is one.</summary>
    public static bool IsFile(string path) => File.Exists(path) && (File.ResolveLinkTarget(path, returnFinalTarget: true)?.Exists ?? true);
}
