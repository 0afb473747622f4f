using System.Net;
using System.Text.RegularExpressions;

namespace CourseKit.Kernel.Display;

/// <summary>Text that already has a mime type and is displayed unchanged.</summary>
public partial class MimeText
{
    private readonly string text;

    /// <summary>Creates a text with a mime type.</summary>
    /// <param name="mimeType">The mime type, e.g. <c>text/html</c>.</param>
    /// <param name="text">The text.</param>
    public MimeText(string mimeType, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(mimeType);
        ArgumentNullException.ThrowIfNull(text);
        MimeType = mimeType;
        this.text = text;
    }

    /// <summary>The mime type.</summary>
    public string MimeType { get; }

    /// <summary>The text.</summary>
    public override string ToString() => text;

    /// <summary>The text as a bundle. Markdown, LaTeX and SVG also get plain text, for front ends that cannot render them.</summary>
    /// <exception cref="FormatException">The mime type is JSON, but the text is not.</exception>
    internal MimeBundle ToBundle()
    {
        var bundle = new MimeBundle { { MimeType, Formatter.Content(MimeType, text) } };
        if (MimeType is "text/markdown" or "text/latex")
            bundle.Add("text/plain", text);
        else if (MimeType == "image/svg+xml")
            bundle.Add("text/plain", Title().Match(text) is { Success: true } title ? WebUtility.HtmlDecode(title.Groups[1].Value.Trim()) : "SVG picture");
        return bundle;
    }

    [GeneratedRegex("<title[^>]*>([^<]+)</title>")]
    private static partial Regex Title();
}
