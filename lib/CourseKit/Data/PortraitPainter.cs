using System.Collections.Concurrent;
using SkiaSharp;

namespace CourseKit.Data;

/// <summary>
/// Draws a portrait from back to front, with smooth edges. All lengths are in 64ths of the picture's side: x from left to right, y from top to bottom.
/// The face is the same on both sides; the hair and the bow may differ.
/// </summary>
internal sealed class PortraitPainter : IDisposable
{
    private static readonly SKColor[] Skins = Colours(0xFFE8D6, 0xF6C496, 0xDCA06C, 0xA86C48, 0x764834);
    private static readonly SKColor[] Hairs = Colours(0x2C263C, 0xC0501E, 0xF8CC50, 0xF076AA, 0x2E98A6);
    private static readonly SKColor[] Backdrops = Colours(0x96CEFA, 0xA6E4BC, 0xCEB4F2, 0xF6DCA2);
    private static readonly SKColor White = SKColors.White, Ink = new(0xFF2A1E30), Lips = new(0xFFC03C50), Frame = new(0xFF343040), Red = new(0xFFE03A4A);

    // The paths stand in this file and nowhere else, so there are some thirty, and they live as long as the program.
    private static readonly ConcurrentDictionary<string, SKPath> Paths = [];

    private readonly SKBitmap bitmap;
    private readonly SKCanvas canvas;
    private readonly SKPaint fill = new() { IsAntialias = true };
    private readonly SKPaint stroke = new() { IsAntialias = true, IsStroke = true, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };

    /// <summary>The colours of irises, in the order of <see cref="Portrait.EyeColours"/>.</summary>
    public static IReadOnlyList<Rgb> Eyes { get; } = [new(20, 130, 245), new(20, 165, 60), new(245, 170, 0), new(220, 20, 80), new(165, 40, 215)];

    public PortraitPainter(int size)
    {
        bitmap = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        canvas = new(bitmap);
        canvas.Scale(size / 64f);
    }

    /// <summary>Paints a portrait over the one before.</summary>
    /// <returns>(size, size, red green blue alpha), valid until the next call.</returns>
    public ReadOnlySpan<byte> Paint(Portrait portrait)
    {
        var digits = portrait.Digits;
        var (skin, hair, style, eyes) = (Skins[digits[0]], Hairs[digits[1]], digits[2], Eyes[digits[3]]);
        var (mouth, extra, backdrop) = (digits[4], digits[5], Backdrops[digits[6]]);
        canvas.Clear(backdrop);
        Ellipse(Mix(backdrop, White, .4f), 32, 31, 29, 29);
        BackHair(style, Mix(hair, Ink, .22f));
        Body(skin, Mix(backdrop, Ink, .55f));
        Head(skin);
        if (extra == 3)
            Freckles(Mix(skin, new(0xFF5A2410), .7f));
        AtBothEyes(() => Eye(eyes, Mix(hair, Ink, .4f)));
        Mouth(mouth, Mix(skin, Ink, .72f));
        Fringe(style, hair);
        if (extra is 1 or 2)
            Glasses(isRound: extra == 1);
        if (extra == 4)
            Bow();
        canvas.Flush();
        return bitmap.GetPixelSpan();
    }

    public void Dispose()
    {
        fill.Dispose();
        stroke.Dispose();
        canvas.Dispose();
        bitmap.Dispose();
    }

    private void Body(SKColor skin, SKColor shirt)
    {
        Shape(Mix(skin, Ink, .16f), "M27 46 H37 V56 H27 Z");
        Shape(shirt, "M9 64 C10 56 20 54 27 53 C29 58 35 58 37 53 C44 54 54 56 55 64 Z");
        Line(White, 1.6f, "M26 53 C28 60 36 60 38 53");
    }

    private void Head(SKColor skin)
    {
        foreach (var x in new[] { 13.5f, 50.5f })
            Ellipse(Mix(skin, Ink, .1f), x, 34, 2.8f, 4.2f);
        Shape(skin, "M14 28 C14 14 22 9 32 9 C42 9 50 14 50 28 C50 40 43 51 32 51 C21 51 14 40 14 28 Z");
        foreach (var x in new[] { 18.5f, 45.5f })
            Ellipse(Mix(skin, new(0xFFF0607A), .3f), x, 41, 3, 1.8f);
        Line(Mix(skin, Ink, .28f), 1.2f, "M31 40 C31.5 41 32.5 41 33 40");
    }

    // The lower half of the iris has the pure colour, because PortraitReader reads eye colours there.
    private void Eye(Rgb colour, SKColor brow)
    {
        var iris = new SKColor(colour.Red, colour.Green, colour.Blue);
        Ellipse(White, 0, 33, 5.6f, 6.4f);
        Ellipse(iris, 0, 33.4f, 4.2f, 5.4f);
        Ellipse(Mix(iris, Ink, .75f), 0, 31, 2.6f, 2.9f);
        Ellipse(White, -1.5f, 29.6f, 1.4f, 1.4f);
        Line(Ink, 1.8f, "M-6 30 C-4 25.4 4 25.4 6 30");
        Line(brow, 1.6f, "M-4.5 22.4 C-2 20.8 2 20.8 4.5 22.4");
    }

    private void Mouth(int mouth, SKColor line)
    {
        switch (mouth)
        {
            case 0:
                Line(line, 1.6f, "M26.5 44 C29 47.4 35 47.4 37.5 44");
                break;
            case 1:
                Shape(Mix(Lips, Ink, .5f), "M27.5 43 H36.5 C36.5 50 27.5 50 27.5 43 Z");
                Ellipse(new(0xFFF88C96), 32, 46.8f, 2.6f, 1.3f);
                break;
            case 2:
                Ellipse(Lips, 32, 45, 2.4f, 1.6f);
                break;
            case 3:
                Shape(White, "M25.5 43 H38.5 C38 48.6 26 48.6 25.5 43 Z");
                Line(line, 1.2f, "M25.5 43 H38.5 C38 48.6 26 48.6 25.5 43 Z");
                break;
            default:
                Line(line, 1.5f, "M26.5 44 C26.5 47.4 31.4 47.4 32 44.4 C32.6 47.4 37.5 47.4 37.5 44");
                break;
        }
    }

    private void BackHair(int style, SKColor hair)
    {
        switch (style)
        {
            case 0:
                Shape(hair, "M9 28 C9 12 20 5 32 5 C44 5 55 12 55 28 V44 C55 49 50 50 47 50 H17 C14 50 9 49 9 44 Z");
                break;
            case 1:
                Shape(hair, "M10 28 C10 12 20 5 32 5 C44 5 54 12 54 28 C54 40 60 46 57 58 C50 62 14 62 7 58 C4 46 10 40 10 28 Z");
                break;
            case 2:
                Shape(hair, "M13 20 C3 18 1 30 3 44 C4 50 9 50 10 44 C11 36 14 32 15 28 Z");
                Shape(hair, "M51 20 C61 18 63 30 61 44 C60 50 55 50 54 44 C53 36 50 32 49 28 Z");
                break;
            case 4:
                Ellipse(hair, 32, 6, 8, 6.5f);
                break;
            case 5:
                foreach (var (x, y) in new[] { (12f, 22f), (9, 32), (12, 41), (52, 22), (55, 32), (52, 41), (20, 12), (44, 12), (32, 9) })
                    Ellipse(hair, x, y, 8, 7.5f);
                break;
        }
    }

    private void Fringe(int style, SKColor hair)
    {
        Shape(hair, style switch
        {
            0 => "M11 36 C9 14 20 5 32 5 C44 5 55 14 53 36 H48.5 C49 30 48 25 47 21.6 H17 C16 25 15 30 15.5 36 Z",
            1 => "M11 38 C8 14 20 5 32 5 C44 5 56 14 53 38 C49 34 48 24 40 17 C36 14 34 12 33 10 C31 14 18 20 15.5 27 C14 31 13 35 11 38 Z",
            2 => "M12.5 30 C11 13 21 6 32 6 C43 6 53 13 51.5 30 C49 26 47 22 44 17 L41 21.5 L37 16 L32 21.5 L27 16 L23 21.5 L20 17 C17 22 15 26 12.5 30 Z",
            3 => "M12 30 L7 19 L14 19 L12 8 L21 11 L24 1 L32 8 L41 1 L43 11 L52 8 L50 19 L57 19 L52 30 L47 19 L43 24 L37 17 L32 24 L27 17 L21 24 L17 19 Z",
            4 => "M12.5 31 C11 13 21 6 32 6 C43 6 53 13 51.5 31 C49 24 44 15 32 14.6 C20 15 15 24 12.5 31 Z",
            5 => "M12.5 28 C12 13 21 7 32 7 C43 7 52 13 51.5 28 C50 24 49 21 46 19 C43 22 39 22 37 18 C35 22 29 22 27 18 C25 22 20 22 18 19 C15 21 14 24 12.5 28 Z",
            6 => "M12.5 31 C9 14 20 5.4 33 5.4 C46 5.4 54 14 51.5 31 C50 27 49 24 47 20 C38 23 27 21 22 13.6 C21 19 15 22 12.5 31 Z",
            _ => "M13.4 26 C13 13 22 7.4 32 7.4 C42 7.4 51 13 50.6 26 C48.6 22 48 19 46 15.6 C38 13.6 26 13.6 18 15.6 C16 19 15.4 22 13.4 26 Z",
        });
        if (style is not (3 or 5))
            Line(Mix(hair, White, .42f), 2, "M22 11.6 C26 9.2 31 8.8 35 9.4");
    }

    private void Freckles(SKColor colour)
    {
        foreach (var x in new[] { 20f, 23.4f, 26.8f, 37.2f, 40.6f, 44 })
            Ellipse(colour, x, 40.4f + (((int)x % 2) * 1.8f), 1.1f, 1.1f);
    }

    private void Glasses(bool isRound)
    {
        AtBothEyes(() => Line(Frame, 1.5f, isRound ? "M-8.4 32.6 A8.4 8.6 0 1 1 8.4 32.6 A8.4 8.6 0 1 1 -8.4 32.6 Z" : "M-8.6 24.6 H8.6 V40.6 H-8.6 Z"));
        Line(Frame, 1.5f, "M30.4 32 C31 30.8 33 30.8 33.6 32");
    }

    private void Bow()
    {
        Shape(Red, "M45 12 L36.5 6 C35.5 10 36 15 37.6 18 Z");
        Shape(Red, "M45 12 L54.5 7 C55.5 11 55 16 52.6 19 Z");
        Ellipse(Mix(Red, Ink, .3f), 45, 12.4f, 2.4f, 2.8f);
    }

    // x is then the distance from the middle of the eye.
    private void AtBothEyes(Action draw)
    {
        foreach (var x in new[] { 22f, 42f })
        {
            canvas.Save();
            canvas.Translate(x, 0);
            draw();
            canvas.Restore();
        }
    }

    private void Ellipse(SKColor colour, float x, float y, float width, float height)
    {
        fill.Color = colour;
        canvas.DrawOval(x, y, width, height, fill);
    }

    private void Shape(SKColor colour, string path)
    {
        fill.Color = colour;
        canvas.DrawPath(Parsed(path), fill);
    }

    private void Line(SKColor colour, float width, string path)
    {
        (stroke.Color, stroke.StrokeWidth) = (colour, width);
        canvas.DrawPath(Parsed(path), stroke);
    }

    private static SKPath Parsed(string path) => Paths.GetOrAdd(path, SKPath.ParseSvgPathData);

    private static SKColor Mix(SKColor colour, SKColor other, float share) =>
        new(Mix(colour.Red, other.Red, share), Mix(colour.Green, other.Green, share), Mix(colour.Blue, other.Blue, share));

    private static byte Mix(byte part, byte other, float share) => (byte)(part + ((other - part) * share));

    private static SKColor[] Colours(params uint[] colours) => [.. colours.Select(colour => new SKColor(colour | 0xFF000000))];
}
