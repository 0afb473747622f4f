namespace CourseKit.Plots;

/// <summary>Writes "UPDATE 5000" into a picture. SkiaSharp would need a font of the machine, and each machine has others.</summary>
internal static class PixelText
{
    private const int GlyphWidth = 3;
    private const string Characters = "0123456789UPDATE";

    /// <summary>Height of a line, in pixels of a character.</summary>
    public const int Height = 5;

    /// <summary>Width of a line, in pixels of a character.</summary>
    public static int WidthOf(string text) => text.Length * (GlyphWidth + 1);

    private static readonly string[] Rows =
    [
        "### .#. ### ### #.# ### ### ### ### ### #.# ##. ##. .#. ### ###",
        "#.# ##. ..# ..# #.# #.. #.. ..# #.# #.# #.# #.# #.# #.# .#. #..",
        "#.# .#. ### .## ### ### ### .#. ### ### #.# ##. #.# ### .#. ##.",
        "#.# .#. #.. ..# ..# ..# #.# .#. #.# ..# #.# #.. #.# #.# .#. #..",
        "### ### ### ### ..# ### ### .#. ### ### ### #.. ##. #.# .#. ###",
    ];

    /// <summary>Draws a line in grey. Other characters than these are blanks.</summary>
    /// <param name="canvas">What is drawn on; it must be large enough.</param>
    /// <param name="text">The line.</param>
    /// <param name="left">Its left edge.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="scale">Pixels of the canvas for one of a character.</param>
    /// <param name="grey">0 black, 255 white.</param>
    public static void Draw(PixelCanvas canvas, string text, int left, int top, int scale, byte grey)
    {
        foreach (var (place, character) in text.Index())
        {
            var glyph = Characters.IndexOf(character, StringComparison.Ordinal);
            for (var pixel = 0; glyph >= 0 && pixel < GlyphWidth * Height; pixel++)
            {
                var (x, y) = (pixel % GlyphWidth, pixel / GlyphWidth);
                if (Rows[y][(glyph * (GlyphWidth + 1)) + x] == '#')
                    canvas.FillSquare(left + (((place * (GlyphWidth + 1)) + x) * scale), top + (y * scale), scale, grey, grey, grey);
            }
        }
    }
}
