using System.Runtime.InteropServices;
using CourseKit.Display;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>A box of pixels: columns Left to Left + Side - 1, rows Top to Top + Side - 1.</summary>
/// <param name="Left">The first column, counted from 0.</param>
/// <param name="Top">The first row, counted from 0.</param>
/// <param name="Side">Width and height.</param>
public readonly record struct PixelBox(int Left, int Top, int Side);

/// <summary>
/// Reads pictures, usually generated ones, as avatars. Finds eye colours, symmetry, and the real avatar that a picture resembles most.
/// </summary>
public static class AvatarReader
{
    /// <summary>
    /// The places of the two irises. Only iris pixels show the pure eye colour. In a 16x16 picture, an iris has 2x2 pixels, at columns 4 and 10,
    /// row 8; in a 24x24 picture 3x3 pixels, at columns 6 and 15, row 12; in a 32x32 picture 4x4 pixels, at columns 8 and 20, row 16.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one of <see cref="Avatars.Sizes"/>.</exception>
    public static (PixelBox Left, PixelBox Right) Irises(int size)
    {
        Avatars.CheckSize(size);
        var side = size / 8;
        return (new(2 * side, 4 * side, side), new(5 * side, 4 * side, side));
    }

    /// <summary>Reads each picture. The result has one reading for each picture, in the same order.</summary>
    /// <param name="images">float32, about [-1, 1], shape (N, 3, S, S) with S one of <see cref="Avatars.Sizes"/>; left unchanged.</param>
    /// <exception cref="DataFormatException">The type or shape is wrong.</exception>
    public static IReadOnlyList<AvatarReading> Read(Tensor images)
    {
        NativeBackend.Load();
        CheckPictures(images, "avatars", Avatars.Sizes);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (nearest, distances) = Nearest(images.detach());
        var pictures = images.detach().cpu().contiguous();
        var values = MemoryMarshal.Cast<byte, float>(pictures.bytes);
        var size = (int)images.shape[2];
        var (left, right) = Irises(size);
        var readings = new AvatarReading[images.shape[0]];
        for (var i = 0; i < readings.Length; i++)
        {
            var picture = values.Slice(i * 3 * size * size, 3 * size * size);
            var (leftEye, leftDistance) = ReadIris(picture, size, left, AvatarPalette.Eyes);
            var (rightEye, rightDistance) = ReadIris(picture, size, right, AvatarPalette.Eyes);
            readings[i] = new((EyeColour)leftEye, (EyeColour)rightEye, leftDistance, rightDistance, Asymmetry(picture, size),
                AvatarAttributes.FromIndex((int)nearest[i]), distances[i]);
        }
        return readings;
    }

    /// <exception cref="DataFormatException">The pictures are not float32, or no squares of colour of one of the sizes.</exception>
    internal static void CheckPictures(Tensor images, string faces, IReadOnlyList<int> sizes)
    {
        if (images.dtype != ScalarType.Float32 || images.dim() != 4 || images.shape[1] != 3 || images.shape[2] != images.shape[3] || !sizes.Contains((int)images.shape[2]))
        {
            throw new DataFormatException($"pictures to read as {faces}", "type and shape", $"{images.dtype} {ShapeText.Of(images)}",
                $"Float32 (N, 3, S, S) with S one of {string.Join(", ", sizes)}", $"Pass what the generator for {faces} made.");
        }
    }

    /// <summary>The colour of a palette that is nearest to the mean colour of a box, and the mean distance of the box's pixels from it.</summary>
    internal static (int Colour, double Distance) ReadIris(ReadOnlySpan<float> picture, int size, PixelBox box, IReadOnlyList<Rgb> palette)
    {
        var (red, green, blue) = (0.0, 0.0, 0.0);
        var pixels = Pixels(picture, size, box);
        foreach (var (r, g, b) in pixels)
            (red, green, blue) = (red + r, green + g, blue + b);
        var count = pixels.Count;
        var nearest = Enumerable.Range(0, palette.Count).MinBy(eye => palette[eye].DistanceTo(red / count, green / count, blue / count));
        return (nearest, pixels.Average(pixel => palette[nearest].DistanceTo(pixel.R, pixel.G, pixel.B)));
    }

    // For a picture x and an avatar t, |x - t|^2 = |x|^2 - 2 x.t + |t|^2. One matrix product gives x.t for all pairs. |x|^2 is left out,
    // because it is the same for all avatars. The distance itself is computed from x - t, because the sum loses digits if x and t are alike.
    private static (long[] Nearest, float[] Distances) Nearest(Tensor pictures)
    {
        var avatars = Avatars.All((int)pictures.shape[2]).to(pictures.device).flatten(1);  // (2880, 3SS)
        var flat = pictures.flatten(1);  // (N, 3SS)
        var scores = avatars.square().sum(1) - (flat + flat).mm(avatars.t());  // (N, 2880)
        var nearest = scores.argmin(1);  // (N)
        var distances = (flat - avatars.index_select(0, nearest)).square().mean([1]).sqrt();
        return (nearest.cpu().data<long>().ToArray(), distances.cpu().data<float>().ToArray());
    }

    private static List<(float R, float G, float B)> Pixels(ReadOnlySpan<float> picture, int size, PixelBox box)
    {
        var pixels = new List<(float, float, float)>(box.Side * box.Side);
        for (var y = box.Top; y < box.Top + box.Side; y++)
        {
            for (var x = box.Left; x < box.Left + box.Side; x++)
            {
                var at = (y * size) + x;
                pixels.Add((picture[at], picture[at + (size * size)], picture[at + (2 * size * size)]));
            }
        }
        return pixels;
    }

    private static double Asymmetry(ReadOnlySpan<float> picture, int size)
    {
        var sum = 0.0;
        for (var row = 0; row < picture.Length; row += size)
        {
            for (var x = 0; x < size / 2; x++)
                sum += Math.Abs(picture[row + x] - picture[row + size - 1 - x]);
        }
        return 2 * sum / picture.Length;
    }
}
