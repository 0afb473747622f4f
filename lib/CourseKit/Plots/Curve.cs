using System.Numerics;

namespace CourseKit.Plots;

/// <summary>A named series of numbers over another, e.g. a loss over updates.</summary>
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

    /// <summary>The places of the values, e.g. the number of updates.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>The values. A value that is not finite leaves a gap.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>Makes a curve of numbers of any type.</summary>
    /// <param name="name">The curve's name in the legend.</param>
    /// <param name="x">The places of the values, ascending.</param>
    /// <param name="y">The values, one for each place.</param>
    /// <exception cref="ArgumentException">The numbers of values and places differ.</exception>
    public static Curve Of<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> y)
        where TX : INumber<TX>
        where TY : INumber<TY>
    {
        double[] xs = [.. x.Select(double.CreateChecked)], ys = [.. y.Select(double.CreateChecked)];
        return xs.Length == ys.Length ? new(name, xs, ys)
            : throw new ArgumentException($"curve '{name}' has {xs.Length} x and {ys.Length} y: expected as many of each.", nameof(y));
    }

    /// <summary>
    /// An exponential moving average. It is unbiased from the start and skips gaps. <paramref name="weight"/> is the share of the past.
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

    /// <summary>Keeps points at equal steps, and the last point, so that at most about <paramref name="most"/> are left to draw.</summary>
    internal Curve Thinned(int most)
    {
        var step = Math.Max(1, (X.Count + most - 1) / most);
        int[] kept = [.. Enumerable.Range(0, X.Count).Where(i => i % step == 0 || i == X.Count - 1)];
        return new(Name, [.. kept.Select(i => X[i])], [.. kept.Select(i => Y[i])]);
    }
}
