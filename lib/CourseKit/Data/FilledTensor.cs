using System.Runtime.InteropServices;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>Makes a tensor whose values our own code computes. It is filled on the CPU and then moved to the device of the course.</summary>
internal static class FilledTensor
{
    /// <summary>Makes a float32 tensor of this shape on <see cref="Course.Device"/>. The caller owns it.</summary>
    /// <param name="shape">The shape of the tensor.</param>
    /// <param name="fill">Gets all elements in C order, with value 0, and fills them.</param>
    public static Tensor Of(ReadOnlySpan<long> shape, Action<Span<float>> fill)
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(shape, device: CPU);
        fill(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.to(NativeBackend.Device).MoveToOuterDisposeScope();
    }
}
