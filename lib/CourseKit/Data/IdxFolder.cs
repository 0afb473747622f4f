using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace CourseKit.Data;

/// <summary>Finds the files of MNIST and its kin in a folder, whatever a download, an archive or a program has done to their names.</summary>
internal static partial class IdxFolder
{
    /// <summary>What a message says besides the names that were looked for.</summary>
    public const string OtherNames = "Names in capitals, with dots for dashes, and with or without .gz would do, too, also in folders of their own.";

    /// <summary>The published name of a file, without .gz: "Test_Images.idx3-ubyte (1).GZ" is t10k-images-idx3-ubyte.</summary>
    public static string Published(string file) =>
        Separators().Replace(Additions().Replace(file.ToLowerInvariant(), ""), "-").Replace("test-images", "t10k-images", StringComparison.Ordinal)
            .Replace("test-labels", "t10k-labels", StringComparison.Ordinal);

    /// <summary>A name without what people write differently: "Fashion-MNIST" and "FashionMNIST" are "fashionmnist".</summary>
    public static string Letters(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit));

    /// <summary>
    /// The sets of a folder, by what stands before the published names, such as "emnist-letters-" or nothing: the path of each file or null. Of
    /// several files of one name, the nearest counts, then the one that has the published name. Hidden files are left out.
    /// </summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="names">The published names, without .gz.</param>
    /// <param name="everywhere">Whether to look into all sub-folders, or only into those that belong to one set: `raw`, and those called like a file.</param>
    public static Dictionary<string, string?[]> Sets(string folder, IReadOnlyList<string> names, bool everywhere)
    {
        var files = from path in Directory.Exists(folder) ? Files(folder, everywhere) : Enumerable.Empty<string>()
                    let file = Path.GetFileName(path)
                    let published = Published(file)
                    let name = names.FirstOrDefault(name => published.EndsWith(name, StringComparison.Ordinal))
                    let folders = Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar)[..^1]
                    where name is not null && !folders.Contains("__MACOSX") && (everywhere || folders.All(part => part == "raw" || Published(part) == published))
                    orderby folders.Length, file == published + ".gz" ? 0 : file == published ? 1 : 2, path.ToUpperInvariant()
                    group (path, name) by published[..^name.Length];
        return files.ToDictionary(set => set.Key, set => names.Select(name => set.FirstOrDefault(file => file.name == name).path).ToArray<string?>());
    }

    // A folder named by the user, or one beside the course, may be large. Where only some of its sub-folders count, the others are not entered.
    private static FileSystemEnumerable<string> Files(string folder, bool everywhere) => new(
        folder, (ref entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && entry.FileName.Contains("ubyte", StringComparison.OrdinalIgnoreCase),
        ShouldRecursePredicate = (ref entry) => everywhere || entry.FileName is "raw" || entry.FileName.Contains("ubyte", StringComparison.OrdinalIgnoreCase),
    };

    [GeneratedRegex(@"\s*\(\d+\)|(\.gz)+$")]  // a browser adds (1) to a second download
    private static partial Regex Additions();

    [GeneratedRegex(@"[-_.\s]+")]
    private static partial Regex Separators();
}
