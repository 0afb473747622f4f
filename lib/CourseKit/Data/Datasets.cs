using System.Security.Cryptography;

namespace CourseKit.Data;

/// <summary>Finds and loads data sets by name.</summary>
/// <remarks>
/// These folders are searched in this order: the folder that COURSEKIT_DATA names (<c>coursekit run --data DIR</c>), the course's `data/`,
/// Debian's /usr/share/datasets, and the user's cache folder. In each of them, a data set lies in a sub-folder with the set's
/// name; only the digits lie in the folder itself. The files have the published names and are gzipped, or plain without the ending .gz.
/// </remarks>
public static class Datasets
{
    /// <summary>The data sets that have names.</summary>
    public static IReadOnlyList<DatasetInfo> All => DatasetCatalogue.All;

    /// <summary>
    /// Loads `digits`, `avatars`, `mnist`, `fashion-mnist`, `kmnist`, or a folder of pictures. Every second picture of a folder is held out.
    /// </summary>
    /// <param name="name">A name, or the path of a folder. The path may be relative to one of the folders that are searched.</param>
    /// <param name="size">The side in pixels, of avatars (default 16) and of a folder's pictures (default 32). The other sets have a fixed size.</param>
    /// <exception cref="ArgumentException">The name is empty, or the size is not allowed for these pictures.</exception>
    /// <exception cref="DatasetNotFoundException">The data set is in none of the folders. The message says which folders were searched and what to do
    /// next.</exception>
    /// <exception cref="DataFormatException">A file is damaged, or a folder holds fewer than two pictures.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DataSplit Load(string name, int? size = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (All.FirstOrDefault(set => set.Name == name) is not { } info)
            return LoadFolder(name, size ?? 32);
        if (name == "avatars")
            return Avatars.Load(size ?? 16);

        var folder = Find(info) ?? throw NotFound(info);
        if (name == "digits")
            return Digits.Load(folder);
        var train = Read(info, folder, "train", "training part");
        try
        {
            return new DataSplit(train, Read(info, folder, "t10k", "held-out part"));
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }

    /// <summary>Lists every named data set and the folder that holds it. Does not read the files.</summary>
    public static IReadOnlyList<DatasetStatus> List() => [.. All.Select(Status)];

    /// <summary>Compares the SHA-256 of the files with the published one. Plain files are not compared, because none is published for them.</summary>
    /// <exception cref="DatasetNotFoundException">No data set has this name.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DatasetStatus Verify(string name)
    {
        var status = Status(Named(name));
        if (status.State != DatasetState.Present)
            return status;
        var files = status.Dataset.Files.Select(file => (File: file, Path: PathOf(file, status.Folder!)!)).ToList();
        var plain = files.Where(file => !file.Path.EndsWith(".gz", StringComparison.Ordinal)).Select(file => file.Path).ToList();
        var wrong = files.Where(file => !plain.Contains(file.Path)).Select(file => Compare(file.File, file.Path)).OfType<string>().ToList();
        return wrong.Count > 0 ? status with { State = DatasetState.Damaged, Problem = string.Join("\n", wrong) }
            : plain.Count > 0 ? status with { Problem = $"not compared, since only the gzipped files have a published SHA-256: {string.Join(", ", plain)}" }
            : status with { State = DatasetState.Verified };
    }

    internal static DatasetInfo Named(string name) => All.FirstOrDefault(set => set.Name == name)
        ?? throw new DatasetNotFoundException(name, [], $"The named data sets are {string.Join(", ", All.Select(set => set.Name))}.");

    internal static DatasetNotFoundException NotFound(DatasetInfo info)
    {
        var places = Folders(info).Select(folder => folder + (Directory.Exists(folder) ? $" (without {string.Join(", ", Missing(info, folder))})" : ""));
        var how = info.Mirrors.Count == 0 ? "It ships in the course's folder data/: run from a complete copy of the course."
            : $"To get it: `coursekit data fetch {info.Name}`"
                + (info.Files[0].DebianSha256 is null ? "." : $", or on Debian and Ubuntu `apt install dataset-{info.Name}`.");
        return new DatasetNotFoundException(info.Name, places, $"{how}\nWithout network there are `digits` and `avatars`, and any folder of pictures.");
    }

    /// <summary>The SHA-256 of a file if it is neither the published one nor Debian's; null if it is one of them.</summary>
    internal static string? OtherSha256(DatasetFile file, string path) => Sha256(path) is var found && (found == file.Sha256 || found == file.DebianSha256) ? null : found;

    internal static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    // The digits need no sub-folder, because they are the only data set in the course's data/.
    private static IEnumerable<string> Folders(DatasetInfo info) =>
        info.Name == "digits" ? DataFolder.All() : DataFolder.All().Select(folder => Path.Combine(folder, info.Name));

    private static string? Find(DatasetInfo info) => Folders(info).FirstOrDefault(folder => !Missing(info, folder).Any());

    private static IEnumerable<string> Missing(DatasetInfo info, string folder) =>
        info.Files.Where(file => PathOf(file, folder) is null).Select(file => file.Name);

    private static string? PathOf(DatasetFile file, string folder) =>
        new[] { file.Name, Path.GetFileNameWithoutExtension(file.Name) }.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static ImageSet Read(DatasetInfo info, string folder, string prefix, string part)
    {
        string File(string kind) => PathOf(info.Files.Single(file => file.Name.StartsWith($"{prefix}-{kind}", StringComparison.Ordinal)), folder)!;
        return IdxFile.ReadSet($"{info.Name}, {part}", File("images"), File("labels"), 255, info.ClassNames, $"{info.Title}; from {folder}");
    }

    private static DataSplit LoadFolder(string name, int size)
    {
        var places = DataFolder.All().Select(folder => Path.Combine(folder, name)).Prepend(Path.GetFullPath(name)).Distinct().ToList();
        var folder = places.FirstOrDefault(Directory.Exists) ?? throw new DatasetNotFoundException(name, places,
            $"It is neither a folder of pictures nor one of {string.Join(", ", All.Select(set => set.Name))}.");
        using var whole = ImageFolder.Load(folder, size);
        return whole.Count > 1 ? whole.Split(firstOfTraining: 0) : throw new DataFormatException(folder, "number of pictures", "1",
            "2 or more", "Every second picture is held out: put more into the folder.");
    }

    private static DatasetStatus Status(DatasetInfo info)
    {
        if (info.Files.Count == 0)
            return new(info, DatasetState.Drawn, null, null);
        return Find(info) is { } folder ? new(info, DatasetState.Present, folder, null) : new(info, DatasetState.Missing, null, NotFound(info).Message);
    }

    private static string? Compare(DatasetFile file, string path) =>
        OtherSha256(file, path) is { } found ? $"{path}: SHA-256: found {found}, expected {file.Sha256}. Delete it and get it again." : null;
}
