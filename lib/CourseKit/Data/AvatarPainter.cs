using static CourseKit.Data.AvatarPalette;

namespace CourseKit.Data;

/// <summary>
/// Draws an avatar without antialiasing: each pixel takes the colour at its centre. Distances are in sixteenths of the picture's side.
/// u is the distance from the nearer side edge (0..8), so the right half mirrors the left half. v is the distance from the top (0..16).
/// </summary>
internal static class AvatarPainter
{
    private static readonly Rgb White = new(255, 255, 255), Lash = new(40, 28, 44), Lips = new(200, 60, 80), Tongue = new(250, 130, 140);

    public static Rgb At(in AvatarAttributes avatar, double u, double v)
    {
        var (skin, hair) = (Skin[(int)avatar.Skin], Hair[(int)avatar.Hair]);
        return Eye(avatar.Eyes, u, v)
            ?? Mouth(avatar.Mouth, u, v)
            ?? Fringe(avatar.Style, hair, u, v)
            ?? Face(skin, u, v)
            ?? BackHair(avatar.Style, hair, u, v)
            ?? Shoulders(skin, u, v)
            ?? AvatarPalette.Backdrop[(int)avatar.Backdrop];
    }

    // From top to bottom: lash, a row with highlight and pupil, iris. The iris has the pure colour, because AvatarReader reads eye colours there.
    private static Rgb? Eye(EyeColour colour, double u, double v) =>
        Box(u, v, 3, 6, 6, 7) ? Lash
        : Box(u, v, 4, 7, 5, 8) ? White
        : Box(u, v, 5, 7, 6, 8) ? Eyes[(int)colour].Shaded(.45)
        : Box(u, v, 4, 8, 6, 10) ? Eyes[(int)colour]
        : null;

    private static Rgb? Mouth(MouthShape mouth, double u, double v) => mouth switch
    {
        MouthShape.Smile => Box(u, v, 6, 11, 7, 12) || Box(u, v, 7, 12, 8, 13) ? Lips : null,
        MouthShape.Open => Box(u, v, 6, 11, 8, 12) ? Lips : Box(u, v, 7, 12, 8, 13) ? Tongue : null,
        _ => Box(u, v, 7, 12, 8, 13) ? Lips : null,
    };

    private static Rgb? Fringe(HairStyle style, Rgb hair, double u, double v)
    {
        var edge = style switch  // how far down the hair falls over the face
        {
            HairStyle.Bob => u < 4 ? 10 : 5.6,
            HairStyle.Flowing => u < 3.4 ? 16 : 3.6 + ((8 - u) * .6),
            HairStyle.Pigtails => u < 3.4 ? 7 : u > 7 ? 3.6 : 5.6,
            _ => u < 3 ? 6.6 : 4.4 + (u % 2),
        };
        var isHair = v < edge && (style == HairStyle.Spikes ? Spiky(u, v) : Ellipse(u, v, 8, 7.4, 6.2, 6.6));
        var isShine = style != HairStyle.Spikes && v is > 2.2 and < 3.4 && u is > 4 and < 7;
        return !isHair ? null : isShine ? Light(hair) : hair;
    }

    private static Rgb? Face(Rgb skin, double u, double v) =>
        !Ellipse(u, v, 8, 8.6, 5.2, 5.4) ? null
        : Box(u, v, 3, 10, 5, 11) ? new Rgb((byte)Math.Min(255, skin.Red + 12), (byte)(skin.Green * .76), (byte)(skin.Blue * .82))
        : skin;

    private static Rgb? BackHair(HairStyle style, Rgb hair, double u, double v) => style switch
    {
        HairStyle.Bob => Ellipse(u, v, 8, 7.4, 6.6, 6.4) && v < 13 ? hair.Shaded(.8) : null,
        HairStyle.Flowing => Ellipse(u, v, 8, 7.4, 6.6, 6.4) || (u > 1.8 && u < 5 && v > 7) ? hair.Shaded(.8) : null,
        HairStyle.Pigtails => Ellipse(u, v, 1.4, 9, 1.6, 4.4) ? hair.Shaded(.8) : null,
        _ => v < 7.6 && Spiky(u, v) ? hair.Shaded(.8) : null,
    };

    private static Rgb? Shoulders(Rgb skin, double u, double v) =>
        Box(u, v, 6, 13, 8, 15) ? skin.Shaded(.86) : v > 14 && Ellipse(u, v, 8, 17, 6, 3) ? White : null;

    private static bool Spiky(double u, double v) => v > 3.2 - (1.5 * (u % 2)) && Ellipse(u, v, 8, 7.4, 6.6, 7);

    private static Rgb Light(Rgb colour) =>
        new((byte)((colour.Red + 255) / 2), (byte)((colour.Green + 255) / 2), (byte)((colour.Blue + 255) / 2));

    private static bool Box(double u, double v, double left, double top, double right, double bottom) =>
        u >= left && u < right && v >= top && v < bottom;

    private static bool Ellipse(double u, double v, double x, double y, double width, double height) =>
        ((u - x) * (u - x) / (width * width)) + ((v - y) * (v - y) / (height * height)) <= 1;
}
