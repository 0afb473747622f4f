using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Metrics;

/// <summary>
/// Measures how far images are from the nearest image in a bank. The bank covers all possible real images densely. This works only for data that our
/// own code draws.
/// </summary>
public sealed class NearestReal : IDisposable
{
    private static readonly Scalar Half = 0.5;
    private readonly Tensor bank;

    /// <param name="bank">(N, C, H, W) in [-1, 1]: real images that cover all possible ones densely.</param>
    /// <param name="heldOut">(M, C, H, W) in [-1, 1]: real images that are not in the bank. They set the limit for images that look real.</param>
    public NearestReal(Tensor bank, Tensor heldOut)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        this.bank = bank.flatten(1).contiguous().DetachFromDisposeScope(); // (N, C*H*W)
        var distances = Distances(heldOut);
        RealDistance = distances.Average();
        Limit = distances.Order().ElementAt((int)(0.95 * (distances.Length - 1)));
    }

    /// <summary>Mean distance of held-out real images to the nearest image in the bank.</summary>
    public double RealDistance { get; }

    /// <summary>The largest distance to the bank of an image that looks real. 95 % of the held-out real images are within this limit.</summary>
    public double Limit { get; }

    /// <summary>The Euclidean distance of each image to the nearest image in the bank. Pixels are scaled to [0, 1] for this (1 is ink).</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    public double[] Distances(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var nearest = cat([.. images.flatten(1).split(256).Select(chunk => cdist(chunk, bank).amin([1]))]); // (B)
        return [.. nearest.mul(Half).to_type(ScalarType.Float64).cpu().data<double>()];
    }

    /// <summary>Share of the images that look real, in [0, 1].</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    public double LooksReal(Tensor images) => Distances(images).Average(distance => distance <= Limit ? 1.0 : 0);

    /// <summary>Releases the bank.</summary>
    public void Dispose() => bank.Dispose();
}
