using System.Numerics;

namespace CourseKit.Plots;

/// <summary>A named line through points (x, y), e.g. a loss over the updates.</summary>
public sealed class Curve
{
    private Curve(string name, double[] x, double[] y)
    {
        Name = name;
        X = x;
        Y = y;
    }

    /// <summary>The curve's name in the legend.</summary>
    public string Name { get; }

    /// <summary>The positions of the values on the horizontal axis, e.g. numbers of updates.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>The values. A value that is not finite leaves a gap.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>Makes a curve of numbers of any type.</summary>
    /// <param name="name">The curve's name in the legend.</param>
    /// <param name="x">The positions of the values on the horizontal axis, ascending.</param>
    /// <param name="y">The values, one for each position.</param>
    /// <exception cref="ArgumentException">The numbers of values and positions differ.</exception>
    public static Curve Of<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> y)
        where TX : INumber<TX>
        where TY : INumber<TY>
    {
        double[] xs = [.. x.Select(double.CreateChecked)], ys = [.. y.Select(double.CreateChecked)];
        return xs.Length == ys.Length ? new(name, xs, ys)
            : throw new ArgumentException($"curve '{name}' has {xs.Length} x and {ys.Length} y: expected as many of each.", nameof(y));
    }

    /// <summary>
    /// An exponential moving average with bias correction, as in Adam. A gap stays a gap and does not change the average.
    /// <paramref name="weight"/>, in [0, 1), is the share of the old average.
    /// </summary>
    internal Curve Smoothed(double weight)
    {
        double sum = 0, mass = 0;
        var smooth = Y.Select(value =>
        {
            if (!double.IsFinite(value))
                return double.NaN;
            (sum, mass) = (weight * sum + (1 - weight) * value, weight * mass + (1 - weight));
            return sum / mass;
        });
        return new(Name, [.. X], [.. smooth]);
    }

    /// <summary>Keeps every k-th point and the last point, so that at most <paramref name="most"/> + 1 points are drawn.</summary>
    internal Curve Thinned(int most)
    {
        var step = Math.Max(1, (X.Count + most - 1) / most);
        int[] kept = [.. Enumerable.Range(0, X.Count).Where(i => i % step == 0 || i == X.Count - 1)];
        return new(Name, [.. kept.Select(i => X[i])], [.. kept.Select(i => Y[i])]);
    }
}
