using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CourseKit.Metrics;

/// <summary>The shape of a picture's ink: the ellipse that has the same second moments as the ink.</summary>
/// <param name="Angle">Degrees between the long axis and upright, in (-90, 90]. Above 0 the axis leans to the right.</param>
/// <param name="Roundness">The short axis divided by the long axis: near 0 for a line, 1 for a disc or a cross.</param>
public readonly record struct StrokeShape(double Angle, double Roundness)
{
    /// <summary>Measures each picture. A picture without ink gets angle 0 and roundness 1.</summary>
    /// <param name="images">(B, 1, H, W) or (B, H, W), values in [-1, 1]. -1 is blank.</param>
    public static StrokeShape[] Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        int height = (int)images.shape[^2], width = (int)images.shape[^1];
        var values = images.detach().to_type(ScalarType.Float32).cpu().contiguous();
        var pixels = MemoryMarshal.Cast<byte, float>(values.bytes);
        var shapes = new StrokeShape[images.shape[0]];
        for (var i = 0; i < shapes.Length; i++)
            shapes[i] = Of(pixels.Slice(i * height * width, height * width), width);
        return shapes;
    }

    /// <summary>
    /// The largest change of the angle from one picture of a path to the next, in degrees. An axis turned by 180 degrees is the same axis.
    /// </summary>
    /// <param name="path">The pictures' shapes in order, at least two.</param>
    public static double LargestJump(IEnumerable<StrokeShape> path)
    {
        StrokeShape[] stops = [.. path];
        return stops.Zip(stops.Skip(1), (from, to) => Math.Abs(Math.IEEERemainder(to.Angle - from.Angle, 180))).Max();
    }

    private static StrokeShape Of(ReadOnlySpan<float> pixels, int width)
    {
        double ink = 0, sumX = 0, sumY = 0, sumXX = 0, sumYY = 0, sumXY = 0;
        for (var p = 0; p < pixels.Length; p++)
        {
            var (x, y, weight) = (p % width, -(p / width), (pixels[p] + 1.0) / 2);
            ink += weight;
            sumX += weight * x;
            sumY += weight * y;
            sumXX += weight * x * x;
            sumYY += weight * y * y;
            sumXY += weight * x * y;
        }
        if (ink <= 0)
            return new(0, 1);
        var (meanX, meanY) = (sumX / ink, sumY / ink);
        var (xx, yy, xy) = (sumXX / ink - meanX * meanX, sumYY / ink - meanY * meanY, sumXY / ink - meanX * meanY);
        // The eigenvalues of the covariance are centre +- reach. The angle between the long axis and upright is half the angle of (yy - xx, 2 xy).
        var (centre, reach) = ((xx + yy) / 2, double.Hypot((yy - xx) / 2, xy));
        return new(Math.Atan2(2 * xy, yy - xx) * 90 / Math.PI, centre + reach <= 0 ? 1 : Math.Sqrt(Math.Max(0, centre - reach) / (centre + reach)));
    }
}
