using System.Globalization;
using System.Net;
using CourseKit.Display;

namespace CourseKit.Plots;

/// <summary>A PNG image with a text that says what it shows. It displays itself in a notebook.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Png, MimeTypes.Plain])]
public sealed class Picture : IDisplayable
{
    private readonly byte[] png;

    internal Picture(byte[] png, int width, int height, string altText)
    {
        this.png = png;
        Width = width;
        Height = height;
        AltText = altText;
    }

    /// <summary>The image file.</summary>
    public ReadOnlyMemory<byte> Png => png;

    /// <summary>Width in pixels of the image file.</summary>
    public int Width { get; }

    /// <summary>Height in pixels of the image file.</summary>
    public int Height { get; }

    /// <summary>What the picture shows, for a reader who cannot see it.</summary>
    public string AltText { get; }

    /// <summary>An img element. image-rendering keeps the pixels square when the browser enlarges the image.</summary>
    internal string Html => string.Create(CultureInfo.InvariantCulture,
        $"<img src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" width=\"{Width}\" alt=\"{WebUtility.HtmlEncode(AltText)}\" "
        + $"style=\"image-rendering:pixelated;max-width:100%;height:auto\">");

    IReadOnlyList<MimeText> IDisplayable.Bundle =>
        [new(MimeTypes.Html, Html), new(MimeTypes.Png, Convert.ToBase64String(png)), new(MimeTypes.Plain, AltText)];

    /// <returns>The alternative text.</returns>
    public override string ToString() => AltText;
}
