using System.Runtime.Versioning;
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

    // The quarters as seen (top left, top right, bottom left, bottom right) of a picture whose quarters are stored as 0, 1, 2, 3.
    public static TheoryData<string, byte, string> Orientations =>
    [
        .. from ending in new[] { "jpg", "png", "webp" }
           from seen in new (byte, string)[] { (1, "0123"), (2, "1032"), (3, "3210"), (4, "2301"), (5, "0213"), (6, "2031"), (7, "3120"), (8, "1302"), (9, "0123") }
           select (ending, seen.Item1, seen.Item2),
    ];

    [Theory, MemberData(nameof(Orientations))]
    public void A_photograph_is_turned_and_mirrored_as_its_orientation_says(string ending, byte orientation, string seen)
    {
        using var bitmap = new SKBitmap(64, 64);
        for (var i = 0; i < 4096; i++)
        {
            var grey = (byte)(85 * ((i % 64 / 32) + (2 * (i / 64 / 32))));
            bitmap.SetPixel(i % 64, i / 64, new SKColor(grey, grey, grey));
        }
        File.WriteAllBytes(folder["photo." + ending], Photograph.Oriented(bitmap, ending, orientation));
        using var set = ImageFolder.Load(folder.Path, 8, channels: 1);
        var quarters = new[] { (1, 1), (1, 6), (6, 1), (6, 6) }.Select(at => Math.Round((set.Images[0, 0, at.Item1, at.Item2].item<float>() + 1) * 1.5));
        Assert.Equal(seen, string.Concat(quarters));
    }

    [Theory, InlineData(1, 0), InlineData(2, 1), InlineData(3, 1), InlineData(4, 0), InlineData(5, 0), InlineData(6, 0), InlineData(7, 1), InlineData(8, 1)]
    public void The_central_square_of_an_odd_length_begins_at_the_pixel_where_it_would_if_the_picture_were_stored_as_seen(byte orientation, int firstColumn)
    {
        using var bitmap = new SKBitmap(9, 8);
        for (var i = 0; i < 72; i++)
            bitmap.SetPixel(i % 9, i / 9, new SKColor((byte)(20 * (i % 9)), 0, 0));
        File.WriteAllBytes(folder["photo.png"], Photograph.Oriented(bitmap, "png", orientation));
        using var set = ImageFolder.Load(folder.Path, 8);
        var columns = set.Images[0, 0].unique().output.data<float>().ToArray().Select(value => (int)Math.Round((value + 1) * 127.5 / 20));
        Assert.Equal(Enumerable.Range(firstColumn, 8), columns);
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

    [Fact]
    public void All_files_that_cannot_be_read_are_named_at_once_each_with_its_own_reason()
    {
        Save(folder["good.png"], 8, 8, 0, 0, 0);
        File.WriteAllText(folder["empty.png"], "");
        File.WriteAllText(folder["page.jpg"], "<!doctype html><title>403</title>");
        File.WriteAllText(folder["text.png"], "hello");
        File.WriteAllBytes(folder["tiff.webp"], [.. "II*\0"u8, .. new byte[50]]);
        File.CreateSymbolicLink(folder["gone.png"], folder["nowhere"]);
        File.CreateSymbolicLink(folder["round.png"], folder["round.png"]);
        File.WriteAllBytes(folder["cut.png"], File.ReadAllBytes(folder["good.png"])[..60]);
        var message = Assert.Throws<DataFormatException>(() => ImageFolder.Load(folder.Path, 8)).Message;
        Assert.StartsWith($"{folder.Path}: pictures: found 7 that cannot be read", message, StringComparison.Ordinal);
        foreach (var (file, reason) in new[] { ("empty.png", "an empty file"), ("page.jpg", "an HTML page"), ("text.png", "an unknown format"), ("tiff.webp", "a TIFF picture"),
            ("gone.png", $"a link to {folder["nowhere"]}, which is not there"), ("round.png", "Too many levels of symbolic links"), ("cut.png", "a picture that is cut off") })
            Assert.Contains($"\n  {folder[file]}: picture: found {reason}", message, StringComparison.Ordinal);
    }

    [Fact, UnsupportedOSPlatform("windows")]
    public void A_file_or_folder_without_permission_is_told_as_that_unless_the_user_may_read_everything()
    {
        Save(folder["a.png"], 8, 8, 0, 0, 0);
        Save(folder["b/b.png"], 8, 8, 0, 0, 0);
        File.Move(folder["a.png"], folder["b/a.png"]);
        foreach (var (closed, field) in new[] { ("b/a.png", "picture"), ("b", "folder") })
        {
            var before = File.GetUnixFileMode(folder[closed]);
            File.SetUnixFileMode(folder[closed], UnixFileMode.None);
            try
            {
                using var set = ImageFolder.Load(folder.Path, 8);
                Assert.True(Environment.IsPrivilegedProcess);
                Assert.Equal(2, set.Count);
            }
            catch (DataFormatException error)
            {
                Assert.StartsWith($"{folder[closed]}: {field}: found no permission to read it", error.Message, StringComparison.Ordinal);
            }
            finally
            {
                File.SetUnixFileMode(folder[closed], before);
            }
        }
    }

    [Fact]
    public void Files_of_other_formats_are_counted_but_not_what_systems_leave_behind()
    {
        Save(folder["a.png"], 8, 8, 0, 0, 0);
        foreach (var other in new[] { "b.gif", "c.GIF", "d.tiff", "README", ".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX/a.png", ".git/a.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[other])!);
            File.WriteAllText(folder[other], "x");
        }
        using (var set = ImageFolder.Load(folder.Path, 8))
            Assert.Equal($"1 picture of {folder.Path} (left out: 2 .gif, 1 without an ending, 1 .tiff)", set.Provenance);
        File.Delete(folder["a.png"]);
        Assert.Contains("found none, but 2 .gif, 1 without an ending, 1 .tiff, expected", Assert.Throws<DataFormatException>(() => ImageFolder.Load(folder.Path, 8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_that_lead_back_end_and_no_picture_is_read_twice()
    {
        Save(folder["pictures/a/1.png"], 8, 8, 0, 0, 0);
        Save(folder["elsewhere/b/2.png"], 8, 8, 0, 0, 0);
        Directory.CreateSymbolicLink(folder["pictures/a/up"], "..");
        Directory.CreateSymbolicLink(folder["pictures/whole"], folder["pictures"]);
        Directory.CreateSymbolicLink(folder["pictures/other"], folder["elsewhere"]);
        Directory.CreateSymbolicLink(folder["link"], folder["pictures"]);
        foreach (var path in new[] { "pictures", "link" })
        {
            using var set = ImageFolder.Load(folder[path], 8);
            Assert.Equal((2, "a other"), (set.Count, string.Join(' ', set.ClassNames)));
        }
    }

    [Theory]
    [InlineData("train/cat train/dog test/dog", "cat,dog", 2, 1, "1")]
    [InlineData("Training/cat Training/dog TESTING/cat", "cat,dog", 2, 1, "0")]
    [InlineData("training_set/training_set/a test_set/test_set/a", "a", 1, 1, "0")]
    [InlineData("archive/faces/train/x archive/faces/val/x", "x", 1, 1, "0")]
    [InlineData("train valid", "", 1, 1, "")]
    [InlineData("train/cat test", "", 1, 1, "")]
    [InlineData("train test val", "", 1, 1, "")]
    [InlineData("car plane train", "car,plane,train", 2, 1, "1")]
    [InlineData("train/cat train/dog", "cat,dog", 1, 1, "1")]
    public void Folders_for_training_and_testing_are_a_split_not_classes(string folders, string classes, int training, int heldOut, string heldOutLabels)
    {
        foreach (var place in folders.Split(' '))
            Save(folder[$"{place}/{place.Replace('/', '-')}.png"], 8, 8, 0, 0, 0);
        using var split = Datasets.Load(folder.Path, 8);
        Assert.Equal((training, heldOut), (split.Train.Count, split.HeldOut.Count));
        Assert.Equal(classes, string.Join(',', split.Train.ClassNames));
        Assert.Equal(heldOutLabels, split.HeldOut.Labels is { } labels ? string.Concat(labels.data<long>().ToArray()) : "");
        Assert.Equal(folders == "train test val", split.HeldOut.Provenance.EndsWith("(left out: the folder val)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_class_for_testing_that_was_never_trained_is_refused()
    {
        Save(folder["train/cat/1.png"], 8, 8, 0, 0, 0);
        Save(folder["test/cow/1.png"], 8, 8, 0, 0, 0);
        var error = Assert.Throws<DataFormatException>(() => Datasets.Load(folder.Path, 8));
        Assert.Contains("found the folder cow", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_pictures_than_the_memory_holds_are_refused_before_any_is_read()
    {
        for (var i = 0; i <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (3L * 1024 * 1024 * sizeof(float)); i++)
            File.CreateSymbolicLink(folder[$"{i}.png"], folder["nowhere"]);
        var error = Assert.Throws<DataFormatException>(() => ImageFolder.Load(folder.Path, 1024));
        Assert.Equal("size of all pictures", error.Field);
        Assert.Contains("three quarters of the memory. Ask for smaller pictures", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_unusual_kinds_are_read_and_names_may_be_of_any_language()
    {
        Save(folder["ünï ☃ 名.png"], 1, 1, 255, 0, 0);
        Save(folder["wide.png"], 300, 2, 255, 0, 0);
        using var bitmap = new SKBitmap(8, 8, SKColorType.RgbaF16, SKAlphaType.Premul);
        bitmap.Erase(SKColors.Red);
        Write(folder["sixteen bits.png"], bitmap, SKEncodedImageFormat.Png);
        using var grey = new SKBitmap(8, 8, SKColorType.Gray8, SKAlphaType.Opaque);
        grey.Erase(SKColors.White);
        Write(folder["z grey.jpg"], grey, SKEncodedImageFormat.Jpeg);
        File.Copy(folder["wide.png"], folder["png by another name.jpg"]);
        using var set = ImageFolder.Load(folder.Path, 4);
        float[] expected = [.. Enumerable.Repeat(new[] { 1f, -1, -1 }, 4).SelectMany(red => red), 1, 1, 1];
        Assert.All(set.Images.mean([2, 3]).data<float>().ToArray().Order().Zip(expected.Order()), pair => Assert.Equal(pair.Second, pair.First, .02f));
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
