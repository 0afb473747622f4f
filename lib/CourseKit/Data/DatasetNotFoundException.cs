namespace CourseKit.Data;

/// <summary>A data set was not found. The message says which folders were searched and what to do next.</summary>
public sealed class DatasetNotFoundException : Exception
{
    internal DatasetNotFoundException(string name, IEnumerable<string> lookedIn, string next)
        : base($"The data set '{name}' was not found. Looked in:{string.Concat(lookedIn.Select(folder => $"\n  {folder}"))}\n{next}")
    {
    }
}
