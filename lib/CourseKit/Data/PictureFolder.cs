namespace CourseKit.Data;

/// <summary>The files of a folder that are pictures.</summary>
/// <param name="Path">The absolute path of the folder.</param>
/// <param name="Files">The absolute paths of the pictures, in ordinal order.</param>
/// <param name="LeftOut">The other files by their endings: "3 .gif, 1 .txt"; empty if there are none.</param>
internal sealed record PictureFolder(string Path, IReadOnlyList<string> Files, string LeftOut)
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp", ".jfif"];
    private static readonly string[] NotTheUsers = ["__MACOSX", "Thumbs.db", "desktop.ini", "@eaDir"];  // what systems put among the user's files

    /// <summary>The names of the sub-folders with pictures, in ordinal order. They are the classes.</summary>
    public IReadOnlyList<string> Classes { get; } = [.. Files.Select(file => ClassOf(Path, file)).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Finds the pictures of a folder and of all folders in it. Hidden ones are left out. A folder that links lead to again is read once.</summary>
    /// <exception cref="DataFormatException">There is no picture, pictures lie beside folders with pictures, or a folder may not be read.</exception>
    public static PictureFolder Of(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        var all = new List<string>();
        Walk(path, [], all);
        var files = all.Where(file => Endings.Contains(Ending(file))).Order(StringComparer.Ordinal).ToList();
        var leftOut = string.Join(", ", all.Select(Ending).Where(ending => !Endings.Contains(ending)).CountBy(ending => ending)
            .OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
            .Select(count => $"{count.Value} {(count.Key.Length == 0 ? "without an ending" : count.Key)}"));
        if (files.Count == 0)
        {
            throw new DataFormatException(path, "pictures", all.Count == 0 ? "none" : $"none, but {leftOut}", $"one or more files ending in {string.Join(", ", Endings)}",
                "Name the folder that holds them, or that holds a sub-folder for each class; convert pictures of other formats.");
        }
        var folder = new PictureFolder(path, files, leftOut);
        if (folder.Classes.Count > 0 && files.Find(file => ClassOf(path, file) is null) is { } loose)
        {
            throw new DataFormatException(path, "place of pictures", $"{loose} beside the folder {folder.Classes[0]}",
                "all pictures in sub-folders (the classes), or none", "Move the loose pictures into a sub-folder, or away.");
        }
        return folder;
    }

    /// <summary>The class of one of the pictures; null if there are no classes.</summary>
    public string? ClassOf(string file) => ClassOf(Path, file);

    /// <summary>The folder with the classes, if this one holds nothing but a folder of folders, as many unpacked downloads do.</summary>
    public PictureFolder Unwrapped() =>
        Classes is [var only] && System.IO.Path.Combine(Path, only) is var inner && Files.All(file => ClassOf(inner, file) is not null) ? Of(inner).Unwrapped() : this;

    /// <summary>
    /// The folders for training and for testing, if the pictures lie in such folders. For testing is `test`, else `valid` or `val`; the other one is
    /// not used. With other folders beside them, e.g. `car` and `plane`, a folder `train` holds trains.
    /// </summary>
    public (PictureFolder Train, PictureFolder HeldOut, string? Unused)? Parts()
    {
        var train = Classes.Where(name => IsCalled(name, "train", "training")).ToList();
        var others = Classes.Where(name => IsCalled(name, "test", "testing")).Concat(Classes.Where(name => IsCalled(name, "val", "valid", "validation"))).ToList();
        return train.Count == 1 && others.Count is (1 or 2) && Classes.Count == 1 + others.Count
            ? (Of(System.IO.Path.Combine(Path, train[0])).Unwrapped(), Of(System.IO.Path.Combine(Path, others[0])).Unwrapped(), others.ElementAtOrDefault(1)) : null;
    }

    private static string? ClassOf(string folder, string file) =>
        System.IO.Path.GetRelativePath(folder, file).Split(System.IO.Path.DirectorySeparatorChar) is [var first, _, ..] ? first : null;

    // Whether one of the words stands in a name such as "seg_train" or "val2017".
    private static bool IsCalled(string name, params string[] words) =>
        name.ToLowerInvariant().Split([.. name.Where(character => !char.IsLetter(character)).Append(' ')]).Any(words.Contains);

    private static string Ending(string file) => System.IO.Path.GetExtension(file).ToLowerInvariant();

    private static void Walk(string folder, HashSet<string> seen, List<string> files)
    {
        if (!seen.Add(WithoutLinks(folder)))
            return;
        try
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (entry.Name.StartsWith('.') || NotTheUsers.Contains(entry.Name, StringComparer.OrdinalIgnoreCase))
                    continue;
                if (entry is DirectoryInfo)
                    Walk(entry.FullName, seen, files);
                else
                    files.Add(entry.FullName);
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DataFormatException(folder, "folder", "no permission to read it", "a folder that you may read", "Change its permissions, or take it away.", error);
        }
    }

    private static string WithoutLinks(string path)
    {
        if (System.IO.Path.GetDirectoryName(path) is not { } parent)
            return path;
        var here = System.IO.Path.Combine(WithoutLinks(parent), System.IO.Path.GetFileName(path));
        return Directory.ResolveLinkTarget(here, returnFinalTarget: true) is { } target ? WithoutLinks(target.FullName) : here;
    }
}
