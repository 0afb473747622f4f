using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Holds the points that earlier climbs have reached. The next climb starts from these points instead of from noise (Du and Mordatch,
/// 2019). A small share of the points starts from noise again. Without this share, the buffer would keep points at the same few maxima.
/// </summary>
public sealed class ReplayBuffer : IDisposable
{
    private readonly long[] shape;
    private readonly Scalar darkness, width, bound;
    private readonly Tensor share;

    /// <param name="size">The number of points in the buffer. They begin as noise.</param>
    /// <param name="shape">Shape of a point, e.g. (C, H, W).</param>
    /// <param name="restarts">Share of the drawn points that start from noise again, in [0, 1]. On average a point makes 1 / restarts climbs between
    /// two starts. So samples from new noise look best after about as many climbs.</param>
    /// <param name="bound">Each coordinate of the noise lies in [-bound, bound].</param>
    /// <param name="darkness">A coordinate of the noise is bound * (2 u^darkness - 1) with u uniform in [0, 1]. So 1 gives uniform noise, and 4 mostly dark
    /// pixels, as in pictures with little ink: their mean is -0.6.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, the share is not in [0, 1], or the darkness is not above 0.</exception>
    public ReplayBuffer(int size, IEnumerable<long> shape, double restarts = 0.125, double bound = 1, double darkness = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (restarts is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(restarts), restarts, "expected a share from 0 to 1, e.g. 0.125.");
        if (darkness is not (> 0 and < double.PositiveInfinity))
            throw new ArgumentOutOfRangeException(nameof(darkness), darkness, "expected a number above 0: 1 for uniform noise, 4 for mostly dark pixels.");
        this.shape = [.. shape];
        (this.darkness, this.bound, width) = (darkness, bound, 2 * bound);
        share = tensor((float)restarts).DetachFromDisposeScope();
        Points = Noise(size).DetachFromDisposeScope();
    }

    /// <summary>All points, (size, ...). Every <see cref="Put"/> changes them.</summary>
    public Tensor Points { get; }

    /// <summary>Draws random points for the next climb. Noise replaces a share of them.</summary>
    /// <param name="count">The number of points.</param>
    /// <returns>The rows of the drawn points, (count), and the points, (count, ...). The buffer itself is unchanged.</returns>
    public (Tensor Rows, Tensor Points) Draw(long count)
    {
        using var scope = NewDisposeScope();
        var rows = randint(Points.shape[0], [count]);
        var begins = rand([count, .. shape.Select(_ => 1L)]).lt(share).to_type(ScalarType.Float32); // (count, 1, ...): 1 where noise replaces the point
        return scope.MoveToOuter(rows, Points.index_select(0, rows).lerp_(Noise(count), begins));
    }

    /// <summary>Puts points back into the rows they were drawn from.</summary>
    /// <param name="rows">The rows that <see cref="Draw"/> gave, (count).</param>
    /// <param name="points">(count, ...).</param>
    public void Put(Tensor rows, Tensor points)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Points.index_copy_(0, rows, points);
    }

    /// <summary>Noise from which climbs can start, (count, ...).</summary>
    public Tensor Noise(long count) => rand([count, .. shape]).pow_(darkness).mul_(width).sub_(bound);

    /// <returns>The settings in one line.</returns>
    public override string ToString() => FormattableString.Invariant($"ReplayBuffer({Points.shape[0]} points, restarts {share.item<float>()}, bound {bound.ToDouble()}, darkness {darkness.ToDouble()})");

    /// <summary>Releases the points.</summary>
    public void Dispose()
    {
        Points.Dispose();
        share.Dispose();
        darkness.Dispose();
        width.Dispose();
        bound.Dispose();
    }
}
