namespace CourseKit.Kernel.Grading;

/// <summary>A file or a folder in a class's folder or zip. Nothing of its content has been read.</summary>
/// <param name="Name">Its path in the folder or zip, with <c>/</c> between the parts.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Fetch">
/// Gives the path of a file to read. Throws an exception whose message says why the file cannot be read: <see cref="IOException"/>,
/// <see cref="InvalidDataException"/>, <see cref="NotSupportedException"/> or <see cref="UnauthorizedAccessException"/>.
/// </param>
internal sealed record ClassFile(string Name, bool IsFolder, Func<string> Fetch)
{
    /// <summary>The most bytes that a notebook may have.</summary>
    public const long MostBytes = 50_000_000;

    /// <summary>The file's name without its folders.</summary>
    public string OwnName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>Whether a student means it as a notebook.</summary>
    public bool IsNotebook => !IsFolder && OwnName.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the name has a part that begins with a dot or is <c>__MACOSX</c>: front ends and systems make such files.</summary>
    public static bool IsHidden(string name) => name.Split('/').Any(part => part.StartsWith('.') || part == "__MACOSX");
}
