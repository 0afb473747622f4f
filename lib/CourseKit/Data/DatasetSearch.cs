using CourseKit.Common;

namespace CourseKit.Data;

/// <summary>Finds data sets in the folders that are searched (<see cref="DataFolder"/>).</summary>
internal static class DatasetSearch
{
    /// <summary>Where a path that the user gave may lead, in the order of the search.</summary>
    public static IEnumerable<string> Places(string path) => DataFolder.Starts.Concat(DataFolder.All()).Select(start => UserPath.Full(path, start)).Distinct();

    /// <summary>
    /// The first folder that has all files of a set, or else of the part that ships under its name: what was found, and the paths of its files in the
    /// order of the catalogue; null if there is neither. If the user's own folder holds some files of the set, the part does not stand in silently.
    /// </summary>
    public static (DatasetInfo Info, IdxSet Set)? Find(DatasetInfo info) => (
        from wanted in DatasetCatalogue.Shipped.Where(part => part.Name == info.Name && !IsBegunByUser(info)).Prepend(info)
        from place in Folders(wanted)
        let set = new IdxSet(wanted.Name, place.Folder, [.. Files(wanted, place).OfType<string>()])
        where set.Files.Length == wanted.Files.Count
        select ((DatasetInfo, IdxSet)?)(wanted, set)).FirstOrDefault();

    /// <summary>Says where a named set was looked for, what is there and how to get it.</summary>
    public static DatasetNotFoundException NotFound(DatasetInfo info)
    {
        var places = Folders(info).Select(place => DataFolder.Described(
            place.Folder, info.Files.Zip(Files(info, place)).Where(pair => pair.Second is null).Select(pair => pair.First.Name)));
        var how = info.Mirrors.Count == 0 ? "It ships in the course's folder data/: run from a complete copy of the course."
            : $"To get it: `coursekit data fetch {info.Name}`"
                + (info.Files[0].DebianSha256 is null ? "." : $", or on Debian and Ubuntu `apt install dataset-{info.Name}`.");
        return new(info.Name, places, $"{IdxFolder.OtherNames}\n{how}\nWithout network a copy of the course has `digits`, `avatars` and a part of `mnist`, and takes any folder "
            + "of pictures or IDX files, by its path.");
    }

    /// <summary>Says where a path was looked for, and what is there.</summary>
    public static DatasetNotFoundException NotFound(string path)
    {
        var places = from place in Places(path)
                     let folder = Path.GetDirectoryName(place)
                     select Directory.Exists(folder) ? $"{place}\n    its folder holds {DataFolder.Contents(folder)}" : place;
        return new(path, places, $"It is neither a folder of pictures or IDX files nor one of {string.Join(", ", Datasets.All.Select(set => set.Name))}.");
    }

    // Sub-folders whose names differ from the set's in capitals and dashes only will do. What ships needs no sub-folder, because the names of its files
    // are its own. Neither does the set that the user names a folder for.
    private static IEnumerable<(string Folder, bool Everywhere)> Folders(DatasetInfo info) => DatasetCatalogue.Shipped.Contains(info)
        ? DataFolder.All().Select(folder => (folder, false))
        : from root in DataFolder.All().Concat(DataFolder.Starts).Distinct()
          let own = Path.Combine(root, info.Name)
          let like = (Directory.Exists(root) ? Directory.EnumerateDirectories(root, "*", new EnumerationOptions()) : [])
              .Where(folder => folder != own && IdxFolder.Letters(Path.GetFileName(folder)) == IdxFolder.Letters(info.Name)).Order(StringComparer.Ordinal)
          from place in like.Prepend(own).Select(folder => (folder, true)).Concat(root == DataFolder.OfUser ? [(root, false)] : [])
          select place;

    private static bool IsBegunByUser(DatasetInfo info) => DataFolder.OfUser is { } own
        && Folders(info).Where(place => place.Folder == own || Path.GetDirectoryName(place.Folder) == own).Any(place => Sets(info, place).Count > 0);

    // The path of each file of the set, or null. A file's name may begin with the set's name.
    private static IEnumerable<string?> Files(DatasetInfo info, (string Folder, bool Everywhere) place)
    {
        var own = Sets(info, place).Where(set => IdxFolder.Letters(set.Key) is "" || IdxFolder.Letters(set.Key) == IdxFolder.Letters(info.Name)).OrderBy(set => set.Key.Length).ToList();
        return info.Files.Select((_, i) => own.Select(set => set.Value[i]).FirstOrDefault(path => path is not null));
    }

    private static Dictionary<string, string?[]> Sets(DatasetInfo info, (string Folder, bool Everywhere) place) =>
        IdxFolder.Sets(place.Folder, [.. info.Files.Select(file => IdxFolder.Published(file.Name))], place.Everywhere);
}
