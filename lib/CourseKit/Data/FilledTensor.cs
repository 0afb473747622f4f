using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>A tensor whose values our own code computes: filled on the CPU, then brought to the device of the course.</summary>
internal static class FilledTensor
{
    /// <param name="values">All elements in C order, 0 at first.</param>
    public delegate void Fill(Span<float> values);

    /// <summary>float32 of this shape on <see cref="Course.Device"/>, owned by the caller.</summary>
    public static Tensor Of(ReadOnlySpan<long> shape, Fill fill)
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(shape, device: CPU);
        fill(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.to(Course.Device).MoveToOuterDisposeScope();
    }
}
