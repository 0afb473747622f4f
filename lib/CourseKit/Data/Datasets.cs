using System.Security.Cryptography;

namespace CourseKit.Data;

/// <summary>Finds and loads data sets by name.</summary>
/// <remarks>
/// These folders are searched in this order: the folder that COURSEKIT_DATA names (<c>coursekit run --data DIR</c>), the course's `data/`,
/// Debian's /usr/share/datasets, the user's cache folder, and the folder where relative paths start. In each of them, a data set lies in a sub-folder
/// with the set's name; what ships with the course, and what COURSEKIT_DATA names, may lie in the folder itself. Capitals, dots, dashes and the ending
/// .gz do not matter in names, and the files may lie in folders of their own.
/// </remarks>
public static class Datasets
{
    /// <summary>The data sets that have names.</summary>
    public static IReadOnlyList<DatasetInfo> All => DatasetCatalogue.All;

    /// <summary>What lies in the course's `data/` and in the package CourseKit: the digits, and a part of MNIST.</summary>
    public static IReadOnlyList<DatasetInfo> Shipped => DatasetCatalogue.Shipped;

    /// <summary>
    /// Loads `digits`, `avatars`, `portraits`, `mnist`, `fashion-mnist`, `kmnist`, or a folder: of pictures, or of IDX files like MNIST's. If a folder of
    /// pictures has no folders for training and testing, every second picture is held out.
    /// </summary>
    /// <returns>
    /// Pictures in [-1, 1]. `mnist` has the shape (N, 1, 28, 28), paper -1 and ink 1, and labels 0..9. Where one of the folders holds the complete set,
    /// 60,000 are for training and 10,000 held out; else the part that ships with the course is taken: of the 60,000, the first 12,000 are for training
    /// and the next 3,000 held out. <see cref="ImageSet.Provenance"/> says which it is.
    /// </returns>
    /// <param name="name">
    /// A name, or the path of a folder or of one of the IDX files in it. A relative path starts where <c>coursekit run -p</c> was called, in the current
    /// directory, or in one of the folders that are searched. `~` is the user's home.
    /// </param>
    /// <param name="size">The side in pixels, of avatars (default 16), of portraits (default 64) and of a folder's pictures (default 32). The other sets have a fixed size.</param>
    /// <exception cref="ArgumentException">The name is empty, or the size is not allowed for these pictures.</exception>
    /// <exception cref="DatasetNotFoundException">The data set is in none of the folders. The message says which folders were searched, what they hold,
    /// and what to do next.</exception>
    /// <exception cref="DataFormatException">A file is damaged, or a folder holds fewer than two pictures.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DataSplit Load(string name, int? size = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var info = All.FirstOrDefault(set => set.Name == name);
        var path = info is null ? DatasetSearch.Places(name).FirstOrDefault(Path.Exists) : null;
        // "FashionMNIST" is a folder of that name, or else the set.
        info ??= All.FirstOrDefault(set => IdxFolder.Letters(set.Name) == IdxFolder.Letters(name) && Path.GetFileName(name) == name
            && (path is null || DatasetSearch.Find(set)?.Set.Folder == path));
        if (info?.Name == "avatars")
            return Avatars.Load(size ?? 16);
        if (info?.Name == "portraits")
            return Portraits.Load(size ?? 64);
        if (info is not null)
        {
            var (found, set) = DatasetSearch.Find(info) ?? throw DatasetSearch.NotFound(info);
            return info.Name == "digits" ? Digits.Load(set.Files[0], set.Files[1]) : set.Load(found.ClassNames, $"{found.Title}; from {set.Folder}");
        }
        if (path is null)
            throw DatasetSearch.NotFound(name);
        return IdxSet.Find(path) is { } files ? files.Load(null, $"IDX files of {files.Folder}") : ImageFolder.LoadSplit(path, size ?? 32);
    }

    /// <summary>
    /// Lists every named data set and the folder that holds it; of MNIST the part that ships with the course, where the complete set is missing. Does
    /// not read the files.
    /// </summary>
    public static IReadOnlyList<DatasetStatus> List() => [.. All.Select(Status)];

    /// <summary>Compares the SHA-256 of the files with the published one. Plain files are not compared, because none is published for them.</summary>
    /// <exception cref="DatasetNotFoundException">No data set has this name.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DatasetStatus Verify(string name)
    {
        var status = Status(Named(name));
        if (status.State != DatasetState.Present)
            return status;
        var files = status.Dataset.Files.Zip(DatasetSearch.Find(status.Dataset)!.Value.Set.Files, (file, path) => (File: file, Path: path)).ToList();
        var plain = files.Where(file => !file.Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)).Select(file => file.Path).ToList();
        var wrong = files.Where(file => !plain.Contains(file.Path)).Select(file => Compare(file.File, file.Path)).OfType<string>().ToList();
        return wrong.Count > 0 ? status with { State = DatasetState.Damaged, Problem = string.Join("\n", wrong) }
            : plain.Count > 0 ? status with { Problem = $"not compared, since only the gzipped files have a published SHA-256: {string.Join(", ", plain)}" }
            : status with { State = DatasetState.Verified };
    }

    internal static DatasetInfo Named(string name) => All.FirstOrDefault(set => set.Name == name)
        ?? throw new DatasetNotFoundException(name, [], $"The named data sets are {string.Join(", ", All.Select(set => set.Name))}.");

    /// <summary>The SHA-256 of a file if it is neither the published one nor Debian's; null if it is one of them.</summary>
    internal static string? OtherSha256(DatasetFile file, string path) => Sha256(path) is var found && (found == file.Sha256 || found == file.DebianSha256) ? null : found;

    internal static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static DatasetStatus Status(DatasetInfo info)
    {
        if (info.Files.Count == 0)
            return new(info, DatasetState.Drawn, null, null);
        return DatasetSearch.Find(info) is { } found ? new(found.Info, DatasetState.Present, found.Set.Folder, null)
            : new(info, DatasetState.Missing, null, DatasetSearch.NotFound(info).Message);
    }

    private static string? Compare(DatasetFile file, string path) =>
        OtherSha256(file, path) is { } found ? $"{path}: SHA-256: found {found}, expected {file.Sha256}. Delete it and get it again." : null;
}
