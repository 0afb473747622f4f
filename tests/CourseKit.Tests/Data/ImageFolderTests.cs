using CourseKit.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

public sealed class ImageFolderTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Png_jpg_and_webp_are_read_in_ordinal_order_as_colours_between_minus_one_and_one()
    {
        Save(folder["b.png"], 8, 8, 255, 0, 0);
        Save(folder["B.JPG"], 8, 8, 0, 255, 0);
        Save(folder["a.webp"], 8, 8, 0, 0, 255);
        File.WriteAllText(folder["notes.txt"], "no picture");
        File.WriteAllText(folder["._b.png"], "what another system leaves behind");
        using var set = ImageFolder.Load(folder.Path, 8);
        Assert.Equal([3, 3, 8, 8], set.Images.shape);
        Assert.Null(set.Labels);
        var means = set.Images.mean([2, 3]).data<float>().ToArray();
        float[] expected = [-1, 1, -1, -1, -1, 1, 1, -1, -1];
        Assert.All(means.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, .05f));
    }

    [Fact]
    public void The_set_is_called_after_its_folder_also_where_the_path_ends_in_a_separator()
    {
        Save(folder["b.png"], 8, 8, 255, 0, 0);
        using var set = ImageFolder.Load(folder.Path + Path.DirectorySeparatorChar, 8);
        Assert.Equal(Path.GetFileName(folder.Path), set.Name);
    }

    [Fact]
    public void A_picture_of_the_size_asked_for_keeps_every_pixel()
    {
        using var split = Avatars.Load();
        using var bitmap = new SKBitmap(16, 16);
        var avatar = split.Train.Images[0].add(1f).mul(127.5f).round().to_type(ScalarType.Byte).data<byte>().ToArray();
        for (var i = 0; i < 256; i++)
            bitmap.SetPixel(i % 16, i / 16, new SKColor(avatar[i], avatar[i + 256], avatar[i + 512]));
        Write(folder["avatar.png"], bitmap, SKEncodedImageFormat.Png);
        using var set = ImageFolder.Load(folder.Path, 16);
        Assert.True(set.Images[0].allclose(split.Train.Images[0], atol: 1e-5));
    }

    [Fact]
    public void A_wide_picture_is_cut_to_its_centre_and_scaled()
    {
        using var bitmap = new SKBitmap(300, 100);
        for (var i = 0; i < 30000; i++)
            bitmap.SetPixel(i % 300, i / 300, i % 300 is >= 100 and < 200 ? SKColors.White : SKColors.Black);
        Write(folder["wide.png"], bitmap, SKEncodedImageFormat.Png);
        using var set = ImageFolder.Load(folder.Path, 16, channels: 1);
        Assert.Equal([1, 1, 16, 16], set.Images.shape);
        Assert.Equal(1, set.Images.min().item<float>(), 2);
    }

    [Fact]
    public void A_photograph_is_turned_as_its_camera_noted()
    {
        using var bitmap = new SKBitmap(64, 64);
        for (var i = 0; i < 4096; i++)
            bitmap.SetPixel(i % 64, i / 64, i % 64 < 32 ? SKColors.White : SKColors.Black);  // white on the left as stored
        Write(folder["photo.jpg"], bitmap, SKEncodedImageFormat.Jpeg);
        var jpeg = File.ReadAllBytes(folder["photo.jpg"]);
        // An EXIF segment with one entry: orientation (0x0112) = 6, the picture is to be turned clockwise by a quarter.
        byte[] exif = [0xff, 0xe1, 0, 34, .. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(folder["photo.jpg"], [.. jpeg[..2], .. exif, .. jpeg[2..]]);
        using var set = ImageFolder.Load(folder.Path, 8, channels: 1);
        Assert.True(set.Images[0, 0, 1].min().item<float>() > .9, "the top is white");
        Assert.True(set.Images[0, 0, 6].max().item<float>() < -.9, "the bottom is black");
    }

    [Fact]
    public void A_transparent_pixel_is_white()
    {
        using var bitmap = new SKBitmap(8, 8);
        bitmap.Erase(SKColors.Transparent);
        Write(folder["clear.png"], bitmap, SKEncodedImageFormat.Png);
        using var set = ImageFolder.Load(folder.Path, 8);
        Assert.Equal(1, set.Images.min().item<float>());
    }

    [Fact]
    public void Sub_folders_are_the_classes()
    {
        Save(folder["dogs/1.png"], 8, 8, 1, 1, 1);
        Save(folder["cats/2.png"], 8, 8, 2, 2, 2);
        Save(folder["cats/young/1.png"], 8, 8, 3, 3, 3);
        using var set = ImageFolder.Load(folder.Path, 8);
        Assert.Equal(["cats", "dogs"], set.ClassNames);
        Assert.Equal([0, 0, 1], set.Labels!.data<long>().ToArray());

        Save(folder["loose.png"], 8, 8, 4, 4, 4);
        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Load(folder.Path, 8));
        Assert.Contains("loose.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_pictures_is_named_with_what_was_expected()
    {
        File.WriteAllText(folder["notes.txt"], "no picture");
        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Load(folder.Path, 8));
        Assert.StartsWith(folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(".png, .jpg, .jpeg, .webp", error.Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load(folder["none"], 8));
    }

    [Theory, InlineData(0), InlineData(20), InlineData(.5)]
    public void A_picture_that_cannot_be_read_is_named(double keep)
    {
        Save(folder["a.png"], 64, 64, 9, 9, 9);
        Save(folder["b.png"], 64, 64, 9, 9, 9);
        var whole = File.ReadAllBytes(folder["b.png"]);
        File.WriteAllBytes(folder["b.png"], whole[..(int)(keep < 1 ? keep * whole.Length : keep)]);
        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Load(folder.Path, 8));
        Assert.StartsWith(folder["b.png"], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_file_that_asks_for_gigabytes_is_refused_before_it_is_decoded()
    {
        Save(folder["bomb.png"], 8, 8, 0, 0, 0);
        var png = File.ReadAllBytes(folder["bomb.png"]);
        (png[17], png[21]) = (1, 1);  // width and height + 65,536
        var crc = System.IO.Hashing.Crc32.Hash(png.AsSpan(12, 17));
        (png[29], png[30], png[31], png[32]) = (crc[3], crc[2], crc[1], crc[0]);
        File.WriteAllBytes(folder["bomb.png"], png);
        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Load(folder.Path, 8));
        Assert.Contains("65544 x 65544 pixels", error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(3, 3), InlineData(4096, 3), InlineData(16, 2)]
    public void Sizes_and_channels_out_of_range_are_refused(int size, int channels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageFolder.Load(folder.Path, size, channels));

    internal static void Save(string path, int width, int height, byte red, byte green, byte blue)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(new SKColor(red, green, blue));
        Write(path, bitmap, Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".PNG" => SKEncodedImageFormat.Png,
            ".WEBP" => SKEncodedImageFormat.Webp,
            _ => SKEncodedImageFormat.Jpeg,
        });
    }

    private static void Write(string path, SKBitmap bitmap, SKEncodedImageFormat format)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var data = bitmap.Encode(format, 100);
        File.WriteAllBytes(path, data.ToArray());
    }
}
