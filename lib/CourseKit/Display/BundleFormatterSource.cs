namespace CourseKit.Display;

/// <summary>The formatters of every <see cref="IDisplayable"/>: one for each mime type that a bundle can have.</summary>
internal sealed class BundleFormatterSource
{
    private readonly string[] mimeTypes = [MimeTypes.Plotly, MimeTypes.Scrap, MimeTypes.Html, MimeTypes.Png, MimeTypes.Plain];

    public IEnumerable<object> CreateTypeFormatters() => mimeTypes.Select(mimeType => new BundleFormatter(mimeType));
}

/// <summary>Writes a value's representation in one mime type.</summary>
internal sealed class BundleFormatter(string mimeType)
{
    public string MimeType { get; } = mimeType;

    /// <returns>Whether the value has a representation in this mime type.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not IDisplayable displayable)
            return false;
        foreach (var (type, text) in displayable.Bundle)
        {
            if (type != MimeType)
                continue;
            writer.Write(text);
            return true;
        }
        return false;
    }
}
