namespace CourseKit.Data;

/// <summary>Everything that makes one portrait, as one number. Its digits are the parts of the face; both eyes always share one colour.</summary>
/// <param name="Index">0 to 99,999.</param>
/// <exception cref="ArgumentOutOfRangeException">The index is not in 0 to 99,999.</exception>
public readonly record struct Portrait(int Index)
{
    /// <summary>The number of combinations: 5 x 5 x 8 x 5 x 5 x 5 x 4.</summary>
    public const int Combinations = 100_000;

    private static readonly (string Part, string[] Values)[] Table =
    [
        ("skin", ["porcelain", "peach", "honey", "bronze", "umber"]),
        ("hair", ["ink", "copper", "gold", "rose", "teal"]),
        ("", ["bob", "waves", "pigtails", "spikes", "bun", "curls", "side parting", "crop"]),
        ("eyes", ["blue", "green", "amber", "ruby", "violet"]),
        ("", ["smile", "open mouth", "small mouth", "grin", "cat's mouth"]),
        ("", ["no extra", "round glasses", "square glasses", "freckles", "bow"]),
        ("backdrop", ["sky", "mint", "lilac", "sand"]),
    ];

    /// <summary>The combination's number, 0 to 99,999.</summary>
    public int Index { get; } = Index is >= 0 and < Combinations ? Index
        : throw new ArgumentOutOfRangeException(nameof(Index), Index, "There are 100,000 portraits: expected 0 to 99,999.");

    /// <summary>How many values each part has, in the order of the digits: skin, hair, style, eyes, mouth, extra, backdrop.</summary>
    internal static IReadOnlyList<int> Counts { get; } = [.. Table.Select(part => part.Values.Length)];

    /// <summary>The names of the eye colours. Five colours: two eyes of random colours agree in 20 % of the pictures.</summary>
    public static IReadOnlyList<string> EyeColours => Table[3].Values;

    /// <summary>Which of <see cref="EyeColours"/> both eyes have.</summary>
    public int Eyes => Digits[3];

    /// <summary>
    /// Half of all combinations are for training: those whose digits have an even sum. So each value of each part occurs equally often in both halves.
    /// The other half is held out.
    /// </summary>
    public bool IsForTraining => Digits.Sum() % 2 == 0;

    /// <summary>The number of each part's value, in the order of <see cref="Counts"/>.</summary>
    internal int[] Digits
    {
        get
        {
            var (digits, rest) = (new int[Counts.Count], Index);
            for (var part = digits.Length - 1; part >= 0; part--)
                (rest, digits[part]) = Math.DivRem(rest, Counts[part]);
            return digits;
        }
    }

    /// <summary>The portrait with these numbers of its parts' values.</summary>
    internal static Portrait Of(ReadOnlySpan<int> digits)
    {
        var index = 0;
        for (var part = 0; part < digits.Length; part++)
            index = (index * Counts[part]) + digits[part];
        return new(index);
    }

    /// <summary>e.g. "peach skin, gold hair, pigtails, blue eyes, open mouth, round glasses, mint backdrop".</summary>
    public override string ToString() => string.Join(", ", Digits.Select((value, part) => $"{Table[part].Values[value]} {Table[part].Part}".TrimEnd()));
}
