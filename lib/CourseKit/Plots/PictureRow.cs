using System.Net;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>Pictures beside one another, each over its caption; where the page is narrow they shrink a little, then wrap.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Png, MimeTypes.Plain])]
public sealed class PictureRow : IDisplayable
{
    private const int Gap = 16;
    private readonly IReadOnlyList<(string Caption, PixelCanvas Canvas)> parts;

    internal PictureRow(IReadOnlyList<(string Caption, PixelCanvas Canvas)> parts) => this.parts = parts;

    /// <summary>Sets grids of images side by side, e.g. real and generated ones, all with the same columns and scale.</summary>
    /// <param name="columns">Tiles in a row of each grid; 0 makes the grids about square.</param>
    /// <param name="parts">Caption and images, as for <see cref="ImageGrid.Of"/>.</param>
    /// <exception cref="ArgumentException">There are no parts, or a tensor is not a batch of images.</exception>
    public static PictureRow Of(int columns, params (string Caption, Tensor Images)[] parts) => Of(columns, 40, parts);

    internal static PictureRow Of(int columns, int tileWidth, (string Caption, Tensor Images)[] parts)
    {
        if (parts.Length == 0)
            throw new ArgumentException("expected at least one (caption, images).", nameof(parts));
        return new([.. parts.Select(part => (part.Caption, ImageGrid.Draw(part.Images, columns, 0, tileWidth)))]);
    }

    /// <summary>The captions, from the left.</summary>
    public IEnumerable<string> Captions => parts.Select(part => part.Caption);

    IReadOnlyList<MimeText> IDisplayable.Bundle =>
        [new(MimeTypes.Html, Html()), new(MimeTypes.Png, Convert.ToBase64String(Joined().Png.Span)), new(MimeTypes.Plain, ToString())];

    /// <returns>The captions.</returns>
    public override string ToString() => "pictures: " + string.Join(" | ", Captions);

    private string Html()
    {
        var figures = parts.Select(part =>
            $"<figure style=\"margin:0;flex:1 1 {Math.Min(part.Canvas.Width, 120)}px;max-width:max({part.Canvas.Width}px,6em);text-align:center\">"
            + part.Canvas.ToPicture(part.Caption).Html
            + $"<figcaption style=\"font-size:.85em;opacity:.8\">{WebUtility.HtmlEncode(part.Caption)}</figcaption></figure>");
        return $"<div style=\"display:flex;flex-wrap:wrap;gap:{Gap}px;align-items:flex-end;margin:.4em 0\">{string.Concat(figures)}</div>";
    }

    /// <summary>One picture of all, without the captions, for whoever shows no HTML.</summary>
    private Picture Joined()
    {
        var canvas = new PixelCanvas(parts.Sum(part => part.Canvas.Width + Gap) - Gap, parts.Max(part => part.Canvas.Height));
        var left = 0;
        foreach (var (_, part) in parts)
        {
            canvas.Draw(part, left, canvas.Height - part.Height);
            left += part.Width + Gap;
        }
        return canvas.ToPicture(ToString());
    }
}
