using System.Net;
using CourseKit.Display;

namespace CourseKit;

/// <summary>Describes a file that a <c>Course.Save</c> method wrote.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class SavedFile : IDisplayable
{
    internal SavedFile(string fileName, string content, long bytes)
    {
        FileName = fileName;
        Content = content;
        Bytes = bytes;
    }

    /// <summary>The file name without folder. The file lies in the notebook's artifacts folder.</summary>
    public string FileName { get; }

    /// <summary>A short description of the content, e.g. "float32 (2000, 8, 8)".</summary>
    public string Content { get; }

    /// <summary>The file's size in bytes.</summary>
    public long Bytes { get; }

    IReadOnlyList<MimeText> IDisplayable.Bundle =>
    [
        new(MimeTypes.Html, $"<div>saved <code>{WebUtility.HtmlEncode(FileName)}</code>: {WebUtility.HtmlEncode(Details)}</div>"),
        new(MimeTypes.Plain, ToString()),
    ];

    /// <returns>Name, content and size in one line.</returns>
    public override string ToString() => $"saved {FileName}: {Details}";

    private string Details => FormattableString.Invariant($"{Content}, {Bytes:N0} bytes");
}
