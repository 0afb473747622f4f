using CourseKit.Common;

namespace CourseKit.Data;

/// <summary>Finds data sets in the folders that are searched (<see cref="DataFolder"/>).</summary>
internal static class DatasetSearch
{
    /// <summary>Where a path that the user gave may lead, in the order of the search.</summary>
    public static IReadOnlyList<string> Places(string path) => [.. DataFolder.Starts.Concat(DataFolder.All()).Select(start => UserPath.Full(path, start)).Distinct()];

    // The digits need no sub-folder, because they are the only data set in the course's data/. Neither does the set that the user names a folder for.
    private static IEnumerable<(string Folder, bool Everywhere)> Folders(DatasetInfo info)
    {
        if (info.Name == "digits")
            return DataFolder.All().Select(folder => (folder, false));
        return DataFolder.All().Concat(DataFolder.Starts).Distinct()
            .SelectMany(root => SubFolders(root, info.Name).Select(folder => (folder, true)).Concat(root == DataFolder.OfUser ? [(root, false)] : []));
    }

    // The sub-folder of the set's name, then those whose names differ from it in capitals and dashes only.
    private static IEnumerable<string> SubFolders(string root, string name) =>
        (Directory.Exists(root) ? Directory.EnumerateDirectories(root, "*", new EnumerationOptions()) : [])
            .Where(folder => IdxFolder.Letters(Path.GetFileName(folder)) == IdxFolder.Letters(name)).Order(StringComparer.Ordinal)
            .Prepend(Path.Combine(root, name)).Distinct();

    /// <summary>The first folder that has all files of a set, and their paths in the order of the catalogue; null if there is none.</summary>
    public static (string Folder, string[] Files)? Find(DatasetInfo info)
    {
        foreach (var place in Folders(info))
        {
            if (Paths(info, place).OfType<string>().ToArray() is var files && files.Length == info.Files.Count)
                return (place.Folder, files);
        }
        return null;
    }

    private static IEnumerable<string> Missing(DatasetInfo info, (string Folder, bool Everywhere) place) =>
        info.Files.Zip(Paths(info, place)).Where(pair => pair.Second is null).Select(pair => pair.First.Name);

    // The path of each file of the set, or null. A file's name may begin with the set's name.
    private static string?[] Paths(DatasetInfo info, (string Folder, bool Everywhere) place)
    {
        var here = IdxFolder.Files(place.Folder, place.Everywhere);
        return [.. info.Files.Select(file => IdxFolder.Published(file.Name)).Select(wanted => here.FirstOrDefault(file =>
            file.Name.EndsWith(wanted, StringComparison.Ordinal) && IdxFolder.Letters(file.Name[..^wanted.Length]) is var before
            && (before.Length == 0 || before == IdxFolder.Letters(info.Name)))?.Path)];
    }

    /// <summary>Says where a named set was looked for, what is there and how to get it.</summary>
    public static DatasetNotFoundException NotFound(DatasetInfo info)
    {
        var places = Folders(info).Select(place => Missing(info, place) is var missing && Directory.Exists(place.Folder)
            ? $"{place.Folder} (without {string.Join(", ", missing)})\n    it holds {DataFolder.Contents(place.Folder)}" : place.Folder);
        var how = info.Mirrors.Count == 0 ? "It ships in the course's folder data/: run from a complete copy of the course."
            : $"To get it: `coursekit data fetch {info.Name}`"
                + (info.Files[0].DebianSha256 is null ? "." : $", or on Debian and Ubuntu `apt install dataset-{info.Name}`.");
        return new DatasetNotFoundException(info.Name, places, $"{IdxFolder.OtherNames}\n{how}\nWithout network there are `digits` and `avatars`, and any folder of pictures or IDX files, by its path.");
    }

    /// <summary>Says where a path was looked for, and what is there.</summary>
    public static DatasetNotFoundException NotFound(string path)
    {
        var places = Places(path).Select(place => Path.GetDirectoryName(place) is { } folder && Directory.Exists(folder) ? $"{place}\n    its folder holds {DataFolder.Contents(folder)}" : place);
        return new DatasetNotFoundException(path, places, $"It is neither a folder of pictures or IDX files nor one of {string.Join(", ", Datasets.All.Select(set => set.Name))}.");
    }
}
