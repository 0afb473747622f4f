using CourseKit.Native;

namespace CourseKit.Data;

/// <summary>The folders that are searched for data. <see cref="All"/> gives them in the order of the search.</summary>
internal static class DataFolder
{
    /// <summary>The environment variable that names the user's own folder. <c>coursekit run --data DIR</c> sets it.</summary>
    public const string Variable = "COURSEKIT_DATA";

    /// <summary>The folder named by <see cref="Variable"/>, or null.</summary>
    public static string? OfUser => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? Path.GetFullPath(folder) : null;

    /// <summary>
    /// The folder `data/` that ships with the course; null if neither CourseKit.dll nor the current directory is inside the course's folder.
    /// </summary>
    public static string? OfCourse => Upwards(NativeBackend.Folder) ?? Upwards(Directory.GetCurrentDirectory());

    /// <summary>The folder for downloads: `coursekit` in the user's cache folder.</summary>
    public static string Cache =>
        Path.Combine(
            OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "coursekit");

    /// <summary>Every folder that may hold data sets, in the order of the search. A data set is taken from the first folder that has it.</summary>
    public static IEnumerable<string> All()
    {
        string?[] folders = [OfUser, OfCourse, OperatingSystem.IsLinux() ? "/usr/share/datasets" : null, Cache];
        return folders.OfType<string>();
    }

    internal static string? Upwards(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "data", Digits.ImagesFile)))
                return Path.Combine(folder, "data");
        }
        return null;
    }
}
