using static TorchSharp.torch;

namespace CourseKit.Display;

/// <summary>
/// The formatters of torch's tensors, which a notebook kernel that takes formatters for the types of others is given
/// (<see cref="NotebookHost.Register"/>).
/// </summary>
internal sealed class TensorFormatterSource
{
    private readonly TensorFormatter[] formatters =
    [
        new TensorFormatter(MimeTypes.Html, TensorHtml.Of),
        new TensorFormatter(MimeTypes.Plain, TensorText.Of),
        new TensorFormatter(MimeTypes.Summary, TensorText.Summary),
    ];

    public IEnumerable<object> CreateTypeFormatters() => formatters;
}

/// <summary>Writes a tensor in one mime type.</summary>
internal sealed class TensorFormatter(string mimeType, Func<Tensor, string> text)
{
    public string MimeType { get; } = mimeType;

    /// <returns>Whether the value is a tensor.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not Tensor tensor)
            return false;
        // What is computed here belongs neither to the cell's scope nor to its gradients.
        using var scope = NewDisposeScope();
        using var calm = no_grad();
        writer.Write(text(tensor));
        return true;
    }
}
