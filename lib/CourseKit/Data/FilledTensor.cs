using System.Runtime.InteropServices;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>A tensor whose values our own code computes: filled on the CPU, then brought to the device of the course.</summary>
internal static class FilledTensor
{
    /// <summary>float32 of this shape on <see cref="Course.Device"/>, owned by the caller.</summary>
    /// <param name="shape">Of the tensor.</param>
    /// <param name="fill">Is given all elements in C order, 0 at first.</param>
    public static Tensor Of(ReadOnlySpan<long> shape, Action<Span<float>> fill)
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(shape, device: CPU);
        fill(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.to(NativeBackend.Device).MoveToOuterDisposeScope();
    }
}
