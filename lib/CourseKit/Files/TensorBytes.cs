using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>Writes and reads a tensor's elements as little-endian bytes in C order.</summary>
internal static class TensorBytes
{
    public static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        if (tensor.NumberOfElements > 0)
            stream.Write(tensor.detach().cpu().contiguous().bytes);
    }

    /// <summary>Makes a new tensor on the CPU and fills it from the stream. The caller has checked that the bytes are there.</summary>
    public static Tensor Read(Stream stream, long[] shape, ScalarType type)
    {
        var tensor = empty(shape, type, CPU);
        try
        {
            if (tensor.NumberOfElements > 0)
                stream.ReadExactly(tensor.bytes);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>How many bytes a tensor of this shape takes; null if a side is negative or the number is too large for a long.</summary>
    public static long? Count(IEnumerable<long> shape, int elementSize)
    {
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
}
