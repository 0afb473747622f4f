namespace CourseKit.Data;

/// <summary>Everything that makes one avatar; both eyes always share one colour.</summary>
/// <param name="Skin">The colour of face and neck.</param>
/// <param name="Hair">The colour of the hair.</param>
/// <param name="Style">The cut of the hair.</param>
/// <param name="Eyes">The colour of both eyes.</param>
/// <param name="Mouth">The shape of the mouth.</param>
/// <param name="Backdrop">The colour behind the head.</param>
public readonly record struct AvatarAttributes(SkinTone Skin, HairColour Hair, HairStyle Style, EyeColour Eyes, MouthShape Mouth, Backdrop Backdrop)
{
    /// <summary>The number of combinations: 4 x 5 x 4 x 4 x 3 x 3.</summary>
    public const int Combinations = 2880;

    /// <summary>The combination's number, 0 to 2,879: the label of its picture.</summary>
    public int Index =>
        ((((((((((int)Skin * 5) + (int)Hair) * 4) + (int)Style) * 4) + (int)Eyes) * 3) + (int)Mouth) * 3) + (int)Backdrop;

    /// <summary>The combination with this number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in 0 to 2,879.</exception>
    public static AvatarAttributes FromIndex(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Combinations);
        return new((SkinTone)(index / 720), (HairColour)(index / 144 % 5), (HairStyle)(index / 36 % 4),
            (EyeColour)(index / 9 % 4), (MouthShape)(index / 3 % 3), (Backdrop)(index % 3));
    }

    /// <summary>e.g. "peach skin, gold pigtails, blue eyes, open mouth, mint backdrop".</summary>
    public override string ToString() =>
        $"{Skin} skin, {Hair} {Style}, {Eyes} eyes, {Mouth} mouth, {Backdrop} backdrop".ToLowerInvariant();

    /// <summary>
    /// A combination is for training if the numbers of its attributes have an even sum. This holds for half of all combinations. So each value
    /// of each attribute, and each pair of values of two attributes, occurs equally often in both halves.
    /// </summary>
    internal bool IsForTraining => ((int)Skin + (int)Hair + (int)Style + (int)Eyes + (int)Mouth + (int)Backdrop) % 2 == 0;
}
