namespace CourseKit.Data;

/// <summary>How far a download is.</summary>
/// <param name="File">The file being fetched, e.g. "train-images-idx3-ubyte.gz".</param>
/// <param name="Bytes">How much of the data set is here, in bytes, over all its files.</param>
/// <param name="Total">The size of all its files, in bytes.</param>
public readonly record struct DownloadProgress(string File, long Bytes, long Total);
