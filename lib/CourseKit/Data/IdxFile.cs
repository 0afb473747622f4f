using System.Buffers.Binary;
using System.IO.Compression;
using CourseKit.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// Reads MNIST's IDX files, plain or gzip. Such a file holds a magic number (0, 0, 8 for bytes, number of dimensions), the sizes as big-endian
/// 32-bit integers, then the bytes. A file is read completely or not at all.
/// </summary>
public static class IdxFile
{
    private const string GetAgain = "The file is damaged or another kind of file: get it again.";
    private const long Largest = int.MaxValue;  // bytes; MNIST has 47 million

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
    public static ImageSet ReadSet(string name, string imagesPath, string labelsPath, int white, IReadOnlyList<string> classNames, string provenance)
    {
        using var scope = NewDisposeScope();
        var (images, labels) = (ReadImages(imagesPath), ReadLabels(labelsPath));
        if (images.shape[0] != labels.shape[0])
        {
            throw new DataFormatException(labelsPath, "number of labels", $"{labels.shape[0]}",
                $"{images.shape[0]}, one for each picture of {imagesPath}", "The two files belong to different sets: get both again.");
        }
        var floats = images.unsqueeze(1).to_type(ScalarType.Float32);  // (N, 1, H, W)
        using Scalar scale = 2f / white, one = 1f;  // variables keep the Scalars alive: a temporary Scalar may be finalised during the native call
        return new ImageSet(name, floats.mul_(scale).sub_(one), labels.to_type(ScalarType.Int64), classNames, provenance);
    }

    private static Tensor Read(string path, int dimensions)
    {
        NativeBackend.Load();
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[2];
        var isGzip = file.ReadAtLeast(start, 2, throwOnEndOfStream: false) == 2 && start[0] == 0x1f && start[1] == 0x8b;
        file.Position = 0;
        using var stream = isGzip ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        using var scope = NewDisposeScope();
        try
        {
            var tensor = Read(path, stream, dimensions, file.Length, isGzip);
            if (isGzip)
                CheckTrailer(path, file, 4 + (4 * dimensions) + tensor.numel());
            return tensor.to(NativeBackend.Device).MoveToOuterDisposeScope();
        }
        catch (InvalidDataException error)
        {
            throw new DataFormatException(path, "gzip stream", error.Message, "a complete gzip stream", GetAgain, error);
        }
    }

    // GZipStream does not notice if a file is cut off after the last byte of data. A complete gzip file ends with the length of the data, 4 bytes.
    private static void CheckTrailer(string path, FileStream file, long length)
    {
        Span<byte> trailer = stackalloc byte[4];
        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(trailer);
        var found = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (found != length)
            throw new DataFormatException(path, "gzip trailer", $"a length of {found}", $"{length}, the bytes unpacked", GetAgain);
    }

    private static Tensor Read(string path, Stream stream, int dimensions, long fileLength, bool isGzip)
    {
        Span<byte> header = stackalloc byte[4 + (4 * dimensions)];
        var read = stream.ReadAtLeast(header[..4], 4, throwOnEndOfStream: false);
        if (read < 4 || header[0] != 0 || header[1] != 0 || header[2] != 8)
        {
            throw new DataFormatException(path, "magic number", read == 0 ? "an empty file" : Convert.ToHexString(header[..read]),
                $"0000080{dimensions} (IDX, bytes)", GetAgain);
        }
        if (header[3] != dimensions)
        {
            throw new DataFormatException(path, "number of dimensions", $"{header[3]}", $"{dimensions}",
                "Perhaps the files of pictures (3 dimensions) and labels (1) were swapped.");
        }
        read = stream.ReadAtLeast(header[4..], header.Length - 4, throwOnEndOfStream: false);
        if (read < header.Length - 4)
            throw new DataFormatException(path, "header", $"{read + 4} bytes", $"{header.Length}", GetAgain);

        var shape = new long[dimensions];
        long length = 1;
        for (var i = 0; i < dimensions; i++)
        {
            shape[i] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * i))..]);
            if (shape[i] == 0 || shape[i] > Largest / length)
                throw new DataFormatException(path, $"size of dimension {i}", $"{shape[i]}", $"1 to {Largest / length}", GetAgain);
            length *= shape[i];
        }
        // Nothing is allocated for a header that promises more than the file can hold. Deflate makes data smaller by a factor of at most 1,032.
        var most = isGzip ? fileLength * 1032 : fileLength - header.Length;
        if (length > most)
            throw new DataFormatException(path, "length", $"at most {most} bytes of values", $"{length}, as the header says", GetAgain);

        var tensor = empty(shape, ScalarType.Byte, CPU);
        var bytes = tensor.bytes;
        var filled = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (filled < length)
            throw new DataFormatException(path, "length", $"{filled} bytes of values", $"{length}, as the header says", GetAgain);
        if (stream.ReadByte() >= 0)
            throw new DataFormatException(path, "length", $"more than {length} bytes of values", $"{length}, as the header says", GetAgain);
        return tensor;
    }
}
