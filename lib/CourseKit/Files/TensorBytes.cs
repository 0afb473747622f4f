using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>Writes and reads a tensor's elements as bytes in C order.</summary>
internal static class TensorBytes
{
    private const long Chunk = 1 << 26;  // elements; a span holds at most 2 GB
    private const int MostSides = 64;    // torch and NumPy work with no more

    /// <summary>Writes little-endian bytes.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        ForEachChunk(tensor.detach().cpu().contiguous(), bytes => stream.Write(bytes));
    }

    /// <summary>Makes a new tensor on the CPU and fills it from the stream. The caller has checked that the bytes are there.</summary>
    /// <exception cref="TensorFileException">A number is too large for the tensor's type.</exception>
    public static Tensor Read(string path, Stream stream, long[] shape, StoredType type, bool isBigEndian = false)
    {
        using var scope = NewDisposeScope();
        var raw = empty(shape, type.Raw, CPU);
        ForEachChunk(raw, bytes =>
        {
            Fill(path, stream, bytes);
            for (var at = 0; isBigEndian && at < bytes.Length; at += type.Size)
                bytes.Slice(at, type.Size).Reverse();
        });
        return Converted(path, raw, type).MoveToOuterDisposeScope();
    }

    /// <summary>Reads as many bytes as fit. The caller has checked that they are there.</summary>
    /// <exception cref="TensorFileException">They are gone: another program changes the file.</exception>
    public static void Fill(string path, Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new TensorFileException(path, "the file became shorter while it was read. Does another program write it? Read it again when that has ended.");
    }

    /// <summary>How many bytes a tensor of this shape takes; null if there are over 64 sides, a side is negative or the number is too large for a long.</summary>
    public static long? Count(IReadOnlyCollection<long> shape, int elementSize)
    {
        if (shape.Count > MostSides)
            return null;
        UInt128 count = (uint)elementSize;
        var empty = false;
        foreach (var side in shape)
        {
            if (side < 0)
                return null;
            empty |= side == 0;
            if (side > 0)
                count *= (ulong)side;
            if (count > long.MaxValue)
                return null;
        }
        return empty ? 0 : (long)count;
    }

    private static void ForEachChunk(Tensor tensor, Action<Span<byte>> action)
    {
        var flat = tensor.view(-1);
        for (long at = 0; at < flat.numel(); at += Chunk)
        {
            using var part = flat.narrow(0, at, Math.Min(Chunk, flat.numel() - at));
            action(part.bytes);
        }
    }

    private static Tensor Converted(string path, Tensor raw, StoredType type)
    {
        if (type.Type == ScalarType.Bool)
            return raw.ne(zeros([], ScalarType.Byte, CPU));  // any byte but 0 is true, as in NumPy; torch itself allows only 0 and 1
        if (type.SafeTensors == "U64" && raw.numel() > 0 && raw.min().item<long>() < 0)
            throw new TensorFileException(path, $"a number of type U64 is over {long.MaxValue}, the largest that a tensor holds. Save the numbers as floats.");
        return type.Raw == type.Type ? raw : raw.to_type(type.Type).bitwise_and_(tensor((1L << (8 * type.Size)) - 1, type.Type, CPU));
    }
}
