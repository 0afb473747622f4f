namespace CourseKit.Data;

/// <summary>A data set that has a name in the course.</summary>
/// <param name="Name">The name for <see cref="Datasets.Load"/> and <c>coursekit data</c>, e.g. "fashion-mnist".</param>
/// <param name="Title">The content, the makers and the licence.</param>
/// <param name="ClassNames">A name for each class, in the order of the labels. Empty for avatars; <see cref="Avatars"/> makes their names.</param>
/// <param name="Files">The files; none for pictures that are drawn.</param>
/// <param name="Mirrors">Addresses that end in a slash; the files lie below them. None for data that needs no download.</param>
public sealed record DatasetInfo(
    string Name, string Title, IReadOnlyList<string> ClassNames, IReadOnlyList<DatasetFile> Files, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>The size of all files together, in bytes.</summary>
    public long Length => Files.Sum(file => file.Length);
}

/// <summary>One file of a data set.</summary>
/// <param name="Name">The name under which the file is published, e.g. "train-images-idx3-ubyte.gz".</param>
/// <param name="Length">The file's size, in bytes.</param>
/// <param name="Sha256">The file's SHA-256, in lower-case hexadecimal digits.</param>
/// <param name="DebianSha256">
/// The SHA-256 of the file in a Debian package; null if there is no package. It differs, because Debian strips name and time from gzip's header.
/// </param>
public sealed record DatasetFile(string Name, long Length, string Sha256, string? DebianSha256 = null);
