using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Holds the points that earlier climbs have reached. The next climb starts from these points instead of from noise (Du and Mordatch,
/// 2019). A small share of the points starts from noise again. Without this share, the buffer would keep points at the same few maxima.
/// </summary>
public sealed class ReplayBuffer : IDisposable
{
    private readonly long[] shape;
    private readonly double bound;
    private readonly Tensor share;

    /// <param name="size">The number of points in the buffer. They begin as noise.</param>
    /// <param name="shape">Shape of a point, e.g. (C, H, W).</param>
    /// <param name="restarts">Share of the drawn points that start from noise again, in [0, 1]. On average a point makes 1 / restarts climbs between
    /// two starts. So samples from new noise look best after about as many climbs.</param>
    /// <param name="bound">Each coordinate of the noise is uniform in [-bound, bound].</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1, or the share is not in [0, 1].</exception>
    public ReplayBuffer(int size, IEnumerable<long> shape, double restarts = 0.125, double bound = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (restarts is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(restarts), restarts, "expected a share from 0 to 1, e.g. 0.125.");
        (this.shape, this.bound) = ([.. shape], bound);
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

    /// <summary>Uniform noise from which climbs can start, (count, ...).</summary>
    public Tensor Noise(long count) => empty([count, .. shape]).uniform_(-bound, bound);

    /// <returns>The settings in one line.</returns>
    public override string ToString() => FormattableString.Invariant($"ReplayBuffer({Points.shape[0]} points, restarts {share.item<float>()}, bound {bound})");

    /// <summary>Releases the points.</summary>
    public void Dispose()
    {
        Points.Dispose();
        share.Dispose();
    }
}
