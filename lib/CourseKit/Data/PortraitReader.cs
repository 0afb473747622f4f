using System.Runtime.InteropServices;
using CourseKit.Display;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>Reads pictures, usually generated ones, as portraits: eye colours, and the real portrait that a picture resembles.</summary>
public static class PortraitReader
{
    private const int Side = 32;  // pictures are compared at 32 pixels, because a hundred comparisons a picture take long at 64

    // The lower half of each iris.
    private static readonly PixelBox Left = new(10, 17, 2), Right = new(20, 17, 2);

    /// <summary>Reads each picture. The result has one reading for each picture, in the same order. A picture takes about 3 ms.</summary>
    /// <param name="images">float32, about [-1, 1], shape (N, 3, S, S) with S one of <see cref="Portraits.Sizes"/>; left unchanged.</param>
    /// <exception cref="DataFormatException">The type or shape is wrong.</exception>
    public static IReadOnlyList<PortraitReading> Read(Tensor images)
    {
        NativeBackend.Load();
        AvatarReader.CheckPictures(images, "portraits", Portraits.Sizes);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var painter = new PortraitPainter(Side);
        var pictures = nn.functional.adaptive_avg_pool2d(images.detach().cpu(), [Side, Side]).contiguous();  // (N, 3, 32, 32)
        var readings = new PortraitReading[images.shape[0]];
        for (var i = 0; i < readings.Length; i++)
        {
            NotebookHost.ThrowIfStopped();
            using var one = pictures.narrow(0, i, 1);
            var picture = MemoryMarshal.Cast<byte, float>(one.bytes);
            var (left, leftDistance) = AvatarReader.ReadIris(picture, Side, Left, PortraitPainter.Eyes);
            var (right, rightDistance) = AvatarReader.ReadIris(picture, Side, Right, PortraitPainter.Eyes);
            var (nearest, distance) = Nearest(picture, painter, left);
            readings[i] = new(left, right, leftDistance, rightDistance, nearest, distance);
        }
        return readings;
    }

    // From the first portrait on, each part in turn takes the value that fits best, until none changes any more.
    private static (Portrait Nearest, double Distance) Nearest(ReadOnlySpan<float> picture, PortraitPainter painter, int eyes)
    {
        var best = new int[Portrait.Counts.Count];
        best[3] = eyes;
        var least = Distance(picture, painter.Paint(Portrait.Of(best)));
        for (var unchanged = 0; unchanged < best.Length;)
        {
            for (var part = best.Length - 1; part >= 0 && unchanged < best.Length; part--)
            {
                unchanged++;
                int[] tried = [.. best];
                for (tried[part] = 0; tried[part] < Portrait.Counts[part]; tried[part]++)
                {
                    if (tried[part] == best[part] || Distance(picture, painter.Paint(Portrait.Of(tried))) is var distance && distance >= least)
                        continue;
                    (least, best[part], unchanged) = (distance, tried[part], 0);
                }
            }
        }
        return (Portrait.Of(best), Math.Sqrt(least));
    }

    // The mean square difference.
    private static double Distance(ReadOnlySpan<float> picture, ReadOnlySpan<byte> pixels)
    {
        var sum = 0f;
        for (var i = 0; i < Side * Side; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                var difference = picture[(c * Side * Side) + i] - ((pixels[(4 * i) + c] / 127.5f) - 1);
                sum += difference * difference;
            }
        }
        return sum / picture.Length;
    }
}
