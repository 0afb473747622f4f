using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CourseKit.Common;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>
/// Reads and writes NumPy's .npy format, version 1.0, so that <c>numpy.load</c> in Python reads a notebook's files.
/// The types are float32, float64, int64, uint8 and bool; C order; little-endian.
/// </summary>
public static partial class NumpyFile
{
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static readonly (string Descr, ScalarType Type, int Size)[] Types =
    [
        ("<f4", ScalarType.Float32, 4),
        ("<f8", ScalarType.Float64, 8),
        ("<i8", ScalarType.Int64, 8),
        ("|u1", ScalarType.Byte, 1),
        ("|b1", ScalarType.Bool, 1),
    ];

    /// <summary>Writes a tensor of any shape. An older file is replaced only when the new one is complete.</summary>
    /// <param name="path">The file to write. Its folder is created if needed.</param>
    /// <param name="tensor">float32, float64, int64, uint8 or bool, on any device.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The tensor has another type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Save(string path, Tensor tensor)
    {
        var found = Array.FindIndex(Types, known => known.Type == tensor.dtype);
        if (found < 0)
            throw new ArgumentException($"{Path.GetFileName(path)}: a tensor of {tensor.dtype} cannot be saved as .npy; "
                + "convert it to float32, float64, int64, uint8 or bool first, e.g. tensor.to(torch.float32).", nameof(tensor));
        var header = $"{{'descr': '{Types[found].Descr}', 'fortran_order': False, 'shape': {Tuple(tensor.shape)}, }}";
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
    /// <returns>A tensor of the file's shape and type.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TensorFileException">The file is damaged, or holds another type, byte order, element order or version.</exception>
    public static Tensor Load(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[10];
        if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.AsSpan(0, 6).SequenceEqual(Magic))
            throw new TensorFileException(path, "not a .npy file (expected it to begin with 93 'NUMPY').");
        if (start[6] != 1 || start[7] != 0)
            throw new TensorFileException(path, $"format version {start[6]}.{start[7]}; only 1.0, which numpy.save writes, is read here.");
        var header = new byte[BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8))];
        if (stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
            throw new TensorFileException(path, $"cut off: the header should take {header.Length} bytes, the file ends after {stream.Length - 10}.");

        var (type, shape, bytes) = ParseHeader(path, Encoding.Latin1.GetString(header));
        if (stream.Length - stream.Position != bytes)
            throw new TensorFileException(path, $"shape {ShapeText.Of(shape)} of {type} takes {bytes} bytes of data, "
                + $"the file has {stream.Length - stream.Position}. Save it again.");
        return TensorBytes.Read(stream, shape, type);
    }

    // Python needs a comma in a tuple with a single element: (5,).
    private static string Tuple(long[] shape) => shape.Length == 1 ? $"({shape[0]},)" : ShapeText.Of(shape);

    private static (ScalarType Type, long[] Shape, long Bytes) ParseHeader(string path, string header)
    {
        if (HeaderPattern().Match(header) is not { Success: true } match)
            throw new TensorFileException(path, $"the header is not {{'descr': ..., 'fortran_order': ..., 'shape': ...}}, found: {header.Trim()}");
        var descr = match.Groups["descr"].Value;
        var found = Array.FindIndex(Types, known => known.Descr == descr);
        if (found < 0)
            throw new TensorFileException(path, $"descr is '{descr}'; read here are "
                + $"{string.Join(", ", Types.Select(known => $"'{known.Descr}'"))}. Convert it in Python, e.g. array.astype('<f4').");
        if (match.Groups["order"].Value == "True")
            throw new TensorFileException(path, "fortran_order is True; expected False. Save numpy.ascontiguousarray(array) instead.");
        var shape = match.Groups["shape"].Value;
        var sides = shape.TrimEnd(' ', ',').Split(',', StringSplitOptions.TrimEntries)
            .Where(side => shape.Length > 0)
            .Select(side => long.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1).ToArray();
        if (TensorBytes.Count(sides, Types[found].Size) is not { } bytes)
            throw new TensorFileException(path, $"shape ({shape}) is impossible: expected whole numbers whose product fits.");
        return (Types[found].Type, sides, bytes);
    }

    // Reads the three keys in alphabetical order only. numpy.save writes this order, and NumPy's format document recommends it to all writers.
    [GeneratedRegex(@"^\{\s*'descr':\s*'(?<descr>[^']*)',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*"
        + @"\((?<shape>[\d, ]*)\),?\s*\}\s*$", RegexOptions.ExplicitCapture)]
    private static partial Regex HeaderPattern();
}
