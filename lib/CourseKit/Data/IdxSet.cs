namespace CourseKit.Data;

/// <summary>A set in four IDX files, as MNIST is published.</summary>
/// <param name="Name">The set's name in messages.</param>
/// <param name="Folder">The folder that was searched.</param>
/// <param name="Files">The paths: pictures and labels for training, pictures and labels for testing.</param>
internal sealed record IdxSet(string Name, string Folder, string[] Files)
{
    private static readonly string[] Names = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    /// <summary>Finds a set by the path of its folder, or of one of its files where a folder holds several sets, as EMNIST's does.</summary>
    /// <returns>The set; null if the folder has no IDX file.</returns>
    /// <exception cref="DataFormatException">The folder holds several sets, or the path is another kind of file.</exception>
    /// <exception cref="DatasetNotFoundException">A file of the set is missing.</exception>
    public static IdxSet? Find(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        var sets = IdxFolder.Sets(folder, Names, everywhere: true).Where(set => folder == path || set.Value.Contains(path)).ToList();
        if (sets.Count == 0)
        {
            return folder == path ? null : throw new DataFormatException(path, "kind", "a file", $"a folder of pictures, or an IDX file such as {Names[0]}.gz",
                $"Give the folder, {folder}. It holds {DataFolder.Contents(folder)}.");
        }
        if (sets.Count > 1)
        {
            throw new DataFormatException(path, "names", string.Join(", ", sets.Select(set => $"{set.Key}...")), "the files of one set",
                $"Give the path of one of its files, e.g. {sets[0].Value.OfType<string>().First()}.");
        }
        var (name, files) = sets[0];
        if (files.Contains(null))
        {
            var missing = Names.Where((_, i) => files[i] is null).Select(part => name + part);
            throw new DatasetNotFoundException(path, [DataFolder.Described(folder, missing)], $"{IdxFolder.OtherNames} Put the missing files there.");
        }
        return new IdxSet(name.Length > 0 ? name.TrimEnd('-') : Path.GetFileName(folder), folder, files!);
    }

    /// <summary>Reads the set in two parts.</summary>
    /// <param name="classNames">A name for each label from 0; null if each value of the labels that occurs is a class.</param>
    /// <param name="provenance">Where the pictures came from, in words.</param>
    /// <exception cref="DataFormatException">A file is damaged, or the files do not belong together.</exception>
    public DataSplit Load(IReadOnlyList<string>? classNames, string provenance)
    {
        byte[] values = classNames is not null ? [.. classNames.Select((_, i) => (byte)i)]
            : [.. IdxFile.LabelValues(Files[1]).Union(IdxFile.LabelValues(Files[3])).Order()];
        classNames ??= [.. values.Select(value => $"{value}")];
        var train = IdxFile.ReadSet($"{Name}, training part", Files[0], Files[1], 255, classNames, values, provenance);
        ImageSet? heldOut = null;
        try
        {
            heldOut = IdxFile.ReadSet($"{Name}, held-out part", Files[2], Files[3], 255, classNames, values, provenance);
            return (heldOut.Height, heldOut.Width) == (train.Height, train.Width) ? new DataSplit(train, heldOut) : throw new DataFormatException(Files[2], "size of pictures",
                $"{heldOut.Width}x{heldOut.Height}", $"{train.Width}x{train.Height}, as in {Files[0]}", "The two files belong to different sets: get both again.");
        }
        catch
        {
            train.Dispose();
            heldOut?.Dispose();
            throw;
        }
    }
}
