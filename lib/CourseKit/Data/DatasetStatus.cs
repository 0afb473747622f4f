namespace CourseKit.Data;

/// <summary>What is known about a data set's files on this machine.</summary>
public enum DatasetState
{
    /// <summary>The data set needs no files, because its pictures are drawn.</summary>
    Drawn,

    /// <summary>No folder holds all of its files.</summary>
    Missing,

    /// <summary>All files are there; their content was not compared.</summary>
    Present,

    /// <summary>All files are there and have the published SHA-256.</summary>
    Verified,

    /// <summary>The content of a file differs from the published content.</summary>
    Damaged,
}

/// <summary>A line of <c>coursekit data list</c> and <c>verify</c>.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="State">What is known about its files.</param>
/// <param name="Folder">The folder that holds all its files; null if there is no such folder.</param>
/// <param name="Problem">What is missing or wrong, file by file; null if nothing is.</param>
public sealed record DatasetStatus(DatasetInfo Dataset, DatasetState State, string? Folder, string? Problem);
