namespace CourseKit.Data;

/// <summary>What is known of a data set's files on this machine.</summary>
public enum DatasetState
{
    /// <summary>Needs no files: it is drawn.</summary>
    Drawn,

    /// <summary>Not all of its files are in any of the folders.</summary>
    Missing,

    /// <summary>All files are there; their content was not compared.</summary>
    Present,

    /// <summary>All files are there and have the published SHA-256.</summary>
    Verified,

    /// <summary>A file has another content than published.</summary>
    Damaged,
}

/// <summary>A line of <c>coursekit data list</c> and <c>verify</c>.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="State">What is known of its files.</param>
/// <param name="Folder">Where all its files are; null where there is no such folder.</param>
/// <param name="Problem">What is missing or wrong, file by file; null where nothing is.</param>
public sealed record DatasetStatus(DatasetInfo Dataset, DatasetState State, string? Folder, string? Problem);
