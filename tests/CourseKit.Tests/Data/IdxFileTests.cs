using System.Buffers.Binary;
using System.IO.Compression;
using CourseKit.Data;
using CsCheck;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, byte[], string> Damaged => new()
    {
        { "magic number", [], "an empty file" },
        { "magic number", [0, 0], "0000" },
        { "magic number", [0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0], "89504E47" },
        { "magic number", [0, 0, 0x0d, 3, 0, 0, 0, 1], "00000D03 (IDX of another type)" },
        { "number of dimensions", Idx([1, 2, 2, 1], 4), "found 4, expected 3: pictures, rows, columns" },
        { "number of dimensions", Idx([5], 5), "found 1, expected 3" },
        { "header", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0], "10 bytes" },
        { "size of dimension 1", Idx([1, 0, 1], 0), "found 0" },
        { "size of dimension 2", Idx([0x7fffffff, 1, 2], 0), "found 2" },
        { "length", Idx([2, 3, 4], 23), "24" },
        { "length", Idx([2, 3, 4], 25), "more than 24" },
        { "length", Idx([1 << 10, 1 << 10, 1 << 10], 9), "1073741824" },
    };

    [Theory, MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_by_field_plain_and_gzipped(string field, byte[] content, string found)
    {
        foreach (var path in new[] { Write("plain", content), Write("packed.gz", Gzip(content)) })
        {
            var error = Assert.Throws<DataFormatException>(() => IdxFile.ReadImages(path));
            Assert.Equal(field, error.Field);
            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
            Assert.Contains(found, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_was_written_is_read_plain_and_gzipped() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 6]).Sample((n, h, w) =>
        {
            using var scope = NewDisposeScope();
            var content = Idx([n, h, w], n * h * w);
            foreach (var path in new[] { Write("plain", content), Write("packed.gz", Gzip(content)) })
            {
                var images = IdxFile.ReadImages(path);
                Assert.Equal([n, h, w], images.shape);
                Assert.Equal(content[16..], images.data<byte>().ToArray());
            }
        }, iter: 30, threads: 1);

    [Fact]
    public void Gzip_of_several_members_or_packed_twice_is_read()
    {
        var content = Idx([3, 4, 4], 48);
        foreach (var packed in new byte[][] { [.. Gzip(content[..10]), .. Gzip(content[10..])], [.. Gzip(content), .. Gzip([])], Gzip(Gzip(content)), Gzip([.. Gzip(content[..5]), .. Gzip(content[5..])]) })
        {
            using var images = IdxFile.ReadImages(Write("packed", packed));
            Assert.Equal(content[16..], images.data<byte>().ToArray());
        }
    }

    [Theory, InlineData("one"), InlineData("two members"), InlineData("packed twice")]
    public void A_gzip_file_cut_anywhere_is_refused(string kind)
    {
        var content = Idx([3, 4, 4], 48);
        var packed = kind switch { "one" => Gzip(content), "two members" => [.. Gzip(content[..30]), .. Gzip(content[30..])], _ => Gzip(Gzip(content)) };
        for (var length = 0; length < packed.Length; length++)
        {
            var path = Write("cut.gz", packed[..length]);
            Assert.Throws<DataFormatException>(() => IdxFile.ReadImages(path));
        }
    }

    [Fact]
    public void A_flipped_byte_in_a_gzip_file_never_gives_other_pictures()
    {
        var content = Idx([3, 4, 4], 48);
        var packed = Gzip(content);
        Gen.Select(Gen.Int[0, packed.Length - 1], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            var broken = packed.ToArray();
            broken[at] ^= change;
            var path = Write("broken.gz", broken);
            try
            {
                using var images = IdxFile.ReadImages(path);
                Assert.Equal(content[16..], images.data<byte>().ToArray());
            }
            catch (DataFormatException error)
            {
                Assert.Contains(path, error.Message, StringComparison.Ordinal);
            }
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Random_sizes_behind_a_good_magic_number_are_refused_by_the_size_or_the_length() =>
        Gen.Byte.Array[12, 40].Where(bytes => bytes.Take(12).Any(value => value > 1)).Sample(bytes =>
        {
            var path = Write("random", [0, 0, 8, 3, .. bytes]);
            var error = Assert.Throws<DataFormatException>(() => IdxFile.ReadImages(path));
            Assert.Matches("^(size of dimension [012]|length)$", error.Field);
        }, iter: 100, threads: 1);

    [Fact]
    public void Sizes_beyond_what_the_file_can_hold_are_refused_before_anything_is_read()
    {
        var path = Write("vast", Idx([1 << 10, 1 << 10, 1 << 10], 9));
        var error = Assert.Throws<DataFormatException>(() => IdxFile.ReadImages(path));
        Assert.Contains("found 9 bytes of values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_and_labels_of_different_sets_are_refused()
    {
        var (images, labels) = (Write("images", Idx([3, 4, 4], 48)), Write("labels", Idx([2], 2)));
        var error = Assert.Throws<DataFormatException>(() => IdxFile.ReadSet("mine", images, labels, 255, ["a", "b"], "a test"));
        Assert.Equal("number of labels", error.Field);
        Assert.Contains(images, error.Message, StringComparison.Ordinal);
        Assert.Contains(labels, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_without_a_class_is_refused()
    {
        var (images, labels) = (Write("images", Idx([3, 4, 4], 48)), Write("labels", Idx([3], 3)));
        var error = Assert.Throws<DataFormatException>(() => IdxFile.ReadSet("mine", images, labels, 255, ["a", "b"], "a test"));
        Assert.Equal("range of labels", error.Field);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "an HTML page")]
    [InlineData(" \n<HTML><body>", "an HTML page")]
    [InlineData("\u0089PNG\r\n", "a PNG picture")]
    [InlineData("PK\u0003\u0004", "a ZIP archive")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS")]
    public void Another_kind_of_file_is_called_by_its_name_plain_and_gzipped(string content, string kind)
    {
        var bytes = System.Text.Encoding.Latin1.GetBytes(content);
        foreach (var path in new[] { Write("plain", bytes), Write("packed.gz", Gzip(bytes)) })
            Assert.Contains(kind, Assert.Throws<DataFormatException>(() => IdxFile.ReadImages(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Swapped_files_are_named_as_such()
    {
        var path = Write("images", Idx([3, 4, 4], 48));
        var error = Assert.Throws<DataFormatException>(() => IdxFile.ReadLabels(path));
        Assert.Contains("swapped", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_io_error() => Assert.Throws<FileNotFoundException>(() => IdxFile.ReadImages(folder["none"]));

    /// <summary>An IDX file of bytes 0, 1, 2, ... with <paramref name="length"/> of them, whatever the sizes promise.</summary>
    internal static byte[] Idx(int[] sizes, int length)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (var i = 0; i < sizes.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        return [.. header, .. Enumerable.Range(0, length).Select(value => (byte)value)];
    }

    internal static byte[] Gzip(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(folder[name], content);
        return folder[name];
    }
}
