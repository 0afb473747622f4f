namespace CourseKit.Data;

/// <summary>
/// A data file or a tensor of pictures is not as it must be. The message names the source (e.g. a file's path), the field, the value found,
/// the value expected, and what to do next.
/// </summary>
public sealed class DataFormatException : Exception
{
    internal DataFormatException(string source, string field, string found, string expected, string next, Exception? inner = null)
        : base($"{source}: {field}: found {found}, expected {expected}. {next}", inner) => Field = field;

    /// <summary>The field that is wrong, e.g. "magic number".</summary>
    public string Field { get; }
}
