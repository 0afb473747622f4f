using System.Globalization;
using System.Net;
using CourseKit.Display;

namespace CourseKit.Plots;

/// <summary>An image with a text that says what it shows. It displays itself in a notebook.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Png, MimeTypes.Plain])]
public sealed class Picture : IDisplayable
{
    // In bytes. The notebook holds a picture twice, and its large pictures are most of it.
    private const int Large = 3_000;

    // The distance of two levels of red, green or blue in the HTML of a large picture. A level is at most four 255ths beside the true one, which the eye does
    // not see.
    private const int Step = 8;

    private readonly PixelCanvas canvas;
    private readonly Lazy<byte[]> png;

    internal Picture(PixelCanvas canvas, string altText)
    {
        this.canvas = canvas;
        png = new(() => PngFile.Of(canvas.Bytes, canvas.Width));
        AltText = altText;
    }

    /// <summary>The image as a PNG file, exact.</summary>
    public ReadOnlyMemory<byte> Png => png.Value;

    /// <summary>Width in pixels of the image file.</summary>
    public int Width => canvas.Width;

    /// <summary>Height in pixels of the image file.</summary>
    public int Height => canvas.Height;

    /// <summary>What the picture shows, for a reader who cannot see it.</summary>
    public string AltText { get; }

    /// <summary>An img element. image-rendering keeps the pixels square when the browser enlarges the image.</summary>
    internal string Html => string.Create(CultureInfo.InvariantCulture,
        $"<img src=\"{DataUri}\" width=\"{Width}\" alt=\"{WebUtility.HtmlEncode(AltText)}\" style=\"image-rendering:pixelated;max-width:100%;height:auto\">");

    /// <summary>The image for HTML: exact if it is small, else with every eighth level and white.</summary>
    internal string DataUri => $"data:image/png;base64,{Convert.ToBase64String(Coarse(Step))}";

    /// <summary>The image for viewers that show no HTML, in base64: exact if it is small, else with 17 levels.</summary>
    internal string Fallback => Convert.ToBase64String(Coarse(2 * Step));

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, Html), new(MimeTypes.Png, Fallback), new(MimeTypes.Plain, AltText)];

    /// <returns>The alternative text.</returns>
    public override string ToString() => AltText;

    private byte[] Coarse(int step)
    {
        if (png.Value.Length <= Large)
            return png.Value;
        var levels = canvas.Bytes.ToArray();
        foreach (ref var level in levels.AsSpan())
            level = (byte)Math.Min(255, (level + step / 2) / step * step);
        return PngFile.Of(levels, Width);
    }
}
