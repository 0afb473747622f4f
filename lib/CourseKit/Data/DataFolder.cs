using CourseKit.Common;
using CourseKit.Native;

namespace CourseKit.Data;

/// <summary>The folders that are searched for data. <see cref="All"/> gives them in the order of the search.</summary>
internal static class DataFolder
{
    /// <summary>The environment variable that names the user's own folder. <c>coursekit run --data DIR</c> sets it.</summary>
    public const string Variable = "COURSEKIT_DATA";

    /// <summary>The folder named by <see cref="Variable"/>, or null.</summary>
    public static string? OfUser => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? UserPath.Full(folder) : null;

    /// <summary>
    /// The environment variable that names the folder where the user called <c>coursekit run -p ...</c>. The notebook's process runs in the
    /// notebook's folder, but the user wrote the paths in the other one.
    /// </summary>
    public const string StartVariable = "COURSEKIT_START";

    /// <summary>The folders where a relative path may start: the one named by <see cref="StartVariable"/>, then the current directory.</summary>
    public static IEnumerable<string> Starts =>
        new[] { Environment.GetEnvironmentVariable(StartVariable), Directory.GetCurrentDirectory() }.OfType<string>().Where(Path.IsPathFullyQualified).Distinct();

    /// <summary>
    /// The folder `data/` that ships with the course: that of the checkout, or else the copy that lies beside CourseKit.dll in a program, or above it in
    /// a package. Null if there is none, and the current directory is not inside the course's folder either.
    /// </summary>
    public static string? OfCourse => Upwards(Machine.Here.Course) ?? Upwards(NativeBackend.Folder) ?? Upwards(Directory.GetCurrentDirectory());

    /// <summary>Every folder that may hold data sets, in the order of the search. A data set is taken from the first folder that has it.</summary>
    public static IEnumerable<string> All()
    {
        string?[] folders = [OfUser, OfCourse, OperatingSystem.IsLinux() ? "/usr/share/datasets" : null, UserPath.Cache];
        return folders.OfType<string>();
    }

    /// <summary>What lies in a folder, in words: "a.csv, b.csv and 12 more".</summary>
    public static string Contents(string folder)
    {
        string[] names = [.. Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions()).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        return names.Length == 0 ? "nothing that you may read" : ShortList.Of(names, 8);
    }

    /// <summary>A folder for a message, and if it exists what it lacks and what it holds.</summary>
    public static string Described(string folder, IEnumerable<string> missing) =>
        Directory.Exists(folder) ? $"{folder} (without {string.Join(", ", missing)})\n    it holds {Contents(folder)}" : folder;

    internal static string? Upwards(string? folder)
    {
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (IdxFolder.Sets(Path.Combine(folder, "data"), [IdxFolder.Published(Digits.ImagesFile)], everywhere: false).ContainsKey(""))
                return Path.Combine(folder, "data");
        }
        return null;
    }
}
