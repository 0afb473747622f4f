using CourseKit.Native;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>A folder of the user's own pictures: png, jpg, jpeg, jfif and webp.</summary>
public static class ImageFolder
{
    private const int MostNamed = 20;

    /// <summary>
    /// Reads every picture, cuts out the central square and scales it. Gives float32 in [-1, 1], shape (N, channels, size, size), in the ordinal
    /// order of the paths. If the pictures are in sub-folders, the sub-folders are the classes. Hidden files and folders are left out.
    /// Transparent pixels become white. Photographs are turned as their EXIF orientation says.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="size">The side in pixels, 4 to 1,024.</param>
    /// <param name="channels">3 for red, green and blue, 1 for grey.</param>
    /// <exception cref="DataFormatException">The folder holds no picture, pictures cannot be read or have over 100 million pixels (all are named), all
    /// together do not fit into the memory, or pictures lie beside sub-folders with pictures.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 4 to 1,024, or channels is neither 1 nor 3.</exception>
    public static ImageSet Load(string path, int size, int channels = 3)
    {
        var folder = PictureFolder.Of(Checked(path, size, channels));
        return Read([(Path.GetFileName(folder.Path), folder, folder.Files)], folder.Classes, size, channels)[0];
    }

    /// <summary>
    /// Reads a folder's parts for training and testing if it has them; else every second picture is held out. There are classes if both parts have them.
    /// </summary>
    internal static DataSplit LoadSplit(string path, int size)
    {
        const int channels = 3;
        var folder = PictureFolder.Of(Checked(path, size, channels)).Unwrapped();
        var (train, heldOut) = (folder, folder);
        var (trainFiles, heldOutFiles) = (folder.Files.Where((_, i) => i % 2 == 0).ToList(), folder.Files.Where((_, i) => i % 2 == 1).ToList());
        if (folder.Parts() is var (trainPart, heldOutPart, unused))
        {
            (train, heldOut, trainFiles, heldOutFiles) = (trainPart, heldOutPart, [.. trainPart.Files], [.. heldOutPart.Files]);
            if (unused is not null)
                heldOut = heldOut with { LeftOut = $"{heldOut.LeftOut}{(heldOut.LeftOut.Length > 0 ? ", " : "")}the folder {unused}" };
            if (heldOut.Classes.Except(train.Classes).FirstOrDefault() is { } unknown && train.Classes.Count > 0)
            {
                throw new DataFormatException(heldOut.Path, "classes", $"the folder {unknown}", $"the folders of {train.Path}: {string.Join(", ", train.Classes)}",
                    "Give the folders of both parts the same names.");
            }
        }
        if (heldOutFiles.Count == 0)
            throw new DataFormatException(folder.Path, "number of pictures", "1", "2 or more", "Every second picture is held out: put more into the folder.");
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        var sets = Read([($"{name}, training part", train, trainFiles), ($"{name}, held-out part", heldOut, heldOutFiles)],
            heldOut.Classes.Count > 0 ? train.Classes : [], size, channels);
        return new DataSplit(sets[0], sets[1]);
    }

    private static string Checked(string path, int size, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1024);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "3 for red, green and blue, 1 for grey.");
        NativeBackend.Load();
        return path;
    }

    private static List<ImageSet> Read(
        IReadOnlyList<(string Name, PictureFolder Folder, IReadOnlyList<string> Files)> parts, IReadOnlyList<string> classes, int size, int channels)
    {
        long count = parts.Sum(part => part.Files.Count), bytes = count * channels * size * size * sizeof(float);
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;
        if (bytes > most)
        {
            throw new DataFormatException(parts[0].Folder.Path, "size of all pictures", Invariant($"{count:N0} of {size}x{size}, {bytes / 1e9:0.0} GB"),
                Invariant($"at most {most / 1e9:0.0} GB, three quarters of the memory"), "Ask for smaller pictures, or take a part of them.");
        }
        using var scope = NewDisposeScope();
        var bad = new List<DataFormatException>();
        var images = parts.Select(part => FilledTensor.Of([part.Files.Count, channels, size, size], (i, values) =>
        {
            try
            {
                PictureFile.Read(part.Files[i], size, values);
            }
            catch (DataFormatException error)
            {
                bad.Add(error);
            }
        })).ToList();
        if (bad.Count == 1)
            throw bad[0];
        if (bad.Count > 1)
        {
            throw new DataFormatException(parts[0].Folder.Path, "pictures", $"{bad.Count} that cannot be read", "complete png, jpg or webp files",
                $"Replace them, or take them away:{string.Concat(bad.Take(MostNamed).Select(error => $"\n  {error.Message}"))}"
                    + (bad.Count > MostNamed ? $"\n  and {bad.Count - MostNamed} more" : ""));
        }
        return [.. parts.Zip(images, (part, tensors) => Set(part.Name, part.Folder, part.Files, tensors, classes))];
    }

    private static ImageSet Set(string name, PictureFolder folder, IReadOnlyList<string> files, Tensor images, IReadOnlyList<string> classes)
    {
        var numbers = classes.Index().ToDictionary(entry => entry.Item, entry => (long)entry.Index);
        var labels = classes.Count == 0 ? null : tensor(files.Select(file => numbers[folder.ClassOf(file)!]).ToArray());
        var leftOut = folder.LeftOut.Length > 0 ? $" (left out: {folder.LeftOut})" : "";
        return new ImageSet(name, images, labels, classes, $"{files.Count} {(files.Count == 1 ? "picture" : "pictures")} of {folder.Path}{leftOut}");
    }
}
