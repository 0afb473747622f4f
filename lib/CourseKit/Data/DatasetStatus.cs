namespace CourseKit.Data;

/// <summary>What is known about a data set's files on this machine.</summary>
public enum DatasetState
{
    /// <summary>The data set needs no files, because its pictures are drawn.</summary>
    Drawn,

    /// <summary>No folder holds all files of the data set.</summary>
    Missing,

    /// <summary>All files are there, but the content of at least one file was not compared.</summary>
    Present,

    /// <summary>All files are there and have a published SHA-256.</summary>
    Verified,

    /// <summary>The content of a file differs from the published content.</summary>
    Damaged,
}

/// <summary>The status of one data set. <c>coursekit data list</c> and <c>coursekit data verify</c> print it.</summary>
/// <param name="Dataset">The data set, or the part of it that is here.</param>
/// <param name="State">What is known about the files.</param>
/// <param name="Folder">The folder that holds all files of the data set; null if there is no such folder.</param>
/// <param name="Problem">Which files are missing, wrong or not compared, and what helps; null if no problem was found.</param>
public sealed record DatasetStatus(DatasetInfo Dataset, DatasetState State, string? Folder, string? Problem);
