using System.Runtime.InteropServices;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>Makes a tensor whose values our own code computes. The tensor is filled on the CPU and then moved to <see cref="Course.Device"/>.</summary>
internal static class FilledTensor
{
    /// <summary>Makes a float32 tensor. The caller owns it.</summary>
    /// <param name="shape">The shape of the tensor.</param>
    /// <param name="fill">Gets all elements in C order and writes their values. They are 0 before.</param>
    public static Tensor Of(ReadOnlySpan<long> shape, Action<Span<float>> fill)
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(shape, device: CPU);
        fill(MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor.to(NativeBackend.Device).MoveToOuterDisposeScope();
    }
}
