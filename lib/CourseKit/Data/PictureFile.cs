using CourseKit.Display;
using SkiaSharp;

namespace CourseKit.Data;

/// <summary>Reads one picture of the user's own.</summary>
internal static class PictureFile
{
    private const long MostPixels = 100_000_000;  // otherwise a file of a few kilobytes could make us allocate gigabytes

    /// <summary>Reads the central square, scaled to size x size pixels, in [-1, 1]. Grey or (3, size, size), as long as the span is.</summary>
    /// <exception cref="DataFormatException">The file cannot be read, is no picture, or too large.</exception>
    public static void Read(string file, int size, Span<float> values)
    {
        using var square = Square(file, Content(file), size);
        var pixels = square.GetPixelSpan();  // (size, size, red green blue alpha)
        var area = size * size;
        for (var i = 0; i < area; i++)
        {
            var (red, green, blue) = (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]);
            if (values.Length == area)
                values[i] = (((.299f * red) + (.587f * green) + (.114f * blue)) / 127.5f) - 1;  // luma weights of ITU-R BT.601
            else
                (values[i], values[i + area], values[i + (2 * area)]) = ((red / 127.5f) - 1, (green / 127.5f) - 1, (blue / 127.5f) - 1);
        }
    }

    private static byte[] Content(string file)
    {
        try
        {
            var target = new FileInfo(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file);
            if (!target.Exists)
                throw Unreadable(file, $"a link to {target.FullName}, which is not there");
            // A pipe or a device has no length, too. Reading one might never end.
            return target.Length > 0 ? File.ReadAllBytes(file) : throw Unreadable(file, "an empty file");
        }
        catch (UnauthorizedAccessException error)
        {
            throw Unreadable(file, "no permission to read it", error);
        }
        catch (IOException error)
        {
            throw Unreadable(file, error.Message.TrimEnd('.'), error);
        }
    }

    private static SKBitmap Square(string file, byte[] content, int size)
    {
        using var data = SKData.CreateCopy(content);
        using var codec = SKCodec.Create(data);
        if (codec is null)
        {
            var kind = ContentText.Of(content) ?? "an unknown format";
            throw Unreadable(file, kind.EndsWith("picture", StringComparison.Ordinal) ? $"{kind} that is damaged or of a kind that is not read here" : kind);
        }
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels)
            throw new DataFormatException(file, "size", $"{width} x {height} pixels", $"at most {MostPixels} pixels", "Make it smaller, or take it away.");
        using var picture = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        var result = codec.GetPixels(picture.Info, picture.GetPixels());
        if (result != SKCodecResult.Success)
            throw Unreadable(file, result == SKCodecResult.IncompleteInput ? "a picture that is cut off" : $"a damaged picture ({result})");

        var square = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(square);
        canvas.Clear(SKColors.White);
        // A camera stores a picture as its sensor saw it. The EXIF orientation says which sides to swap, after which sides were mirrored.
        var origin = codec.EncodedFormat == SKEncodedImageFormat.Png ? PngOrigin(content) : codec.EncodedOrigin;
        var mirrorX = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var mirrorY = origin is SKEncodedOrigin.BottomLeft or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.RightTop;
        if (origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom)
            canvas.SetMatrix(new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1));
        canvas.Scale(mirrorX ? -1 : 1, mirrorY ? -1 : 1, size / 2f, size / 2f);
        var side = Math.Min(width, height);
        // Where the picture's length minus its breadth is odd, the smaller half is cut off from the left and the top as they are seen.
        var (left, top) = ((width - side + (mirrorX ? 1 : 0)) / 2, (height - side + (mirrorY ? 1 : 0)) / 2);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.High };
        canvas.DrawBitmap(picture, SKRect.Create(left, top, side, side), SKRect.Create(size, size), paint);
        return square;
    }

    // Skia reads the orientation of JPEG and WebP, but not of PNG. EXIF is an entry among others there: tag 0x0112, type 3, count 1, the value.
    private static SKEncodedOrigin PngOrigin(ReadOnlySpan<byte> png)
    {
        var exif = png.IndexOf("eXIf"u8) is > 0 and var at ? png[at..] : [];
        byte[] big = [1, 0x12, 0, 3, 0, 0, 0, 1, 0], little = [0x12, 1, 3, 0, 1, 0, 0, 0];
        var value = exif.IndexOf(big) is >= 0 and var first ? exif[(first + big.Length)..]
            : exif.IndexOf(little) is >= 0 and var second ? exif[(second + little.Length)..] : [];
        return value is [>= 1 and <= 8 and var orientation, ..] ? (SKEncodedOrigin)orientation : SKEncodedOrigin.TopLeft;
    }

    private static DataFormatException Unreadable(string file, string found, Exception? inner = null) =>
        new(file, "picture", found, "a complete png, jpg or webp file", "Replace it, or take it away.", inner);
}
