using CourseKit.Plots;
using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Formatters;

/// <summary>
/// Decides which tensors are pictures. A picture has shape (H, W), (C, H, W) or (N, C, H, W), with 1 or 3 channels and 8 to 512 pixels a side;
/// kernels of convolutions are smaller. The values are bytes, or they lie in [0, 1] or [-1, 1] and are not nearly equal. A tensor (H, W) must also
/// pass <see cref="LooksLikeOne"/>. A network's parameter is never a picture.
/// </summary>
internal static class TensorPicture
{
    private const int MaxPictures = 32, MinSide = 8, MaxSide = 512, MaxPixels = 1 << 21, Small = 32;
    private const double Tolerance = 1e-3, MinSpread = 0.05;

    /// <summary>The tensor as a picture with a caption; null if it is not a picture.</summary>
    public static (Picture Picture, string Caption)? Of(Tensor tensor)
    {
        if (tensor is Parameter || tensor.is_sparse || tensor.device_type == TorchSharp.DeviceType.META || !(tensor.is_floating_point() || tensor.dtype == ScalarType.Byte)
            || tensor.shape is not ([.., >= MinSide and <= MaxSide, >= MinSide and <= MaxSide] and ([_, _] or [1 or 3, _, _] or [> 0, 1 or 3, _, _])))
            return null;

        long height = tensor.shape[^2], width = tensor.shape[^1], channels = tensor.ndim == 2 ? 1 : tensor.shape[^3];
        var all = tensor.ndim == 4 ? tensor.shape[0] : 1;
        var count = Math.Clamp(MaxPixels / (height * width), 1, Math.Min(all, MaxPictures));
        var batch = tensor.detach().reshape(all, channels, height, width).narrow(0, 0, count).cpu().to(ScalarType.Float32);
        if (ToSymmetricRange(batch, tensor.dtype) is not var (pixels, range) || tensor.ndim == 2 && !LooksLikeOne(batch[0, 0]))
            return null;

        var what = all == 1 ? $"a picture of {width}x{height} pixels" : Invariant($"{(count < all ? $"the first {count} of " : "")}{all:N0} pictures of {width}x{height} pixels");
        return (ImageGrid.Of(pixels, columns: (int)Math.Min(count, 8), scale: all == 1 ? (int)Math.Max(1, 168 / width) : 0, what), $"{what}, {range} drawn as dark to bright");
    }

    // Maps the values to [-1, 1]; null if they lie in no known range, are nearly equal, or none is finite. Computes with tensors, not with C#
    // numbers: a number would become a temporary Scalar, which may be finalised during the native call.
    private static (Tensor Pixels, string Range)? ToSymmetricRange(Tensor batch, ScalarType type)
    {
        var finite = batch.masked_select(batch.isfinite());
        if (finite.numel() == 0)
            return null;
        var (low, high) = (finite.min().item<float>(), finite.max().item<float>());
        if (type == ScalarType.Byte)
            return (batch / tensor(127.5f, device: CPU) - ones_like(batch), "0 to 255");
        if (low < -1 - Tolerance || high > 1 + Tolerance || high - low < MinSpread)
            return null;
        return low < 0 ? (batch, "-1 to 1") : (batch + batch - ones_like(batch), "0 to 1");
    }

    // A tensor (H, W) may also be a matrix or a batch of flat vectors. In a picture, neighbours across and down are alike: 19 of 20 digits of 8x8
    // have correlations above .25, noise does not. But a batch of 64 flat digits has .5, so larger tensors must have more than .6.
    private static bool LooksLikeOne(Tensor image)
    {
        long height = image.shape[0], width = image.shape[1];
        var resemblance = Math.Max(height, width) <= Small ? 0.25 : 0.6;
        return Math.Max(height, width) <= 2 * Math.Min(height, width)
            && Correlation(image.narrow(0, 0, height - 1), image.narrow(0, 1, height - 1)) > resemblance
            && Correlation(image.narrow(1, 0, width - 1), image.narrow(1, 1, width - 1)) > resemblance;
    }

    private static double Correlation(Tensor one, Tensor other)
    {
        one = one - one.mean();
        other = other - other.mean();
        return (one * other).mean().item<float>() / Math.Sqrt((one * one).mean().item<float>() * (other * other).mean().item<float>());
    }
}
