namespace CourseKit.Display;

/// <summary>
/// A value that gives its own representations for a notebook. A type that implements this interface has the attribute
/// <c>[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [...])]</c> with the mime types of its bundle.
/// </summary>
internal interface IDisplayable
{
    /// <summary>The same value in several mime types, the richest first, text/plain last.</summary>
    IReadOnlyList<MimeText> Bundle { get; }
}

/// <summary>One representation of a value. The text is base64 for images, JSON for types that end in +json, else the text itself.</summary>
internal readonly record struct MimeText(string MimeType, string Text);
