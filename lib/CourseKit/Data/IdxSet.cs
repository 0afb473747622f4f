namespace CourseKit.Data;

/// <summary>A set in four IDX files, as MNIST is published.</summary>
/// <param name="Name">The set's name in messages.</param>
/// <param name="Folder">The folder that was searched.</param>
/// <param name="Files">The paths, in the order of <see cref="IdxFolder.Parts"/>.</param>
internal sealed record IdxSet(string Name, string Folder, string[] Files)
{
    /// <summary>Finds a set by the path of its folder, or of one of its files where a folder holds several sets, as EMNIST's does.</summary>
    /// <returns>The set; null if there is no IDX file.</returns>
    /// <exception cref="DataFormatException">The folder holds several sets, or the path is another kind of file.</exception>
    /// <exception cref="DatasetNotFoundException">A file of the set is missing.</exception>
    public static IdxSet? Find(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        // By the name before "train" and "t10k": the sets, and in each the file of each part.
        var sets = from file in IdxFolder.Files(folder, everywhere: true)
                   let part = IdxFolder.Parts.FirstOrDefault(part => file.Name.EndsWith(part, StringComparison.Ordinal))
                   where part is not null
                   group (file.Path, Part: part) by file.Name[..^part.Length];
        var wanted = sets.Where(set => folder == path || set.Any(file => file.Path == path)).ToList();
        if (wanted.Count == 0 && folder == path)
            return null;
        if (wanted.Count == 0)
        {
            throw new DataFormatException(path, "kind", "a file", $"a folder of pictures, or an IDX file such as {IdxFolder.Parts[0]}.gz",
                $"Give the folder, {folder}. It holds {DataFolder.Contents(folder)}.");
        }
        if (wanted.Count > 1)
        {
            throw new DataFormatException(path, "names", string.Join(", ", wanted.Select(set => $"{set.Key}...")), "the files of one set",
                $"Give the path of one of its files, e.g. {wanted[0].First().Path}.");
        }
        var files = IdxFolder.Parts.Select(part => wanted[0].FirstOrDefault(file => file.Part == part).Path).ToArray();
        var missing = IdxFolder.Parts.Zip(files).Where(pair => pair.Second is null).Select(pair => wanted[0].Key + pair.First).ToList();
        if (missing.Count > 0)
        {
            throw new DatasetNotFoundException(path, [$"{folder} (without {string.Join(", ", missing)})\n    it holds {DataFolder.Contents(folder)}"],
                $"{IdxFolder.OtherNames} Put the missing files there.");
        }
        return new IdxSet(wanted[0].Key is { Length: > 0 } name ? name.TrimEnd('-') : Path.GetFileName(folder), folder, files);
    }

    /// <summary>Reads a set in two parts.</summary>
    /// <param name="name">The set's name in messages.</param>
    /// <param name="files">The paths, in the order of <see cref="IdxFolder.Parts"/>.</param>
    /// <param name="classNames">A name for each label from 0; null if each value of the labels that occurs is a class.</param>
    /// <param name="provenance">Where the pictures came from, in words.</param>
    /// <exception cref="DataFormatException">A file is damaged, or the files do not belong together.</exception>
    public static DataSplit Load(string name, string[] files, IReadOnlyList<string>? classNames, string provenance)
    {
        byte[] values = classNames is not null ? [.. classNames.Select((_, i) => (byte)i)] : [.. IdxFile.LabelValues(files[1]).Union(IdxFile.LabelValues(files[3])).Order()];
        classNames ??= [.. values.Select(value => $"{value}")];
        var train = IdxFile.ReadSet($"{name}, training part", files[0], files[1], 255, classNames, values, provenance);
        try
        {
            var heldOut = IdxFile.ReadSet($"{name}, held-out part", files[2], files[3], 255, classNames, values, provenance);
            if ((heldOut.Height, heldOut.Width) == (train.Height, train.Width))
                return new DataSplit(train, heldOut);
            var found = $"{heldOut.Width}x{heldOut.Height}";
            heldOut.Dispose();
            throw new DataFormatException(files[2], "size of pictures", found, $"{train.Width}x{train.Height}, as in {files[0]}",
                "The two files belong to different sets: get both again.");
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }
}
