using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// Cartoon faces that our own code draws: 2,880 combinations of skin, hair, eyes, mouth and backdrop (<see cref="AvatarAttributes"/>).
/// Each face is mirror-symmetric, and both eyes have one colour. <see cref="AvatarReader"/> measures whether generated faces keep these rules.
/// </summary>
public static class Avatars
{
    /// <summary>The side lengths, in pixels, in which avatars can be drawn.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [16, 24, 32];

    /// <summary>
    /// All avatars: float32 in [-1, 1], shape (1440, 3, size, size) in each part, in a fixed shuffled order.
    /// Half of the combinations are held out. Each value of an attribute, and each pair of values, occurs equally often in both halves.
    /// A label is the combination's number (<see cref="AvatarAttributes.FromIndex"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one of <see cref="Sizes"/>.</exception>
    public static DataSplit Load(int size = 16)
    {
        // 1,789 has no common factor with 2,880. So the multiples of 1,789, modulo 2,880, visit each combination once. The step is large, so that
        // neighbours in the new order do not look alike.
        var shuffled = Enumerable.Range(0, AvatarAttributes.Combinations)
            .Select(i => AvatarAttributes.FromIndex(i * 1789 % AvatarAttributes.Combinations)).ToLookup(avatar => avatar.IsForTraining);
        return new DataSplit(Set("training part", [.. shuffled[true]], size), Set("held-out part", [.. shuffled[false]], size));
    }

    /// <summary>Draws avatars: float32 in [-1, 1], shape (N, 3, size, size), owned by the caller.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not one of <see cref="Sizes"/>.</exception>
    public static Tensor Draw(IReadOnlyList<AvatarAttributes> avatars, int size = 16)
    {
        CheckSize(size);
        NativeBackend.Load();
        return FilledTensor.Of([avatars.Count, 3, size, size], (i, values) => Paint(avatars[i], size, values));
    }

    /// <summary>All 2,880 avatars in the order of their numbers: float32 in [-1, 1], shape (2880, 3, size, size).</summary>
    internal static Tensor All(int size) => Draw([.. Enumerable.Range(0, AvatarAttributes.Combinations).Select(AvatarAttributes.FromIndex)], size);

    internal static void CheckSize(int size)
    {
        if (!Sizes.Contains(size))
            throw new ArgumentOutOfRangeException(nameof(size), size, $"Avatars are drawn {string.Join(", ", Sizes)} pixels wide and high.");
    }

    private static void Paint(in AvatarAttributes avatar, int size, Span<float> values)
    {
        var unit = 16.0 / size;
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size / 2; x++)
            {
                var colour = AvatarPainter.At(avatar, (x + .5) * unit, (y + .5) * unit);
                ReadOnlySpan<byte> parts = [colour.Red, colour.Green, colour.Blue];
                for (var c = 0; c < 3; c++)
                {
                    var row = values.Slice(((c * size) + y) * size, size);
                    row[x] = row[size - 1 - x] = (parts[c] / 127.5f) - 1;
                }
            }
        }
    }

    private static ImageSet Set(string part, AvatarAttributes[] avatars, int size) =>
        new($"avatars, {part}", Draw(avatars, size), tensor(avatars.Select(avatar => (long)avatar.Index).ToArray()),
            Names, "drawn by CourseKit");

    private static readonly string[] Names =
        [.. Enumerable.Range(0, AvatarAttributes.Combinations).Select(i => AvatarAttributes.FromIndex(i).ToString())];
}
