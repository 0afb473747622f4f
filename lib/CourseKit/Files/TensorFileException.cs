namespace CourseKit.Files;

/// <summary>A tensor file (.npy, .safetensors, .pth) is damaged, has an unsupported format, or does not fit the module. Nothing was loaded.</summary>
public sealed class TensorFileException : IOException
{
    /// <summary>The file that is wrong.</summary>
    public string File { get; }

    internal TensorFileException(string file, string message, Exception? inner = null) : base($"{file}: {message}", inner) => File = file;
}
