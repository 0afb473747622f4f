using static TorchSharp.torch;

namespace CourseKit.Display;

/// <summary>A tensor's shape as text, e.g. <c>(64, 16)</c>.</summary>
internal static class ShapeText
{
    public static string Of(Tensor tensor) => Of(tensor.shape);

    public static string Of(long[] shape) => $"({string.Join(", ", shape)})";
}
