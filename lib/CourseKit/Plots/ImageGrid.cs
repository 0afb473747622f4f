using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// Draws a batch of images as tiles. Each pixel is enlarged to a square so that it can be seen. The gaps are transparent, so that the
/// picture fits a light page and a dark page. A pixel that is NaN is drawn in magenta.
/// </summary>
public static class ImageGrid
{
    /// <summary>Draws the images row by row, from the left.</summary>
    /// <param name="images">(N, C, H, W) with one channel (grey) or three (red, green, blue), or (N, H, W); values in [-1, 1]. Other values are
    /// clipped.</param>
    /// <param name="columns">Tiles in a row; 0 makes the grid about square.</param>
    /// <param name="scale">Screen pixels for one image pixel; 0 makes the tiles about 56 pixels wide.</param>
    /// <param name="altText">A text that says what the picture shows. By default it gives the number and size of the images.</param>
    /// <exception cref="ArgumentException">The tensor has another shape or no images, or columns or scale is negative.</exception>
    public static Picture Of(Tensor images, int columns = 0, int scale = 0, string? altText = null) =>
        Draw(images, columns, scale).ToPicture(altText ?? $"{images.shape[0]} images of {images.shape[^1]}x{images.shape[^2]} pixels");

    /// <summary>Draws each image with its own caption, e.g. the label or a discriminator's score.</summary>
    /// <param name="images">As for <see cref="Of"/>.</param>
    /// <param name="captions">N texts.</param>
    /// <param name="scale">As for <see cref="Of"/>.</param>
    /// <exception cref="ArgumentException">The numbers of captions and images differ, or an argument is not valid for <see cref="Of"/>.</exception>
    public static PictureRow Captioned(Tensor images, IReadOnlyList<string> captions, int scale = 0)
    {
        CheckShape(images);
        if (captions.Count != images.shape[0])
            throw new ArgumentException($"{images.shape[0]} images, but {captions.Count} captions: give one to each.", nameof(captions));
        return new([.. captions.Select((caption, i) => (caption, DrawOne(i)))]);

        PixelCanvas DrawOne(int i)
        {
            using var one = images.narrow(0, i, 1);
            return Draw(one, 1, scale);
        }
    }

    internal static PixelCanvas Draw(Tensor images, int columns, int scale, int tileWidth = 56)
    {
        CheckShape(images);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        int count = (int)images.shape[0], height = (int)images.shape[^2], width = (int)images.shape[^1];
        var channels = images.ndim == 4 ? (int)images.shape[1] : 1;
        columns = Math.Min(count, columns > 0 ? columns : (int)Math.Ceiling(Math.Sqrt(count)));
        scale = scale > 0 ? scale : Math.Max(1, (int)Math.Round((double)tileWidth / width));
        var gap = Math.Max(2, scale / 2);
        var rows = (count + columns - 1) / columns;
        var canvas = new PixelCanvas(columns * (width * scale + gap) - gap, rows * (height * scale + gap) - gap) { Scale = scale };

        using var scope = NewDisposeScope();
        var values = images.detach().to(ScalarType.Float32).cpu().contiguous().bytes;
        var pixels = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(values);
        for (var tile = 0; tile < count; tile++)
        {
            int left = tile % columns * (width * scale + gap), top = tile / columns * (height * scale + gap);
            var image = pixels.Slice(tile * channels * height * width, channels * height * width);
            for (var p = 0; p < height * width; p++)
            {
                var red = image[p];
                var (green, blue) = channels == 3 ? (image[p + height * width], image[p + 2 * height * width]) : (red, red);
                var (x, y) = (left + p % width * scale, top + p / width * scale);
                if (float.IsNaN(red + green + blue))
                    canvas.FillSquare(x, y, scale, 255, 0, 255);
                else
                    canvas.FillSquare(x, y, scale, ToByte(red), ToByte(green), ToByte(blue));
            }
        }
        return canvas;
    }

    private static byte ToByte(float value) => (byte)MathF.Round(255 * Math.Clamp((value + 1) / 2, 0, 1));

    private static void CheckShape(Tensor images)
    {
        if (images.shape is not ([> 0, > 0, > 0] or [> 0, 1 or 3, > 0, > 0]))
            throw new ArgumentException($"images has shape {ShapeText.Of(images)}; expected (N, C, H, W) "
                + "with C 1 or 3, or (N, H, W), with at least one image. A single image: image.unsqueeze(0); flat vectors: x.view(-1, 1, H, W).", nameof(images));
    }
}
