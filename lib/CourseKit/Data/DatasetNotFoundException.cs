namespace CourseKit.Data;

/// <summary>A data set is nowhere to be found. The message says where it was looked for, how to get it, and what works without it.</summary>
public sealed class DatasetNotFoundException : Exception
{
    internal DatasetNotFoundException(string name, IEnumerable<string> lookedIn, string next)
        : base($"The data set '{name}' was not found. Looked in:{string.Concat(lookedIn.Select(folder => $"\n  {folder}"))}\n{next}")
    {
    }
}
