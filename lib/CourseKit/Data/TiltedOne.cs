namespace CourseKit.Data;

/// <summary>A digit '1': one straight stroke with round ends. All strokes have the same length.</summary>
/// <param name="Tilt">Degrees from upright, in [-40, 40]. Above 0 the stroke leans to the right, like italic letters.</param>
/// <param name="X">Distance of the stroke's middle to the right of the picture's middle, in pixels, in [-1.75, 1.75].</param>
/// <param name="Y">Distance of the stroke's middle below the picture's middle, in pixels, in [-1.75, 1.75].</param>
/// <param name="Thickness">Width of the stroke in pixels, in [2.5, 3.5].</param>
public readonly record struct TiltedOne(double Tilt, double X = 0, double Y = 0, double Thickness = 3)
{
    private const double HalfLength = 9.5;

    /// <summary>How much of a pixel is ink, in [0, 1]. It is 1 inside the stroke and falls to 0 across one pixel at the edge.</summary>
    /// <param name="x">Distance of the pixel's centre to the right of the picture's middle, in pixels.</param>
    /// <param name="y">Distance of the pixel's centre below the picture's middle, in pixels.</param>
    internal double Ink(double x, double y)
    {
        var (sine, cosine) = Math.SinCos(Tilt * Math.PI / 180);
        var (right, up) = (x - X, Y - y);
        var along = Math.Clamp(right * sine + up * cosine, -HalfLength, HalfLength);
        var distance = double.Hypot(right - along * sine, up - along * cosine);
        return Math.Clamp(Thickness / 2 + 0.5 - distance, 0, 1);
    }
}
