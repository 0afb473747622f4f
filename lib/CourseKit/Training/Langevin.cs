using CourseKit.Display;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Generates samples with a discriminator: steps raise the score of points. Each step follows the clipped gradient and adds a little noise. The noise
/// keeps the points from all ending at the same maximum. With step size a, noise sqrt(2a), no clipping and no bound, this is Langevin dynamics
/// (Welling and Teh, 2011). After many steps the density of the points is approximately proportional to exp(score). With less noise, as is usual for
/// images, the density is sharper (Nijkamp et al., 2019).
/// </summary>
public sealed class Langevin
{
    // A step is about a dozen native calls, and an update of the discriminator takes twenty steps by default. To save time, a step works in place and
    // makes no new scalars.
    private static readonly Scalar One = 1;
    private readonly Scalar step, lowest, highest, steepest, flattest;
    private readonly double noise;

    /// <param name="stepSize">A point moves by this factor times the clipped slope in each coordinate.</param>
    /// <param name="noise">Standard deviation of the noise in each step.</param>
    /// <param name="clip">The slope in each coordinate is clipped to [-clip, clip]. Infinity means no clipping.</param>
    /// <param name="bound">Each coordinate of a point stays within [-bound, bound]. Images need 1.</param>
    public Langevin(double stepSize = 0.5, double noise = 0.03, double clip = 0.2, double bound = 1)
    {
        this.noise = noise;
        (step, steepest, flattest, highest, lowest) = (stepSize, clip, -clip, bound, -bound);
    }

    /// <summary>How far a coordinate of a point can be from 0.</summary>
    internal float Bound => highest.ToSingle();

    /// <summary>Moves copies of the points uphill. The score network is frozen during the climb.</summary>
    /// <param name="score">The network: it maps points (B, ...) to scores (B).</param>
    /// <param name="start">(B, ...).</param>
    /// <param name="steps">The number of steps.</param>
    /// <returns>(B, ...), without a gradient.</returns>
    /// <exception cref="OperationCanceledException">The user has stopped the notebook cell.</exception>
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
            Confine(points);
        }
        return points;
    }

    /// <summary>Clamps the points, in place, to where a climb can go.</summary>
    internal Tensor Confine(Tensor points) => points.clamp_(lowest, highest);

    /// <returns>The settings in one line.</returns>
    public override string ToString() => FormattableString.Invariant($"Langevin(step {step.ToDouble()}, noise {noise}, clip {steepest.ToDouble()}, bound {highest.ToDouble()})");

    private static Tensor Slope(nn.Module<Tensor, Tensor> score, Tensor points)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var here = points.detach().requires_grad_();
        return autograd.grad([score.forward(here).sum()], [here])[0].MoveToOuterDisposeScope();
    }
}
