using System.Text.RegularExpressions;

namespace CourseKit.Data;

/// <summary>A file of a folder, and the name under which MNIST's makers would have published it.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="Name">e.g. "train-images-idx3-ubyte", or "emnist-letters-train-images-idx3-ubyte".</param>
internal sealed record IdxPath(string Path, string Name);

/// <summary>Finds the files of MNIST and its kin in a folder, whatever a download, an archive or a program has done to their names.</summary>
internal static partial class IdxFolder
{
    private const int Deepest = 3;  // MNIST/raw, or Kaggle's folder for each file, in the folder of an unpacked archive

    /// <summary>The parts of MNIST. Some of its kin have a name before them.</summary>
    public static IReadOnlyList<string> Parts { get; } =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>What a message says besides the names that were looked for.</summary>
    public const string OtherNames = "Names in capitals, with dots for dashes, and with or without .gz would do, too, also in folders of their own.";

    /// <summary>The published name of a file: "Test_Images.idx3-ubyte (1).GZ" is t10k-images-idx3-ubyte.</summary>
    public static string Published(string file)
    {
        var name = Copy().Replace(Packed().Replace(file.ToLowerInvariant(), ""), "");
        return Test().Replace(Separators().Replace(name, "-"), "t10k-$1");
    }

    /// <summary>A name without what people write differently: "Fashion-MNIST" and "FashionMNIST" are "fashionmnist".</summary>
    public static string Letters(string name) => string.Concat(name.ToLowerInvariant().Where(char.IsLetterOrDigit));

    /// <summary>
    /// The IDX files of a folder, by their names; the nearest come first, then those that have the published name. Hidden files are left out.
    /// </summary>
    /// <param name="folder">The folder; it need not exist.</param>
    /// <param name="everywhere">Whether to look into all sub-folders, or only into those that belong to one set: `raw`, and those called like a file.</param>
    public static IReadOnlyList<IdxPath> Files(string folder, bool everywhere)
    {
        var sought = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = Deepest, MatchCasing = MatchCasing.CaseInsensitive, AttributesToSkip = FileAttributes.Hidden };
        return
        [
            .. from path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*ubyte*", sought) : []
               let name = Published(Path.GetFileName(path))
               where Parts.Any(part => name.EndsWith(part, StringComparison.Ordinal)) || name.StartsWith("digits-", StringComparison.Ordinal)
               let folders = Path.GetRelativePath(folder, Path.GetDirectoryName(path)!).Split(Path.DirectorySeparatorChar).Where(part => part != ".").ToList()
               where !folders.Contains("__MACOSX") && (everywhere || folders.All(part => part == "raw" || Published(part) == name))
               orderby folders.Count, Path.GetFileName(path) == name + ".gz" ? 0 : Path.GetFileName(path) == name ? 1 : 2, path.ToUpperInvariant()
               select new IdxPath(path, name),
        ];
    }

    [GeneratedRegex(@"(\.gz)+$")]
    private static partial Regex Packed();

    [GeneratedRegex(@"\s*\(\d+\)")]  // what a browser adds to a second download
    private static partial Regex Copy();

    [GeneratedRegex(@"[-_.\s]+")]
    private static partial Regex Separators();

    [GeneratedRegex("test-(images|labels)")]
    private static partial Regex Test();
}
