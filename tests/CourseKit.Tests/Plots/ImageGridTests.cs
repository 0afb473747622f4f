using CourseKit.Display;
using CourseKit.Native;
using CourseKit.Plots;
using SkiaSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

public sealed class ImageGridTests
{
    public ImageGridTests() => NativeBackend.Load();

    [Fact]
    public void Each_pixel_becomes_a_square_of_its_grey()
    {
        using var images = tensor(new[] { -1f, 0, 1, 5 }).reshape(1, 2, 2);
        using var bitmap = Decode(ImageGrid.Of(images, scale: 3));
        Assert.Equal((6, 6), (bitmap.Width, bitmap.Height));
        for (var x = 0; x < 6; x++)
        {
            for (var y = 0; y < 6; y++)
            {
                byte grey = (x / 3, y / 3) switch { (0, 0) => 0, (1, 0) => 128, _ => 255 };
                Assert.Equal(new SKColor(grey, grey, grey), bitmap.GetPixel(x, y));
            }
        }
    }

    [Fact]
    public void Three_channels_are_red_green_and_blue()
    {
        using var images = stack([full(2, 3, 1f), full(2, 3, -1f), full(2, 3, 0f)]).unsqueeze(0);
        using var bitmap = Decode(ImageGrid.Of(images, scale: 1));
        Assert.Equal((3, 2), (bitmap.Width, bitmap.Height));
        Assert.Equal(new SKColor(255, 0, 128), bitmap.GetPixel(2, 1));
    }

    [Fact]
    public void Tiles_lie_row_by_row_with_transparent_gaps_and_a_transparent_rest()
    {
        using var images = linspace(-1, 1, 5).view(5, 1, 1, 1).expand(5, 1, 8, 8);
        using var bitmap = Decode(ImageGrid.Of(images, columns: 3, scale: 2));
        Assert.Equal((3 * 16 + 2 * 2, 2 * 16 + 2), (bitmap.Width, bitmap.Height));
        Assert.Equal(new SKColor(0, 0, 0), bitmap.GetPixel(0, 0));
        Assert.Equal(new SKColor(128, 128, 128), bitmap.GetPixel(36, 15));
        Assert.Equal(new SKColor(191, 191, 191), bitmap.GetPixel(0, 18));
        Assert.Equal(0, bitmap.GetPixel(16, 0).Alpha);
        Assert.Equal(0, bitmap.GetPixel(0, 17).Alpha);
        Assert.Equal(0, bitmap.GetPixel(51, 33).Alpha);
    }

    [Fact]
    public void A_strided_view_is_drawn_as_it_reads()
    {
        using var images = tensor(new[] { -1f, 1, -1, 1 }).reshape(1, 2, 2).transpose(1, 2);
        using var bitmap = Decode(ImageGrid.Of(images, scale: 1));
        Assert.Equal(new SKColor(0, 0, 0), bitmap.GetPixel(1, 0));
        Assert.Equal(new SKColor(255, 255, 255), bitmap.GetPixel(0, 1));
    }

    [Fact]
    public void A_pixel_that_is_not_a_number_is_magenta()
    {
        using var images = full([1, 1, 1, 1], float.NaN);
        using var bitmap = Decode(ImageGrid.Of(images, scale: 1));
        Assert.Equal(new SKColor(255, 0, 255), bitmap.GetPixel(0, 0));
    }

    [Theory]
    [InlineData(8, 7)]
    [InlineData(16, 4)]
    [InlineData(28, 2)]
    [InlineData(128, 1)]
    public void Small_images_are_enlarged_more(int size, int scale)
    {
        using var images = zeros(1, 1, size, size);
        Assert.Equal(size * scale, ImageGrid.Of(images).Width);
    }

    [Theory]
    [InlineData(new long[] { 8, 8 })]
    [InlineData(new long[] { 0, 1, 8, 8 })]
    [InlineData(new long[] { 4, 2, 8, 8 })]
    [InlineData(new long[] { 1, 1, 1, 8, 8 })]
    public void Another_shape_is_refused_with_what_to_do(long[] shape)
    {
        using var images = zeros(shape);
        var error = Assert.Throws<ArgumentException>(() => ImageGrid.Of(images));
        Assert.Contains($"({string.Join(", ", shape)}); expected (N, C, H, W)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_displays_as_html_with_alt_text_as_png_and_as_text()
    {
        using var images = zeros(2, 1, 4, 4);
        var picture = ImageGrid.Of(images, altText: "two <black> \"squares\"");
        var bundle = ((IDisplayable)picture).Bundle;
        Assert.Equal(["text/html", "image/png", "text/plain"], bundle.Select(part => part.MimeType));
        Assert.Contains("alt=\"two &lt;black&gt; &quot;squares&quot;\"", bundle[0].Text, StringComparison.Ordinal);
        Assert.Contains("image-rendering:pixelated", bundle[0].Text, StringComparison.Ordinal);
        Assert.Contains($"data:image/png;base64,{bundle[1].Text}\"", bundle[0].Text, StringComparison.Ordinal);
        Assert.Equal(picture.Png.ToArray(), Convert.FromBase64String(bundle[1].Text));
        Assert.Equal("two <black> \"squares\"", bundle[2].Text);
    }

    [Fact]
    public void A_filmstrip_captions_each_snapshot_and_joins_them_for_png()
    {
        using var images = ones(4, 1, 8, 8);
        var strip = Filmstrip.Of([(100, images), (5000, images)], columns: 2);
        Assert.Equal(["update 100", "update 5,000"], strip.Captions);
        var bundle = ((IDisplayable)strip).Bundle;
        Assert.Contains(">update 5,000</figcaption>", bundle[0].Text, StringComparison.Ordinal);
        Assert.Contains("grid-template-columns:repeat(auto-fit,minmax(min(68px,100%),1fr))", bundle[0].Text, StringComparison.Ordinal);
        using var joined = SKBitmap.Decode(Convert.FromBase64String(bundle[1].Text));
        Assert.Equal((2 * (2 * 32 + 2) + 16, 2 * 32 + 2), (joined.Width, joined.Height));
        Assert.Equal(0, joined.GetPixel(70, 10).Alpha);
        Assert.Equal(new SKColor(255, 255, 255), joined.GetPixel(82, 0));
    }

    [Theory]
    [InlineData(8, 6, 101)] // drawn at 4 screen pixels each: may shrink to half
    [InlineData(16, 5, 168)] // drawn at 2
    [InlineData(28, 6, 178)]
    [InlineData(8, 1, 68)] // room for a caption
    public void Columns_shrink_until_a_pixel_takes_two_of_the_screen(int size, int columns, int narrowest)
    {
        using var block = ones(columns * columns, 1, size, size);
        var strip = Filmstrip.Of([(1, block), (2, block)], columns);
        Assert.Contains($"minmax(min({narrowest}px,100%),1fr)", ((IDisplayable)strip).Bundle[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_pictures_are_joined_for_png_in_rows()
    {
        using var block = ones(36, 1, 8, 8);
        var strip = Filmstrip.Of([.. Enumerable.Range(0, 5).Select(i => ((long)i, block))], columns: 6);
        using var joined = SKBitmap.Decode(Convert.FromBase64String(((IDisplayable)strip).Bundle[1].Text));
        Assert.Equal((3 * 202 + 2 * 16, 2 * 202 + 16), (joined.Width, joined.Height));
        Assert.Equal((255, 0), (joined.GetPixel(300, 300).Alpha, joined.GetPixel(500, 300).Alpha)); // the last place is empty
    }

    [Fact]
    public void Captions_must_be_as_many_as_images()
    {
        using var images = zeros(3, 1, 8, 8);
        Assert.Equal(["a", "b", "<c>"], ImageGrid.Captioned(images, ["a", "b", "<c>"]).Captions);
        var error = Assert.Throws<ArgumentException>(() => ImageGrid.Captioned(images, ["a"]));
        Assert.Contains("3 images, but 1 captions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawing_leaves_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        using var images = rand(3, 8, 8, 1).permute(0, 3, 1, 2);
        var before = scope.DisposablesCount;
        ImageGrid.Of(images);
        ImageGrid.Captioned(images, ["a", "b", "c"]);
        Assert.Equal(before, scope.DisposablesCount);
    }

    private static SKBitmap Decode(Picture picture) => SKBitmap.Decode(picture.Png.Span);
}
