namespace CourseKit.Data;

/// <summary>The progress of a download.</summary>
/// <param name="File">The file being fetched, e.g. "train-images-idx3-ubyte.gz".</param>
/// <param name="Bytes">How many bytes of the data set are on this machine, over all files.</param>
/// <param name="Total">The size of all files of the data set, in bytes.</param>
public readonly record struct DownloadProgress(string File, long Bytes, long Total);
