namespace CourseKit.Cli.Run;

/// <summary>Which notebooks a run is about.</summary>
internal static class NotebookSearch
{
    private const string Folder = "notebooks", Pattern = "*.ipynb";

    /// <summary>The course's notebooks in name order, from a folder <c>notebooks</c> here or above, else beside or above this program.</summary>
    public static IReadOnlyList<string> Course()
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (In(Path.Combine(folder.FullName, Folder)) is { Count: > 0 } found)
                    return found;
            }
        }
        throw new UsageException($"no folder '{Folder}' with notebooks here or above; go to the course's folder, or name the notebooks to run");
    }

    /// <summary>The given files, and the notebooks of the given folders, absolute and each once.</summary>
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
