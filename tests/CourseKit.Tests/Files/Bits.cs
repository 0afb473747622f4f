using static TorchSharp.torch;

namespace CourseKit.Tests.Files;

internal static class Bits
{
    /// <summary>Whether two tensors have the same type, shape and elements, to the last bit.</summary>
    public static bool Same(Tensor a, Tensor b) => a.dtype == b.dtype && a.shape.SequenceEqual(b.shape)
        && (a.NumberOfElements == 0 || a.contiguous().bytes.SequenceEqual(b.contiguous().bytes));
}
