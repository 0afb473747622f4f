using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Formatters;

/// <summary>The formatters of torch's types. A notebook kernel gets them if it takes formatters for types of other libraries.</summary>
internal static class TorchFormatters
{
    /// <summary>Makes the kernel show tensors and networks.</summary>
    public static void Register()
    {
        NotebookHost.Register(typeof(Tensor), new TypeFormatterSource<Tensor>(TensorHtml.Of, TensorText.Of, TensorText.Summary));
        NotebookHost.Register(typeof(nn.Module), new TypeFormatterSource<nn.Module>(ModuleTable.Html, ModuleTable.Plain, ModuleTable.Summary));
    }
}

/// <summary>A type's formatters: for the page, for a console, and for a place inside another value, which has room for only a few words.</summary>
internal sealed class TypeFormatterSource<T>(Func<T, string> html, Func<T, string> plain, Func<T, string> summary)
{
    public IEnumerable<object> CreateTypeFormatters() =>
        [new TypeFormatter<T>(MimeTypes.Html, html), new TypeFormatter<T>(MimeTypes.Plain, plain), new TypeFormatter<T>(MimeTypes.Summary, summary)];
}

/// <summary>Writes a value in one mime type.</summary>
internal sealed class TypeFormatter<T>(string mimeType, Func<T, string> text)
{
    public string MimeType { get; } = mimeType;

    /// <returns>Whether the value is of the type.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not T value)
            return false;
        // The tensors computed here belong neither to the cell's scope nor to its gradients.
        using var scope = NewDisposeScope();
        using var calm = no_grad();
        writer.Write(text(value));
        return true;
    }
}
