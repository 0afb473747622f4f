using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// Real points in the plane: pictures of two pixels, so that all that a GAN does can be drawn. The random numbers have a fixed seed. The points are the
/// same for every seed of the lecture.
/// </summary>
public sealed class PlanePoints
{
    // A mode lives if it has at least this share of the made points: with eight modes, an eighth of its due.
    private const double Alive = 1.0 / 64;

    private PlanePoints(string name, Tensor points, double near, params IReadOnlyList<(double X, double Y)> modes) =>
        (Name, Points, Near, Modes) = (name, points, near, modes);

    /// <summary>What the points look like, e.g. "ring of eight".</summary>
    public string Name { get; }

    /// <summary>(N, 2) float32, in random order.</summary>
    public Tensor Points { get; }

    /// <summary>The middles of the clumps that the points form, x and y; none if they form no clumps.</summary>
    public IReadOnlyList<(double X, double Y)> Modes { get; }

    /// <summary>Up to which distance from its middle a point belongs to a mode: three standard deviations.</summary>
    public double Near { get; }

    /// <summary>Eight clumps on a circle of radius 1, with a standard deviation of 0.05.</summary>
    /// <param name="count">N.</param>
    public static PlanePoints Ring(int count = 2000)
    {
        const double spread = 0.05;
        (double X, double Y)[] modes = [.. Enumerable.Range(0, 8).Select(i => (Math.Cos(i * Math.PI / 4), Math.Sin(i * Math.PI / 4)))];
        return new("ring of eight", Draw(count, spread, random => modes[random.Next(modes.Length)]), 3 * spread, modes);
    }

    /// <summary>Two half-moons, one inside the other's bend, with a standard deviation of 0.05.</summary>
    /// <param name="count">N.</param>
    public static PlanePoints Moons(int count = 2000) => new("two moons", Draw(count, 0.05, random =>
    {
        var (angle, side) = (Math.PI * random.NextDouble(), random.Next(2) * 2 - 1);
        return (side * (0.8 * Math.Cos(angle) - 0.32), side * (0.8 * Math.Sin(angle) - 0.15));
    }), 0);

    /// <summary>A spiral of one and a quarter turns around the middle, out to radius 1.1, with a standard deviation of 0.03.</summary>
    /// <param name="count">N.</param>
    public static PlanePoints Spiral(int count = 2000) => new("spiral", Draw(count, 0.03, random =>
    {
        // The root makes the points equally dense along the way: a turn further out is longer.
        var along = Math.Sqrt(0.05 + 0.95 * random.NextDouble());
        return (1.1 * along * Math.Cos(2.5 * Math.PI * along), 1.1 * along * Math.Sin(2.5 * Math.PI * along));
    }), 0);

    /// <summary>Points of your own.</summary>
    /// <param name="name">What they look like.</param>
    /// <param name="points">(N, 2).</param>
    /// <exception cref="ArgumentException">They are not (N, 2) finite numbers.</exception>
    public static PlanePoints Of(string name, Tensor points)
    {
        using var scope = NewDisposeScope();
        return points.shape is [> 0, 2] && points.isfinite().all().item<bool>() ? new(name, points.detach().to(float32).MoveToOuterDisposeScope(), 0)
            : throw new ArgumentException($"{name} is {Display.ShapeText.Of(points)}: expected (N, 2) finite numbers.", nameof(points));
    }

    /// <summary>A minibatch of random points: (B, 2).</summary>
    /// <param name="batch">B.</param>
    public Tensor Sample(int batch)
    {
        using var rows = randint(Points.shape[0], [batch], device: Points.device);
        return Points.index_select(0, rows);
    }

    /// <summary>In how many modes there are made points: at least one in 64 of them, within <see cref="Near"/> of the middle.</summary>
    /// <param name="made">(M, 2).</param>
    public int LiveModes(Tensor made)
    {
        using var scope = NewDisposeScope();
        float[][] points = [.. made.detach().to(float32).cpu().contiguous().data<float>().ToArray().Chunk(2)];
        return Modes.Count(mode => points.Count(point => Math.Sqrt(Math.Pow(point[0] - mode.X, 2) + Math.Pow(point[1] - mode.Y, 2)) < Near) >= Alive * points.Length);
    }

    /// <returns>Name and number of the points.</returns>
    public override string ToString() => $"{Name}: {Points.shape[0]} points";

    private static Tensor Draw(int count, double spread, Func<Random, (double X, double Y)> place)
    {
        if (count < 1)
            throw new ArgumentOutOfRangeException(nameof(count), count, "count: expected 1 or more.");
        NativeBackend.Load();
        var random = new Random(20264);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return FilledTensor.Of([count, 2], (_, point) =>
        {
            var (x, y) = place(random);
            (point[0], point[1]) = ((float)(x + spread * Normal()), (float)(y + spread * Normal()));
        });
    }
}
