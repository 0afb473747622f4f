using System.Buffers.Binary;
using System.IO.Compression;
using CourseKit.Display;
using CourseKit.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// Reads MNIST's IDX files, plain or gzip, whatever their names end in. Such a file holds a magic number (0, 0, 8 for bytes, number of dimensions), the
/// sizes as big-endian 32-bit integers, then the bytes. A file is read completely or not at all.
/// </summary>
public static class IdxFile
{
    private const string GetAgain = "The file is damaged or another kind of file: get it again.";
    private const long Largest = int.MaxValue;  // bytes; MNIST has 47 million
    private static readonly byte[] End = Gzip([0xe5]);

    /// <summary>Reads pictures: uint8, shape (N, H, W), values 0..255.</summary>
    /// <exception cref="DataFormatException">The file is not a complete IDX file of bytes in three dimensions.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Tensor ReadImages(string path) => Read(path, dimensions: 3);

    /// <summary>Reads labels: uint8, shape (N), values 0..255.</summary>
    /// <exception cref="DataFormatException">The file is not a complete IDX file of bytes in one dimension.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static Tensor ReadLabels(string path) => Read(path, dimensions: 1);

    /// <summary>Reads a set from two files. The pictures become float32 in [-1, 1], shape (N, 1, H, W), with one label each.</summary>
    /// <param name="name">The set's name in messages.</param>
    /// <param name="imagesPath">IDX file of the pictures: bytes, shape (N, H, W).</param>
    /// <param name="labelsPath">IDX file of the labels: bytes, shape (N).</param>
    /// <param name="white">The largest possible value of a pixel in the file. A value v becomes 2 v / white - 1.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <param name="provenance">Where the pictures came from, in words.</param>
    /// <exception cref="DataFormatException">A file is damaged, the counts differ, or a value is out of range.</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    public static ImageSet ReadSet(string name, string imagesPath, string labelsPath, int white, IReadOnlyList<string> classNames, string provenance) =>
        ReadSet(name, imagesPath, labelsPath, white, classNames, [.. classNames.Select((_, i) => (byte)i)], provenance);

    /// <summary>The values that occur among the labels, each once.</summary>
    internal static byte[] LabelValues(string path)
    {
        using var scope = NewDisposeScope();
        return [.. ReadLabels(path).cpu().data<byte>().ToArray().Distinct()];
    }

    /// <summary>Reads a set whose classes are any values of the labels, in the order of the classes.</summary>
    internal static ImageSet ReadSet(
        string name, string imagesPath, string labelsPath, int white, IReadOnlyList<string> classNames, byte[] values, string provenance)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (ReadImages(imagesPath), ReadLabels(labelsPath).to_type(ScalarType.Int64));
        if (images.shape[0] != labels.shape[0])
        {
            throw new DataFormatException(labelsPath, "number of labels", $"{labels.shape[0]}",
                $"{images.shape[0]}, one for each picture of {imagesPath}", "The two files belong to different sets: get both again.");
        }
        var classes = new long[256];
        Array.Fill(classes, -1);
        foreach (var (number, value) in values.Index())
            classes[value] = number;
        var numbers = tensor(classes, device: labels.device).index_select(0, labels);
        if (numbers.min().item<long>() < 0)
        {
            throw new DataFormatException(labelsPath, "range of labels", $"{labels.min().item<long>()} to {labels.max().item<long>()}",
                $"{values[0]} to {values[^1]}, for {string.Join(", ", classNames)}",
                "The file belongs to another set; to load it as a set of its own, give the path of its folder.");
        }
        var floats = images.unsqueeze(1).to_type(ScalarType.Float32);  // (N, 1, H, W)
        using Scalar scale = 2f / white, one = 1f;  // variables keep the Scalars alive: a temporary Scalar may be finalised during the native call
        return new ImageSet(name, floats.mul_(scale).sub_(one), numbers, classNames, provenance);
    }

    private static byte[] Content(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (EndOfStreamException error)
        {
            throw new DataFormatException(path, "length", error.Message.TrimEnd('.'), "a file that stays as it is", "Does another program write it? Read it again when that has ended.", error);
        }
    }

    private static Tensor Read(string path, int dimensions)
    {
        NativeBackend.Load();
        var content = Content(path).AsSpan();
        for (var layer = 0; layer < 2 && content is [0x1f, 0x8b, ..]; layer++)  // some downloads are packed twice
            content = Unpacked(path, content);
        if (content is not [0, 0, 8, ..])
        {
            var kind = ContentText.Of(content) ?? (content is [0, 0, ..] ? "IDX of another type" : "unknown");
            throw new DataFormatException(path, "magic number", $"{Convert.ToHexString(content[..Math.Min(4, content.Length)])} ({kind})".TrimStart(),
                $"0000080{dimensions} (IDX, bytes)", GetAgain);
        }
        var sizes = content.Length > 3 ? content[3] : 0;
        if (sizes != dimensions)
        {
            throw new DataFormatException(path, "number of dimensions", $"{sizes}", dimensions == 3 ? "3: pictures, rows, columns" : "1: labels",
                sizes is 1 or 3 ? "Perhaps the files of pictures (3 dimensions) and labels (1) were swapped." : "Save it in this shape, e.g. with numpy.reshape.");
        }
        var header = 4 + (4 * dimensions);
        if (content.Length < header)
            throw new DataFormatException(path, "header", $"{content.Length} bytes", $"{header}", GetAgain);

        var shape = new long[dimensions];
        long length = 1;
        for (var i = 0; i < dimensions; i++)
        {
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(content[(4 + (4 * i))..]);
            if (shape[i] == 0 || shape[i] > Largest / length)
                throw new DataFormatException(path, $"size of dimension {i}", $"{shape[i]}", $"1 to {Largest / length}", GetAgain);
            length *= shape[i];
        }
        if (content.Length - header != length)
        {
            var found = content.Length - header > length ? $"more than {length}" : $"{content.Length - header}";
            throw new DataFormatException(path, "length", $"{found} bytes of values", $"{length}, as the header says", GetAgain);
        }
        using var scope = NewDisposeScope();
        var tensor = empty(shape, ScalarType.Byte, CPU);
        content[header..].CopyTo(tensor.bytes);
        return tensor.to(NativeBackend.Device).MoveToOuterDisposeScope();
    }

    // GZipStream reads several members, but does not notice if the last one is cut off after its data. So one more member is appended. Only if all
    // before it is complete, its byte comes out, as the last one.
    private static Span<byte> Unpacked(string path, ReadOnlySpan<byte> packed)
    {
        using var gzip = new GZipStream(new MemoryStream([.. packed, .. End]), CompressionMode.Decompress);
        var unpacked = new MemoryStream();
        try
        {
            gzip.CopyTo(unpacked);
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(path, "gzip stream", "a damaged one, or its end cut off", "a complete gzip stream", GetAgain, error);
        }
        return unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length) is [.. var content, 0xe5] ? content
            : throw new DataFormatException(path, "gzip stream", "its end cut off, or other bytes behind it", "a complete gzip stream", GetAgain);
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }
}
