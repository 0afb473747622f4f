using CourseKit.Display;
using CourseKit.Plots;
using SkiaSharp;

namespace CourseKit.Tests.Plots;

/// <summary>What a graphics library reads is what was written, pixel by pixel, whichever way the pixels are stored and filtered.</summary>
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

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Smooth_greys_and_colours_are_half_as_large_as_noise_of_the_same_levels_and_read_the_same(int channels)
    {
        var random = new Random(3);
        PixelCanvas smooth = new(101, 100), noise = new(101, 100);
        for (var pixel = 0; pixel < 10_000; pixel++)
        {
            var (x, y) = (pixel % 100, pixel / 100);
            var level = (byte)(128 + 100 * Math.Sin(x / 9.0) * Math.Cos(y / 13.0));
            var other = channels == 1 ? level : (byte)(255 - level / 2);
            smooth.FillSquare(x, y, 1, level, other, level);
            var (grey, blue) = ((byte)random.Next(28, 229), (byte)random.Next(28, 229));
            noise.FillSquare(x, y, 1, grey, channels == 1 ? grey : blue, grey);
        }
        var png = smooth.ToPicture("").Png;
        Assert.InRange(png.Length, 1, noise.ToPicture("").Png.Length / 2);
        using var read = SKBitmap.Decode(png.ToArray());
        for (var pixel = 0; pixel < 101 * 100; pixel++)
        {
            var (x, y) = (pixel % 101, pixel / 101);
            var expected = smooth.Bytes.Slice(4 * pixel, 4);
            if (x == 100)
                Assert.Equal(0, read.GetPixel(x, y).Alpha);
            else
                Assert.Equal(new SKColor(expected[0], expected[1], expected[2]), read.GetPixel(x, y));
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(200)]
    public void In_a_notebook_a_large_picture_is_coarser_and_the_file_of_its_own_is_exact(int side)
    {
        var random = new Random(1);
        var canvas = new PixelCanvas(side + 1, 2 * side);
        for (var pixel = 0; pixel < 2 * side * side; pixel++)
        {
            var grey = (byte)random.Next(256);
            canvas.FillSquare(pixel % side, pixel / side, 1, grey, (byte)(grey / 2), grey);
        }
        var picture = canvas.ToPicture("noise");
        var bundle = ((IDisplayable)picture).Bundle;
        var html = bundle[0].Text.Split("base64,")[1].Split('"')[0];
        Assert.Equal(0, Off(picture.Png.ToArray()));
        Assert.InRange(Off(Convert.FromBase64String(html)), 1, 4);
        Assert.InRange(Off(Convert.FromBase64String(bundle[1].Text)), 5, 8);
        Assert.InRange(html.Length, 1, picture.Png.Length);
        Assert.InRange(bundle[1].Text.Length, 1, html.Length);

        int Off(byte[] png)
        {
            using var read = SKBitmap.Decode(png);
            var most = 0;
            for (var pixel = 0; pixel < canvas.Width * canvas.Height; pixel++)
            {
                var found = read.GetPixel(pixel % canvas.Width, pixel / canvas.Width);
                var exact = canvas.Bytes.Slice(4 * pixel, 4);
                Assert.Equal(exact[3], found.Alpha);
                if (exact[3] > 0)
                    most = Math.Max(most, Math.Max(Math.Abs(found.Red - exact[0]), Math.Abs(found.Green - exact[1])));
            }
            return most;
        }
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
