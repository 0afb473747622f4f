using CourseKit.Cli.Shell;

namespace CourseKit.Cli.Run;

/// <summary>Finds the notebooks of a run.</summary>
internal static class NotebookSearch
{
    private const string Pattern = "*.ipynb";

    /// <summary>The absolute paths of the course's lectures, in name order.</summary>
    /// <exception cref="UsageException">No lectures are found.</exception>
    public static IReadOnlyList<string> Course() => Course("notebooks");

    /// <summary>The absolute paths of the course's exercises with solutions, in name order.</summary>
    /// <exception cref="UsageException">No exercises are found.</exception>
    public static IReadOnlyList<string> Exercises() => Course(Path.Combine("notebooks", "instructor"));

    /// <summary>The title of the course whose lectures lie in a folder: of a course of one's own, the name of its folder.</summary>
    public static string TitleOf(string notebooks) => Path.GetDirectoryName(notebooks) is var course && CourseFolder.Of(notebooks) == course
        ? "Generative adversarial networks" : Path.GetFileName(course) ?? "Notebooks";

    // Looks in the current folder and the folders above it, then in this program's folder and the folders above that.
    private static List<string> Course(string notebooks)
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (In(Path.Combine(folder.FullName, notebooks)) is { Count: > 0 } found)
                    return found;
            }
        }
        throw new UsageException($"no folder '{notebooks}' with notebooks here or above; go to the course's folder, or name the notebooks");
    }

    /// <summary>The given files and the notebooks in the given folders, as absolute paths without duplicates.</summary>
    /// <exception cref="UsageException">A path does not exist, or a folder has no notebooks.</exception>
    public static IReadOnlyList<string> Given(IEnumerable<string> paths) => [.. paths.SelectMany(Expand).Distinct()];

    private static IReadOnlyList<string> Expand(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
            return [full];
        if (!Directory.Exists(full))
            throw new UsageException($"{path}: {(path.StartsWith('-') ? "no such option" : "no such file or folder")}");
        return In(full) is { Count: > 0 } found ? found : throw new UsageException($"{path}: a folder without notebooks ({Pattern})");
    }

    private static List<string> In(string folder) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder, Pattern).Order(StringComparer.Ordinal)] : [];
}
