using CourseKit.Plots;
using SkiaSharp;

namespace CourseKit.Tests.Plots;

/// <summary>What a graphics library reads is what was written, pixel by pixel, whichever way the pixels are stored.</summary>
public sealed class PngFileTests
{
    private const int Grey = 0, Colour = 2;

    [Theory]
    [InlineData(256, true)] // every grey and no gap
    [InlineData(255, false)] // a gap, and one grey left to stand for it
    public void Greys_take_one_byte(int greys, bool opaque) =>
        AssertReads(Grey, opaque, [.. Enumerable.Range(0, greys).Select(grey => new SKColor((byte)grey, (byte)grey, (byte)grey))]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Colours_take_three_bytes(bool opaque)
    {
        // The colours that would stand for a gap first are there.
        AssertReads(Colour, opaque, [.. Enumerable.Range(0, 700).Select(blue => new SKColor(0, (byte)(blue >> 8), (byte)blue))]);
        AssertReads(Colour, opaque, [SKColors.Magenta, SKColors.White, SKColors.Black]);
    }

    [Fact]
    public void Where_all_greys_and_a_gap_are_there_the_rarest_becomes_its_neighbour()
    {
        var canvas = new PixelCanvas(256, 4);
        for (var pixel = 0; pixel < 3 * 256; pixel++)
        {
            var grey = (byte)(pixel is 0 or 256 ? 200 : pixel);
            canvas.FillSquare(pixel % 256, pixel / 256, 1, grey, grey, grey);
        }
        using var read = SKBitmap.Decode(canvas.ToPicture("").Png.ToArray());
        Assert.Equal(new SKColor(1, 1, 1), read.GetPixel(0, 2));
        Assert.Equal(new SKColor(200, 200, 200), read.GetPixel(0, 1));
        Assert.Equal(new SKColor(1, 1, 1), read.GetPixel(1, 1));
        Assert.Equal(0, read.GetPixel(0, 3).Alpha);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_picture_reads_the_same_small_and_enlarged(int scale)
    {
        var random = new Random(2);
        var canvas = new PixelCanvas(20 * scale, 20 * scale);
        var colours = Enumerable.Range(0, 400).Select(_ => (byte)random.Next(256)).ToArray();
        for (var i = 0; i < 400; i++)
            canvas.FillSquare(i % 20 * scale, i / 20 * scale, scale, colours[i], 7, (byte)(i / 2));
        using var read = SKBitmap.Decode(canvas.ToPicture("").Png.ToArray());
        for (var i = 0; i < 400 * scale * scale; i++)
        {
            var (x, y) = (i % (20 * scale), i / (20 * scale));
            var place = y / scale * 20 + x / scale;
            Assert.Equal(new SKColor(colours[place], 7, (byte)(place / 2)), read.GetPixel(x, y));
        }
    }

    [Fact]
    public void A_picture_may_be_one_pixel_or_nothing_but_a_gap()
    {
        AssertReads(Grey, opaque: true, SKColors.White);
        AssertReads(Grey, opaque: false);
    }

    [Fact]
    public void Even_grey_noise_is_a_quarter_smaller_than_what_the_graphics_library_writes()
    {
        var random = new Random(1);
        var canvas = new PixelCanvas(148, 148);
        for (var tile = 0; tile < 25; tile++)
        {
            for (var pixel = 0; pixel < 28 * 28; pixel++)
            {
                var grey = (byte)Math.Max(0, random.Next(-500, 256));
                canvas.FillSquare(30 * (tile % 5) + pixel % 28, 30 * (tile / 5) + pixel / 28, 1, grey, grey, grey);
            }
        }
        using var image = SKImage.FromPixelCopy(new SKImageInfo(148, 148, SKColorType.Rgba8888, SKAlphaType.Unpremul), canvas.Bytes);
        using var theirs = image.Encode(SKEncodedImageFormat.Png, 100);
        Assert.InRange(canvas.ToPicture("").Png.Length, 1, theirs.Size * 3 / 4);
    }

    // One row of the colours, and above it, if it is not all opaque, a transparent row.
    private static void AssertReads(int kind, bool opaque, params SKColor[] colours)
    {
        var width = Math.Max(1, colours.Length);
        var gap = opaque ? 0 : 1;
        var canvas = new PixelCanvas(width, gap + Math.Min(1, colours.Length));
        foreach (var (x, colour) in colours.Index())
            canvas.FillSquare(x, gap, 1, colour.Red, colour.Green, colour.Blue);
        var png = canvas.ToPicture("").Png.ToArray();
        Assert.Equal(kind, png[25]);
        using var read = SKBitmap.Decode(png);
        Assert.Equal((canvas.Width, canvas.Height), (read.Width, read.Height));
        for (var x = 0; x < width; x++)
        {
            if (!opaque)
                Assert.Equal(0, read.GetPixel(x, 0).Alpha);
            if (x < colours.Length)
                Assert.Equal(colours[x], read.GetPixel(x, gap));
        }
    }
}
