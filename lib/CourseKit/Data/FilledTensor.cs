using System.Runtime.InteropServices;
using CourseKit.Display;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>Makes a tensor whose values our own code computes. The tensor is filled on the CPU and then moved to <see cref="Course.Device"/>.</summary>
internal static class FilledTensor
{
    /// <summary>Makes a float32 tensor. The caller owns it.</summary>
    /// <param name="shape">The shape of the tensor.</param>
    /// <param name="fill">
    /// Is called for each index of the first dimension. Gets its elements in C order and writes their values, which are 0 before. A span
    /// holds at most 2 GB; the whole tensor may be larger.
    /// </param>
    public static Tensor Of(ReadOnlySpan<long> shape, Action<int, Span<float>> fill)
    {
        using var scope = NewDisposeScope();
        var tensor = zeros(shape, device: CPU);
        for (var i = 0; i < shape[0]; i++)
        {
            NotebookHost.ThrowIfStopped();
            using var one = tensor.narrow(0, i, 1);
            fill(i, MemoryMarshal.Cast<byte, float>(one.bytes));
        }
        return tensor.to(NativeBackend.Device).MoveToOuterDisposeScope();
    }
}
