using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Formatters;

/// <summary>The formatters of torch's types. These types cannot have our attribute, so the kernel gets the formatters by registration.</summary>
internal static class TorchFormatters
{
    /// <summary>Makes the kernel show tensors and networks.</summary>
    public static void Register()
    {
        NotebookHost.Register(typeof(Tensor), new TypeFormatterSource<Tensor>(TensorHtml.Of, TensorText.Of, TensorText.Summary));
        NotebookHost.Register(typeof(nn.Module), new TypeFormatterSource<nn.Module>(ModuleTable.Html, ModuleTable.Plain, ModuleTable.Summary));
    }
}

/// <summary>A type's formatters: HTML for a page, plain text for a console, and a summary of a few words, e.g. for a table's cell.</summary>
internal sealed class TypeFormatterSource<T>(Func<T, string> html, Func<T, string> plain, Func<T, string> summary)
{
    public IEnumerable<object> CreateTypeFormatters() =>
        [new TypeFormatter<T>(MimeTypes.Html, html), new TypeFormatter<T>(MimeTypes.Plain, plain), new TypeFormatter<T>(MimeTypes.Summary, summary)];
}

/// <summary>Writes a value in one mime type.</summary>
internal sealed class TypeFormatter<T>(string mimeType, Func<T, string> text)
{
    public string MimeType { get; } = mimeType;

    /// <returns>Whether the value is a <typeparamref name="T"/>.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not T value)
            return false;
        // Tensors that are computed here are disposed here, and autograd does not record them.
        using var scope = NewDisposeScope();
        using var calm = no_grad();
        writer.Write(text(value));
        return true;
    }
}
