using CourseKit.Display;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Generates with a discriminator: points climb its score. Each step goes uphill by a bounded amount and adds a little noise. The noise keeps the
/// points from all ending on the same top. With step size a, noise sqrt(2a) and no bound, this is Langevin dynamics (Welling and Teh, 2011), which
/// draws from the density exp(score). With less noise, as is usual for images, it draws from a sharper density (Nijkamp et al., 2019).
/// </summary>
public sealed class Langevin
{
    // A step is a dozen native calls, and an update of the discriminator takes twenty steps. So the steps work in place and use scalars that outlive
    // the call.
    private static readonly Scalar One = 1;
    private readonly Scalar step, lowest, highest, steepest, flattest;
    private readonly double noise;

    /// <param name="stepSize">How far a point moves for a slope of 1.</param>
    /// <param name="noise">Standard deviation of the noise in each step.</param>
    /// <param name="clip">The largest slope in each direction. Larger slopes count as this value. Infinity means no bound.</param>
    /// <param name="bound">Points stay within [-bound, bound] in each direction. Images need 1.</param>
    public Langevin(double stepSize = 0.5, double noise = 0.03, double clip = 0.2, double bound = 1)
    {
        this.noise = noise;
        (step, steepest, flattest, highest, lowest) = (stepSize, clip, -clip, bound, -bound);
    }

    /// <summary>Moves copies of the points uphill. The score network is frozen during the climb.</summary>
    /// <param name="score">(B, ...) to scores (B).</param>
    /// <param name="start">(B, ...).</param>
    /// <param name="steps">The number of steps.</param>
    /// <returns>(B, ...), without a gradient.</returns>
    public Tensor Climb(nn.Module<Tensor, Tensor> score, Tensor start, int steps)
    {
        using var frozen = Freeze.Of(score);
        using var origin = start.detach();
        var points = origin.clone();
        for (var i = 0; i < steps; i++)
        {
            NotebookHost.ThrowIfStopped();
            using var scope = NewDisposeScope();
            var slope = Slope(score, points);
            using var noGrad = no_grad();
            points.add_(slope.clamp_(flattest, steepest), step);
            points.add_(slope.normal_(0, noise), One);
            points.clamp_(lowest, highest);
        }
        return points;
    }

    private static Tensor Slope(nn.Module<Tensor, Tensor> score, Tensor points)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var here = points.detach().requires_grad_();
        return autograd.grad([score.forward(here).sum()], [here])[0].MoveToOuterDisposeScope();
    }
}
