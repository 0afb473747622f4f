using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Metrics;

/// <summary>
/// Measures how far images with little ink, such as strokes, are from the nearest image in a bank of real ones. The distance is divided by the length of
/// the image's own ink. Without that, a faint smudge would be near every stroke.
/// </summary>
public sealed class NearestReal : IDisposable
{
    private static readonly Scalar Half = 0.5, One = 1, LeastInk = 1e-3;
    private readonly Tensor bank;

    /// <param name="bank">(N, C, H, W) in [-1, 1]: real images that cover the possible ones well.</param>
    /// <param name="heldOut">(M, C, H, W) in [-1, 1]: real images that are not in the bank. They set the limit for images that look real.</param>
    public NearestReal(Tensor bank, Tensor heldOut)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        this.bank = Ink(bank).DetachFromDisposeScope(); // (N, C*H*W)
        var distances = Distances(heldOut);
        RealDistance = distances.Average();
        Limit = distances.Order().ElementAt((int)(0.95 * (distances.Length - 1)));
    }

    /// <summary>Mean distance of held-out real images to the nearest image in the bank.</summary>
    public double RealDistance { get; }

    /// <summary>The largest distance to the bank of an image that looks real. 95 % of the held-out real images are within this limit.</summary>
    public double Limit { get; }

    /// <summary>
    /// The Euclidean distance of each image to the nearest image in the bank, divided by the Euclidean length of the image itself. For both, pixels are
    /// scaled to [0, 1], where 0 is blank. A blank image is far from everything.
    /// </summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    public double[] Distances(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ink = Ink(images);
        var nearest = cat([.. ink.split(256).Select(chunk => cdist(chunk, bank).amin([1]))]); // (B)
        return [.. (nearest / ink.norm(1).clamp_min(LeastInk)).to_type(ScalarType.Float64).cpu().data<double>()];
    }

    /// <summary>Share of the images that look real, in [0, 1].</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    public double LooksReal(Tensor images) => Distances(images).Average(distance => distance <= Limit ? 1.0 : 0);

    /// <summary>Releases the bank.</summary>
    public void Dispose() => bank.Dispose();

    private static Tensor Ink(Tensor images) => images.flatten(1).add(One, One).mul(Half).contiguous();
}
