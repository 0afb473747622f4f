namespace CourseKit.Display;

/// <summary>
/// A value that knows how it looks in a notebook. A type that implements this interface carries
/// <c>[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [...])]</c> with the mime types of its bundle.
/// </summary>
internal interface IDisplayable
{
    /// <summary>The same value in several mime types, the richest first, text/plain last.</summary>
    IReadOnlyList<MimeText> Bundle { get; }
}

/// <summary>One representation of a value: text as it is, images in base64, +json as JSON text.</summary>
internal readonly record struct MimeText(string MimeType, string Text);
