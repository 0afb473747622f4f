namespace CourseKit.Data;

/// <summary>A handwritten '1', reduced to what can vary: one straight stroke with round ends.</summary>
/// <param name="Tilt">Degrees from upright, in [-40, 40]; above 0 it leans to the right, as an italic does.</param>
/// <param name="X">How far right of the picture's middle its own middle lies, in pixels, in [-1.75, 1.75].</param>
/// <param name="Y">How far below, in pixels, in [-1.75, 1.75].</param>
/// <param name="Thickness">Width of the stroke in pixels, in [2.5, 3.5].</param>
public readonly record struct TiltedOne(double Tilt, double X = 0, double Y = 0, double Thickness = 3)
{
    private const double HalfLength = 9.5;

    /// <summary>How much of a pixel is ink, in [0, 1]: full inside the stroke, falling to none across one pixel at its edge.</summary>
    /// <param name="x">Right of the picture's middle, in pixels, of the pixel's centre.</param>
    /// <param name="y">Below it.</param>
    internal double Ink(double x, double y)
    {
        var (sine, cosine) = Math.SinCos(Tilt * Math.PI / 180);
        var (right, up) = (x - X, Y - y);
        var along = Math.Clamp(right * sine + up * cosine, -HalfLength, HalfLength);
        var distance = double.Hypot(right - along * sine, up - along * cosine);
        return Math.Clamp(Thickness / 2 + 0.5 - distance, 0, 1);
    }
}
