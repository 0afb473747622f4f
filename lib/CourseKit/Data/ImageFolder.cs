using CourseKit.Native;
using SkiaSharp;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>A folder of the user's own pictures: png, jpg, jpeg and webp.</summary>
public static class ImageFolder
{
    private const long MostPixels = 100_000_000;  // otherwise a file of a few kilobytes could make us allocate gigabytes
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>
    /// Reads every picture, cuts out the central square and scales it. Gives float32 in [-1, 1], shape (N, channels, size, size), in the ordinal
    /// order of the paths. If the pictures are in sub-folders, the sub-folders are the classes. Hidden files and folders are left out.
    /// Transparent pixels become white.
    /// </summary>
    /// <param name="path">The folder.</param>
    /// <param name="size">The side in pixels, 4 to 1,024.</param>
    /// <param name="channels">3 for red, green and blue, 1 for grey.</param>
    /// <exception cref="DataFormatException">The folder holds no picture, a picture cannot be read or has over 100 million pixels, or pictures lie
    /// beside sub-folders with pictures.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is not in 4 to 1,024, or channels is neither 1 nor 3.</exception>
    public static ImageSet Load(string path, int size, int channels = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, 1024);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "3 for red, green and blue, 1 for grey.");
        NativeBackend.Load();
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var files = Files(path);
        var folders = files.Select(file => Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar) is [var first, _, ..] ? first : null).ToList();
        string[] classes = [.. folders.OfType<string>().Distinct()];
        if (classes.Length > 0 && folders.IndexOf(null) is >= 0 and var loose)
        {
            throw new DataFormatException(path, "place of pictures", $"{files[loose]} beside the folder {classes[0]}",
                "all pictures in sub-folders (the classes), or none", "Move the loose pictures into a sub-folder, or away.");
        }

        using var scope = NewDisposeScope();
        var images = FilledTensor.Of([files.Count, channels, size, size], values =>
        {
            var one = channels * size * size;
            for (var i = 0; i < files.Count; i++)
                Read(files[i], size, values.Slice(i * one, one));
        });
        var labels = classes.Length == 0 ? null : tensor(folders.Select(folder => (long)Array.IndexOf(classes, folder)).ToArray());
        return new ImageSet(Path.GetFileName(path), images, labels, classes, $"{files.Count} pictures of {path}");
    }

    private static List<string> Files(string path)
    {
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Where(file => !Path.GetRelativePath(path, file).Split(Path.DirectorySeparatorChar).Any(part => part.StartsWith('.')))
            .Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new DataFormatException(path, "pictures", "none",
            $"one or more files ending in {string.Join(", ", Endings)}", "Name the folder that holds them, or that holds a sub-folder for each class.");
    }

    private static void Read(string file, int size, Span<float> values)
    {
        using var square = Square(file, size);
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

    private static SKBitmap Square(string file, int size)
    {
        using var codec = SKCodec.Create(file, out var result);
        if (codec is null)
            throw Unreadable(file, $"{result}");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MostPixels)
            throw new DataFormatException(file, "size", $"{width} x {height} pixels", $"at most {MostPixels} pixels", "Make it smaller, or take it away.");
        using var picture = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        result = codec.GetPixels(picture.Info, picture.GetPixels());
        if (result != SKCodecResult.Success)
            throw Unreadable(file, $"{result}");

        var square = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(square);
        canvas.Clear(SKColors.White);
        // A camera stores a picture as its sensor saw it. The EXIF orientation says how to turn the picture. Mirrored orientations are ignored.
        var turn = codec.EncodedOrigin switch
        {
            SKEncodedOrigin.RightTop => 90,
            SKEncodedOrigin.BottomRight => 180,
            SKEncodedOrigin.LeftBottom => 270,
            _ => 0,
        };
        canvas.RotateDegrees(turn, size / 2f, size / 2f);
        var side = Math.Min(width, height);
        using var paint = new SKPaint { FilterQuality = SKFilterQuality.High };
        canvas.DrawBitmap(picture, SKRect.Create((width - side) / 2, (height - side) / 2, side, side), SKRect.Create(size, size), paint);
        return square;
    }

    private static DataFormatException Unreadable(string file, string found) =>
        new(file, "picture", found, "a complete png, jpg or webp file", "Replace it, or take it away.");
}
