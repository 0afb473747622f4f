namespace CourseKit.Files;

/// <summary>A tensor file (.npy, .safetensors) is damaged, or this library does not read its kind. Nothing of the file was loaded.</summary>
public sealed class TensorFileException : IOException
{
    /// <summary>The file that is wrong.</summary>
    public string File { get; }

    internal TensorFileException(string file, string message, Exception? inner = null) : base($"{file}: {message}", inner) => File = file;
}
