using System.Net;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>Pictures side by side, each with a caption below it. On a narrow page the pictures shrink a little, then wrap to the next line.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Png, MimeTypes.Plain])]
public sealed class PictureRow : IDisplayable
{
    private const int Gap = 16;
    private const int NarrowestColumn = 68;
    private const int WidestColumn = 320;
    private readonly IReadOnlyList<(string Caption, PixelCanvas Canvas)> parts;

    internal PictureRow(IReadOnlyList<(string Caption, PixelCanvas Canvas)> parts) => this.parts = parts;

    /// <summary>Sets grids of images side by side, e.g. real and generated images. Tiles are about 40 pixels wide in all grids.</summary>
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
        [new(MimeTypes.Html, Html()), new(MimeTypes.Png, Joined().Fallback), new(MimeTypes.Plain, ToString())];

    /// <returns>The captions.</returns>
    public override string ToString() => "pictures: " + string.Join(" | ", Captions);

    /// <summary>
    /// Sets the parts in columns of equal width. On a narrow page a column shrinks until an image pixel takes about two screen pixels. So six blocks
    /// of digits fit on a page.
    /// </summary>
    private string Html()
    {
        var column = Math.Clamp(parts.Max(part => part.Canvas.Width * 2 / Math.Max(2, part.Canvas.Scale)), NarrowestColumn, WidestColumn);
        var natural = parts.Sum(part => Math.Max(part.Canvas.Width, column) + Gap) - Gap;
        var figures = parts.Select(part => "<figure style=\"margin:0;text-align:center\">" + part.Canvas.ToPicture(part.Caption).Html
            + $"<figcaption style=\"font-size:.85em;line-height:1.35;opacity:.8\">{WebUtility.HtmlEncode(part.Caption)}</figcaption></figure>");
        return $"<div style=\"display:grid;grid-template-columns:repeat(auto-fit,minmax(min({column}px,100%),1fr));gap:{Gap}px;"
            + $"align-items:start;max-width:{natural}px;margin:.4em 0\">{string.Concat(figures)}</div>";
    }

    /// <summary>One picture of all parts, without the captions, for a viewer that shows no HTML. It is about twice as wide as it is high.</summary>
    private Picture Joined()
    {
        int width = parts.Max(part => part.Canvas.Width) + Gap, height = parts.Max(part => part.Canvas.Height) + Gap;
        var columns = Math.Clamp((int)Math.Round(Math.Sqrt(2.0 * parts.Count * height / width)), 1, parts.Count);
        var rows = (parts.Count + columns - 1) / columns;
        columns = (parts.Count + rows - 1) / rows;
        var canvas = new PixelCanvas(columns * width - Gap, rows * height - Gap);
        foreach (var (index, (_, part)) in parts.Index())
            canvas.Draw(part, index % columns * width, index / columns * height + height - Gap - part.Height);
        return canvas.ToPicture(ToString());
    }
}
