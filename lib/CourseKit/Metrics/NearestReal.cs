using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Metrics;

/// <summary>
/// Measures how far images are from the nearest image in a bank of all possible real images. Such a bank exists only for data that our own
/// code draws.
/// </summary>
public sealed class NearestReal : IDisposable
{
    private static readonly Scalar Half = 0.5;
    private readonly Tensor bank;

    /// <param name="bank">(N, C, H, W) in [-1, 1]: a dense set of all possible real images.</param>
    /// <param name="heldOut">(M, C, H, W) real images that are not in the bank. They set the limit for images that look real.</param>
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

    /// <summary>An image looks real if it is no farther from the bank than this. The same is true for 95 % of the held-out real images.</summary>
    public double Limit { get; }

    /// <summary>The Euclidean distance of each image to the nearest image in the bank. Its unit is full ink: pixels count from 0 (blank) to 1.</summary>
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
