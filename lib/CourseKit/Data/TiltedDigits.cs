using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// The digit '1' with different tilts, places and thicknesses, 28 pixels wide and high, drawn by our own code. So we know how a real picture between
/// two others looks. We compare it with what a generator makes from the mean of two latent codes.
/// </summary>
public static class TiltedDigits
{
    /// <summary>Width and height of a picture in pixels.</summary>
    public const int Size = 28;

    private const double MostTilt = 40, MostShift = 1.75, Thinnest = 2.5, Thickest = 3.5;

    // Fixed seeds keep the data the same for every seed of the lecture.
    private const int TrainingSeed = 20261, PairSeed = 20263;

    /// <summary>
    /// 2,000 pictures to train on: float32 in [-1, 1], shape (N, 1, 28, 28). Tilts, places and thicknesses are drawn at random over their whole range.
    /// The pictures have no labels.
    /// </summary>
    public static ImageSet Load() => new("tilted ones", Draw(Random(2000, new Random(TrainingSeed))), null, [], "drawn by CourseKit");

    /// <summary>
    /// 100 pairs of strokes with the same place and thickness. One stroke leans 20 to 26 degrees to the left, the other equally far to the right.
    /// The strokes are not in the training part.
    /// </summary>
    public static IReadOnlyList<(TiltedOne Left, TiltedOne Right)> Pairs { get; } =
    [
        .. Random(100, new Random(PairSeed)).Select(one => (one with { Tilt = -Lean(one) }, one with { Tilt = Lean(one) })),
    ];

    /// <summary>Draws pictures: float32 in [-1, 1], shape (N, 1, 28, 28). The caller owns the tensor.</summary>
    /// <param name="ones">The N strokes to draw.</param>
    public static Tensor Draw(IEnumerable<TiltedOne> ones)
    {
        NativeBackend.Load();
        TiltedOne[] all = [.. ones];
        return FilledTensor.Of([all.Length, 1, Size, Size], (one, values) =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                var (row, column) = (i / Size, i % Size);
                const double middle = (Size - 1) / 2.0;
                values[i] = (float)(2 * all[one].Ink(column - middle, row - middle) - 1);
            }
        });
    }

    // Maps a tilt from the whole range to a tilt between 20 and 26 degrees.
    private static double Lean(TiltedOne one) => 23 + one.Tilt * 3 / MostTilt;

    private static TiltedOne[] Random(int count, Random random)
    {
        double Between(double low, double high) => low + (high - low) * random.NextDouble();
        return
        [
            .. Enumerable.Range(0, count).Select(_ => new TiltedOne(Between(-MostTilt, MostTilt), Between(-MostShift, MostShift),
                Between(-MostShift, MostShift), Between(Thinnest, Thickest))),
        ];
    }
}
