namespace CourseKit.Data;

/// <summary>A file of a data set could not be fetched. The message says what each mirror answered, and what works without the data set.</summary>
public sealed class DatasetDownloadException : Exception
{
    internal DatasetDownloadException(string name, string file, IReadOnlyList<string> failures, Exception? inner)
        : base($"{file} of the data set '{name}' could not be fetched:{string.Concat(failures.Select(failure => $"\n  {failure}"))}\n"
            + "If this machine has no network, the course still runs: `digits`, `avatars` and a part of `mnist` need none. Otherwise run "
            + $"`coursekit data fetch {name}` again: it goes on where it stopped.", inner)
    {
    }
}
