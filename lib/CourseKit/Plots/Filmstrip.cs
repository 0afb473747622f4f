using System.Globalization;
using CourseKit.Display;
using SkiaSharp;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// Shows what a generator makes of the same latent vectors while it learns. There is one block of images for each snapshot. If the page runs
/// scripts, a block with a slider over the updates is above these blocks.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Png, MimeTypes.Plain])]
public sealed class Filmstrip : IDisplayable
{
    internal const int TileWidth = 32;

    // The frames lie one below the other in one picture, because a frame is often much like the one before. Browsers draw no pictures of any height.
    private const int HighestSprite = 8000;

    // Of the film as WebP, up to 100. Beside the exact film, faces of 16 pixels look the same at 35; at 15 they are blurred.
    private const int Quality = 35;

    private readonly PictureRow strip;
    private readonly IReadOnlyList<(long Update, PixelCanvas Canvas)> film;

    private Filmstrip(PictureRow strip, IReadOnlyList<(long Update, PixelCanvas Canvas)> film) => (this.strip, this.film) = (strip, film);

    /// <summary>Draws the snapshots in the order given, each captioned with its number of updates.</summary>
    /// <param name="snapshots">The number of updates and the images at that moment, as for <see cref="ImageGrid.Of"/>.</param>
    /// <param name="columns">Tiles in a row of each block; 0 makes the blocks about square.</param>
    /// <param name="live">The live view of the training, if there was one. The slider then goes over all pictures of the live view instead of the
    /// snapshots.</param>
    /// <exception cref="ArgumentException">There are no snapshots, or a tensor is not a batch of images.</exception>
    public static Filmstrip Of(IReadOnlyList<(long Update, Tensor Images)> snapshots, int columns = 0, LiveTraining? live = null)
    {
        var strip = PictureRow.Of(columns, TileWidth, [.. snapshots.Select(shot => (Caption(shot.Update), shot.Images))]);
        return new(strip, live is { Film.Count: > 0 } ? live.Film : [.. snapshots.Select(shot => (shot.Update, ImageGrid.Draw(shot.Images, columns, 0, TileWidth)))]);
    }

    /// <summary>The captions of the snapshots, from the left.</summary>
    public IEnumerable<string> Captions => strip.Captions;

    /// <summary>The pictures of the slider.</summary>
    internal IReadOnlyList<(long Update, PixelCanvas Canvas)> Film => film;

    IReadOnlyList<MimeText> IDisplayable.Bundle
    {
        get
        {
            var row = ((IDisplayable)strip).Bundle;
            return [new(MimeTypes.Html, Player() + row[0].Text), row[1], row[2]];
        }
    }

    /// <returns>The captions.</returns>
    public override string ToString() => strip.ToString();

    private string Player()
    {
        if (film.Count < 2)
            return "";
        var (width, height) = (film.Max(frame => frame.Canvas.Width), film.Max(frame => frame.Canvas.Height));
        var rows = Math.Clamp(HighestSprite / height, 1, film.Count);
        var sprite = new PixelCanvas((film.Count + rows - 1) / rows * width, rows * height);
        foreach (var (index, frame) in film.Index())
            sprite.Draw(frame.Canvas, index / rows * width, index % rows * height);
        return PageScript.Html(nameof(Filmstrip), new
        {
            width,
            height,
            rows,
            captions = film.Select(frame => Caption(frame.Update)),
            film = DataUri(sprite),
        }, "");
    }

    // A film of a training has a thousand pictures. As WebP, which is not exact, they take little more than a third of what they take as PNG. The format has
    // half as many rows and columns of colour as of light, so a picture of few pixels must be enlarged to keep its colours; its tiles are.
    private static string DataUri(PixelCanvas sprite)
    {
        var png = sprite.ToPicture("").Png.Span;
        using var image = SKImage.FromPixelCopy(new SKImageInfo(sprite.Width, sprite.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul), sprite.Bytes);
        using var webp = image.Encode(SKEncodedImageFormat.Webp, Quality);
        return webp.Size < png.Length ? $"data:image/webp;base64,{Convert.ToBase64String(webp.AsSpan())}" : $"data:image/png;base64,{Convert.ToBase64String(png)}";
    }

    private static string Caption(long update) => string.Create(CultureInfo.InvariantCulture, $"update {update:N0}");
}
