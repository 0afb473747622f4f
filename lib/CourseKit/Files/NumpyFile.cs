using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CourseKit.Common;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>
/// Reads and writes NumPy's .npy format. Written are float32, float64, int64, uint8 and bool, in version 1.0, C order and little-endian, which
/// <c>numpy.load</c> in Python reads. Read are versions 1 to 3, both orders of elements and of bytes, and all real types and bool. Python objects and
/// pickles are never read.
/// </summary>
public static partial class NumpyFile
{
    private const long LongestHeader = 1 << 20;  // bytes; NumPy reads at most 10,000 characters
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes a tensor of any shape. An older file is replaced only when the new one is complete.</summary>
    /// <param name="path">The file to write. Its folder is created if needed.</param>
    /// <param name="tensor">float32, float64, int64, uint8 or bool, on any device.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The tensor has another type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Save(string path, Tensor tensor)
    {
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Int64 or ScalarType.Byte or ScalarType.Bool))
            throw new ArgumentException($"{Path.GetFileName(path)}: a tensor of {tensor.dtype} cannot be saved as .npy; "
                + "convert it to float32, float64, int64, uint8 or bool first, e.g. tensor.to(torch.float32).", nameof(tensor));
        var type = StoredType.All.First(known => known.Type == tensor.dtype);
        var header = $"{{'descr': '{(type.Size == 1 ? '|' : '<')}{type.Numpy}', 'fortran_order': False, 'shape': {Tuple(tensor.shape)}, }}";
        // The format asks for data that begin at a multiple of 64 bytes. Magic, version and length take 10 bytes before the header.
        var padded = header.PadRight((10 + header.Length + 1 + 63) / 64 * 64 - 11) + "\n";
        return AtomicFile.Write(path, stream =>
        {
            stream.Write(Magic);
            stream.Write([1, 0, (byte)padded.Length, (byte)(padded.Length >> 8)]);
            stream.Write(Encoding.Latin1.GetBytes(padded));
            TensorBytes.Write(stream, tensor);
        });
    }

    /// <summary>Reads a whole file into a new tensor on the CPU.</summary>
    /// <param name="path">The file to read.</param>
    /// <returns>
    /// A tensor of the file's shape and type, in C order. Unsigned integers of 16 bits become int32, those of 32 and 64 bits int64.
    /// </returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TensorFileException">The file is damaged, is not a .npy file, holds other than real numbers and bool, or a number over
    /// 2^63 - 1.</exception>
    public static Tensor Load(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[12];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length || !start.AsSpan(0, 6).SequenceEqual(Magic))
        {
            var kind = ContentText.Of(start.AsSpan(0, read)) is { } text ? $" but {text}" : "";
            throw new TensorFileException(path, $"not a .npy file{kind} (expected it to begin with 93 'NUMPY').");
        }
        var version = start[6];
        if (version is not (1 or 2 or 3) || start[7] != 0)
            throw new TensorFileException(path, $"format version {version}.{start[7]}; 1.0, 2.0 and 3.0 are read here.");
        stream.Position = version == 1 ? 10 : 12;
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        var rest = stream.Length - stream.Position;
        if (length > Math.Min(rest, LongestHeader))
            throw new TensorFileException(path, $"the header should take {length} bytes, the file has {rest}, and {LongestHeader} are the most: cut off or damaged.");
        var header = new byte[length];
        TensorBytes.Fill(path, stream, header);

        var (type, isBigEndian, isFortran, shape, bytes) = ParseHeader(path, (version == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(header));
        if (stream.Length - stream.Position != bytes)
            throw new TensorFileException(path, $"shape {ShapeText.Of(shape)} of {type.Type} takes {bytes} bytes of data, "
                + $"the file has {stream.Length - stream.Position}. Save it again.");
        if (!isFortran)
            return TensorBytes.Read(path, stream, shape, type, isBigEndian);
        // Fortran order is the C order of the transposed array.
        using var scope = NewDisposeScope();
        var transposed = TensorBytes.Read(path, stream, [.. shape.Reverse()], type, isBigEndian);
        return transposed.permute([.. Enumerable.Range(0, shape.Length).Reverse().Select(side => (long)side)]).contiguous().MoveToOuterDisposeScope();
    }

    // Python needs a comma in a tuple with a single element: (5,).
    private static string Tuple(long[] shape) => shape.Length == 1 ? $"({shape[0]},)" : ShapeText.Of(shape);

    private static (StoredType Type, bool IsBigEndian, bool IsFortran, long[] Shape, long Bytes) ParseHeader(string path, string header)
    {
        var match = HeaderPattern().Match(header);
        string? Only(string key) => match.Groups[key].Captures is [var capture] ? capture.Value : null;
        if (Only("descr") is not { } descr || Only("order") is not { } order || Only("shape") is not { } shape)
        {
            throw new TensorFileException(path, "the header is not {'descr': ..., 'fortran_order': ..., 'shape': ...}, found: "
                + (header.Length > 200 ? header[..200] + "..." : header.Trim()));
        }
        var name = descr is ['\'' or '"', '<' or '>' or '|' or '=', .. var letters, _] ? letters : "";
        var type = StoredType.All.FirstOrDefault(known => known.Numpy.Length > 0 && known.Numpy == name)
            ?? throw new TensorFileException(path, $"descr is {descr}{(name == "O" ? ", Python objects, which are never read here" : "")}; read here are "
                + $"{string.Join(", ", StoredType.All.Select(known => known.Numpy).Where(known => known.Length > 0))}. Convert it in Python, e.g. array.astype('<f4').");
        var sides = shape.Trim() is "" ? [] : (shape.TrimEnd() is [.. var most, ','] ? most : shape).Split(',', StringSplitOptions.TrimEntries)
            .Select(side => side is [.. var digits, 'L'] ? digits : side)  // as Python 2 wrote them
            .Select(side => long.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1).ToArray();
        if (TensorBytes.Count(sides, type.Size) is not { } bytes)
            throw new TensorFileException(path, $"shape ({shape}) is impossible: expected at most 64 whole numbers whose product fits.");
        return (type, descr[1] == '>', order == "True", sides, bytes);
    }

    // A Python dictionary with the three keys in any order. The caller checks that each of them is there once.
    [GeneratedRegex("""
        ^\s*\{\s*(
            (   ['"]descr['"]\s*:\s*(?<descr>'[^']*'|"[^"]*"|\[[^\]]*\])
            |   ['"]fortran_order['"]\s*:\s*(?<order>True|False)
            |   ['"]shape['"]\s*:\s*\((?<shape>[^()]*)\)
            )\s*(,\s*|(?=\}))
        ){3}\}\s*$
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex HeaderPattern();
}
