using System.Buffers.Binary;
using System.IO.Compression;
using CourseKit.Display;
using CourseKit.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// Reads MNIST's IDX files, plain or gzip, whatever their names end in. Such a file holds a magic number (0, 0, 8 for bytes, number of dimensions), the sizes as big-endian
/// 32-bit integers, then the bytes. A file is read completely or not at all.
/// </summary>
public static class IdxFile
{
    private const string GetAgain = "The file is damaged or another kind of file: get it again.";
    private const long Largest = int.MaxValue;  // bytes; MNIST has 47 million
    private const int MostLayers = 2;           // some downloads are packed twice
    private const byte End = 0xe5;

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
                $"{values[0]} to {values[^1]}, for {string.Join(", ", classNames)}", "The file belongs to another set; to load it as a set of its own, give the path of its folder.");
        }
        var floats = images.unsqueeze(1).to_type(ScalarType.Float32);  // (N, 1, H, W)
        using Scalar scale = 2f / white, one = 1f;  // variables keep the Scalars alive: a temporary Scalar may be finalised during the native call
        return new ImageSet(name, floats.mul_(scale).sub_(one), numbers, classNames, provenance);
    }

    private static Tensor Read(string path, int dimensions)
    {
        NativeBackend.Load();
        using var scope = NewDisposeScope();
        try
        {
            var layers = 0;
            while (layers < MostLayers && BeginsAsGzip(path, layers))
                layers++;
            using var stream = Open(path, layers);
            var most = new FileInfo(path).Length * Math.Pow(1032, layers);  // deflate makes data smaller by a factor of at most 1,032
            return Read(path, stream, dimensions, most, layers > 0 ? End : -1).to(NativeBackend.Device).MoveToOuterDisposeScope();
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(path, "gzip stream", "a damaged or cut-off one", "a complete gzip stream", GetAgain, error);
        }
    }

    // GZipStream does not notice if a file is cut off after the last byte of data. So one more gzip member is appended, which holds one byte. Only if
    // all before it is complete, this byte comes out, as the last one.
    private static Stream Open(string path, int layers)
    {
        if (layers == 0)
            return File.OpenRead(path);
        byte[] end = [End];
        Stream stream = new MemoryStream();
        using (var file = File.OpenRead(path))
            file.CopyTo(stream);
        for (var layer = 0; layer < layers; layer++)
            end = Gzip(end);
        stream.Write(end);
        stream.Position = 0;
        for (var layer = 0; layer < layers; layer++)
            stream = new GZipStream(stream, CompressionMode.Decompress);
        return stream;
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static bool BeginsAsGzip(string path, int layers)
    {
        using var stream = Open(path, layers);
        Span<byte> start = stackalloc byte[2];
        return stream.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start is [0x1f, 0x8b];
    }

    private static Tensor Read(string path, Stream stream, int dimensions, double mostBytes, int end)
    {
        Span<byte> start = stackalloc byte[32];
        var read = stream.ReadAtLeast(start[..4], 4, throwOnEndOfStream: false);
        if (read < 4 || start[0] != 0 || start[1] != 0)
        {
            read += stream.ReadAtLeast(start[read..], start.Length - read, throwOnEndOfStream: false);
            read = Without(end, start[..read]);
            var kind = ContentText.Of(start[..read]);
            throw new DataFormatException(path, "magic number", read == 0 ? kind! : Convert.ToHexString(start[..Math.Min(4, read)]) + (kind is null ? "" : $", {kind}"),
                $"0000080{dimensions} (IDX, bytes)", GetAgain);
        }
        if (start[2] != 8)
            throw new DataFormatException(path, "magic number", $"{Convert.ToHexString(start[..4])} ({TypeName(start[2])})", $"0000080{dimensions} (IDX, bytes)", "Save its values as bytes, 0 to 255.");
        if (start[3] != dimensions)
        {
            throw new DataFormatException(path, "number of dimensions", $"{start[3]}", dimensions == 3 ? "3: pictures, rows, columns" : "1: labels",
                start[3] is 1 or 3 ? "Perhaps the files of pictures (3 dimensions) and labels (1) were swapped." : "Save it in this shape, e.g. with numpy.reshape.");
        }
        Span<byte> header = stackalloc byte[4 + (4 * dimensions)];
        read = stream.ReadAtLeast(header[4..], header.Length - 4, throwOnEndOfStream: false);
        if (read < header.Length - 4)
            throw new DataFormatException(path, "header", $"{4 + Without(end, header.Slice(4, read))} bytes", $"{header.Length}", GetAgain);

        var shape = new long[dimensions];
        long length = 1;
        for (var i = 0; i < dimensions; i++)
        {
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * i))..]);
            if (shape[i] == 0 || shape[i] > Largest / length)
                throw new DataFormatException(path, $"size of dimension {i}", $"{shape[i]}", $"1 to {Largest / length}", GetAgain);
            length *= shape[i];
        }
        // Nothing is allocated for a header that promises more than the file can hold.
        var most = mostBytes - header.Length;
        if (length > most)
            throw new DataFormatException(path, "length", FormattableString.Invariant($"at most {most:0} bytes of values"), $"{length}, as the header says", GetAgain);

        var tensor = empty(shape, ScalarType.Byte, CPU);
        var bytes = tensor.bytes;
        var filled = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var next = filled < length ? -1 : stream.ReadByte();
        if (filled == length && next == end && (end < 0 || stream.ReadByte() < 0))
            return tensor;
        var found = Without(end, bytes[..filled]);
        if (found == length && next < 0)
            throw new DataFormatException(path, "gzip stream", "its end cut off, or other bytes behind it", "a complete gzip stream", GetAgain);
        throw new DataFormatException(path, "length", next < 0 ? $"{found} bytes of values" : $"more than {length} bytes of values", $"{length}, as the header says", GetAgain);
    }

    // How many of the bytes are the file's own. The last may be the one that Open appended.
    private static int Without(int end, ReadOnlySpan<byte> read) => end >= 0 && read is [.., var last] && last == end ? read.Length - 1 : read.Length;

    private static string TypeName(byte code) => code switch
    {
        0x09 => "signed bytes",
        0x0b => "16-bit integers",
        0x0c => "32-bit integers",
        0x0d => "32-bit floats",
        0x0e => "64-bit floats",
        _ => "no type of IDX",
    };
}
