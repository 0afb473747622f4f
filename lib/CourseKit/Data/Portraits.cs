using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// Cartoon faces as one would show them: 100,000 combinations of skin, hair, eyes, mouth, glasses and more (<see cref="Portrait"/>), drawn with smooth
/// edges by our own code when they are asked for. Both eyes of a face have one colour. <see cref="PortraitReader"/> measures whether generated
/// faces keep this rule. <see cref="Avatars"/> are the smaller ones, of few pixels.
/// </summary>
public static class Portraits
{
    /// <summary>The side lengths, in pixels, in which portraits can be drawn.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [32, 64];

    /// <summary>
    /// Portraits in a fixed shuffled order: float32 in [-1, 1], shape (N, 3, size, size) in each part. No held-out combination is in the training part.
    /// 10,000 portraits of 64 pixels take half a gigabyte.
    /// </summary>
    /// <param name="size">The side in pixels, one of <see cref="Sizes"/>.</param>
    /// <param name="train">How many to train on, 1 to 50,000.</param>
    /// <param name="heldOut">How many to hold out, 1 to 50,000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size or a number is not allowed.</exception>
    public static DataSplit Load(int size = 64, int train = 10_000, int heldOut = 2_000)
    {
        CheckSize(size);
        foreach (var count in new[] { train, heldOut })
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Portrait.Combinations / 2);
        }
        return new(Set("training part", true, train, size), Set("held-out part", false, heldOut, size));
    }

    /// <summary>Draws portraits: float32 in [-1, 1], shape (N, 3, size, size), owned by the caller.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one of <see cref="Sizes"/>.</exception>
    public static Tensor Draw(IReadOnlyList<Portrait> portraits, int size = 64)
    {
        CheckSize(size);
        NativeBackend.Load();
        using var painter = new PortraitPainter(size);
        return FilledTensor.Of([portraits.Count, 3, size, size], (i, values) =>
        {
            var area = size * size;
            var pixels = painter.Paint(portraits[i]);  // (size, size, red green blue alpha)
            for (var at = 0; at < area; at++)
            {
                for (var c = 0; c < 3; c++)
                    values[(c * area) + at] = (pixels[(4 * at) + c] / 127.5f) - 1;
            }
        });
    }

    private static void CheckSize(int size)
    {
        if (!Sizes.Contains(size))
            throw new ArgumentOutOfRangeException(nameof(size), size, $"Portraits are drawn {string.Join(" or ", Sizes)} pixels wide and high.");
    }

    // 61,803 has no common factor with 100,000. So its multiples, modulo 100,000, visit each combination once, and neighbours do not look alike.
    private static ImageSet Set(string part, bool forTraining, int count, int size)
    {
        List<Portrait> chosen = [.. Enumerable.Range(0, Portrait.Combinations).Select(i => new Portrait((int)(i * 61_803L % Portrait.Combinations)))
            .Where(portrait => portrait.IsForTraining == forTraining).Take(count)];
        return new($"portraits, {part}", Draw(chosen, size), null, [], "drawn by CourseKit");
    }
}
