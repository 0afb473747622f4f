namespace CourseKit.Kernel.Notebooks;

/// <summary>
/// A file is not a notebook that can be read. The message names the file, the field, what was found and what was expected.
/// </summary>
public sealed class NotebookFormatException : Exception
{
    internal NotebookFormatException(string file, string field, string found, string expected, string? next = null, Exception? inner = null)
        : base($"{file}: {field}: found {found}, expected {expected}.{(next is null ? "" : " " + next)}", inner)
    {
        (File, Field, Found, Expected) = (file, field, found, expected);
    }

    /// <summary>The file, or the name given to <see cref="Notebook.Parse"/>.</summary>
    public string File { get; }

    /// <summary>The field, as in <c>cells[3].source</c>; "document" for the whole.</summary>
    public string Field { get; }

    /// <summary>The content that was found.</summary>
    public string Found { get; }

    /// <summary>The content that was expected.</summary>
    public string Expected { get; }
}
