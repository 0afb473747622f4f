namespace CourseKit.Data;

/// <summary>A colour. Each part is in 0..255.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    internal Rgb Shaded(double factor) => new((byte)(Red * factor), (byte)(Green * factor), (byte)(Blue * factor));

    /// <summary>
    /// Euclidean distance to another colour, with the parts of both colours in -1..1. Black and white are 2 * sqrt(3) = 3.46 apart.
    /// </summary>
    /// <param name="red">The other colour's red, in -1..1.</param>
    /// <param name="green">The other colour's green, in -1..1.</param>
    /// <param name="blue">The other colour's blue, in -1..1.</param>
    public double DistanceTo(double red, double green, double blue)
    {
        var (r, g, b) = ((Red / 127.5) - 1 - red, (Green / 127.5) - 1 - green, (Blue / 127.5) - 1 - blue);
        return Math.Sqrt((r * r) + (g * g) + (b * b));
    }
}

/// <summary>The colours of avatars. Each list is in the order of its enum.</summary>
public static class AvatarPalette
{
    /// <summary>The colours in the order of <see cref="SkinTone"/>.</summary>
    public static IReadOnlyList<Rgb> Skin { get; } = [new(255, 232, 214), new(246, 196, 150), new(190, 126, 82), new(118, 72, 52)];

    /// <summary>The colours in the order of <see cref="HairColour"/>.</summary>
    public static IReadOnlyList<Rgb> Hair { get; } =
        [new(44, 38, 60), new(206, 88, 34), new(250, 212, 84), new(242, 120, 172), new(48, 158, 170)];

    /// <summary>The colours in the order of <see cref="EyeColour"/>. Any two are at least 1.3 apart (<see cref="Rgb.DistanceTo"/>).</summary>
    public static IReadOnlyList<Rgb> Eyes { get; } = [new(20, 90, 240), new(20, 170, 60), new(244, 172, 0), new(220, 20, 90)];

    /// <summary>The colours in the order of <see cref="Backdrop"/>.</summary>
    public static IReadOnlyList<Rgb> Backdrop { get; } = [new(132, 202, 250), new(156, 228, 178), new(202, 172, 242)];
}
