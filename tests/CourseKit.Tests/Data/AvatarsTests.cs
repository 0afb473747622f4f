using CourseKit.Data;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

public sealed class AvatarsTests
{
    public static TheoryData<int> Sizes => [.. Avatars.Sizes];

    [Fact]
    public void Every_combination_has_a_number_of_its_own()
    {
        var combinations = Enumerable.Range(0, AvatarAttributes.Combinations).Select(AvatarAttributes.FromIndex).ToList();
        Assert.Equal(AvatarAttributes.Combinations, combinations.Distinct().Count());
        Assert.Equal(Enumerable.Range(0, AvatarAttributes.Combinations), combinations.Select(avatar => avatar.Index));
        Assert.Throws<ArgumentOutOfRangeException>(() => AvatarAttributes.FromIndex(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => AvatarAttributes.FromIndex(2880));
    }

    [Theory, MemberData(nameof(Sizes))]
    [Trait("Cost", "slow")]
    public void Every_real_avatar_reads_back_as_what_it_is(int size)
    {
        using var split = Avatars.Load(size);
        foreach (var part in new[] { split.Train, split.HeldOut })
        {
            var labels = part.Labels!.data<long>().ToArray();
            var readings = AvatarReader.Read(part.Images);
            Assert.Equal(1440, readings.Count);
            Assert.All(readings.Zip(labels), pair =>
            {
                var (reading, avatar) = (pair.First, AvatarAttributes.FromIndex((int)pair.Second));
                Assert.Equal(avatar, reading.Nearest);
                Assert.Equal((avatar.Eyes, avatar.Eyes), (reading.LeftEye, reading.RightEye));
                Assert.Equal(0, reading.LeftDistance + reading.RightDistance + reading.Asymmetry + reading.Distance, 4);
                Assert.True(reading is { EyesAgree: true, EyesAreClear: true, IsSymmetric: true, IsFace: true });
            });
        }
    }

    [Fact]
    public void Each_value_and_each_pair_of_values_is_in_either_half_equally_often()
    {
        using var split = Avatars.Load();
        var (train, heldOut) = (Attributes(split.Train), Attributes(split.HeldOut));
        Assert.Empty(train.Intersect(heldOut));
        Func<AvatarAttributes, int>[] values =
            [a => (int)a.Skin, a => (int)a.Hair, a => (int)a.Style, a => (int)a.Eyes, a => (int)a.Mouth, a => (int)a.Backdrop];
        foreach (var first in values)
        {
            foreach (var second in values)
                Assert.Equivalent(train.CountBy(a => (first(a), second(a))), heldOut.CountBy(a => (first(a), second(a))));
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void A_soft_or_noisy_avatar_still_shows_its_attributes(int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var avatars = Enumerable.Range(0, 200).Select(i => AvatarAttributes.FromIndex(i * 1789 % AvatarAttributes.Combinations)).ToList();
        var clean = Avatars.Draw(avatars, size);
        var noisy = clean.mul(.9f).add(randn_like(clean).mul(.05f));
        Assert.All(AvatarReader.Read(noisy).Zip(avatars), pair =>
        {
            Assert.Equal(pair.Second, pair.First.Nearest);
            Assert.True(pair.First.EyesAgree && pair.First.EyesAreClear);
            Assert.Equal(pair.Second.Eyes, pair.First.LeftEye);
        });
    }

    [Fact]
    public void An_eye_of_another_colour_is_seen_and_is_no_face()
    {
        using var scope = NewDisposeScope();
        var blue = Avatars.Draw([new(SkinTone.Peach, HairColour.Gold, HairStyle.Bob, EyeColour.Blue, MouthShape.Open, Backdrop.Mint)]);
        var ruby = Avatars.Draw([new(SkinTone.Peach, HairColour.Gold, HairStyle.Bob, EyeColour.Ruby, MouthShape.Open, Backdrop.Mint)]);
        var odd = cat([blue.narrow(3, 0, 8), ruby.narrow(3, 8, 8)], 3);
        var reading = Assert.Single(AvatarReader.Read(odd));
        Assert.Equal((EyeColour.Blue, EyeColour.Ruby), (reading.LeftEye, reading.RightEye));
        Assert.True(reading is { EyesAgree: false, EyesAreClear: true, IsFace: false, Asymmetry: > 0 });
    }

    [Fact]
    public void Noise_agrees_by_chance_and_is_neither_clear_nor_symmetric_nor_a_face()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var readings = AvatarReader.Read(rand(2000, 3, 16, 16).mul(2f).sub(1f));
        Assert.InRange(readings.Average(reading => reading.EyesAgree ? 1.0 : 0), .2, .45);
        Assert.InRange(readings.Count(reading => reading.EyesAreClear), 0, 20);
        Assert.DoesNotContain(readings, reading => reading.IsSymmetric || reading.IsFace);
    }

    [Fact]
    public void Eye_colours_are_as_far_apart_as_the_limit_for_a_clear_eye_assumes()
    {
        var eyes = AvatarPalette.Eyes;
        var least = eyes.SelectMany(a => eyes.Where(b => b != a), Distance).Min();
        Assert.InRange(least, 4 * AvatarReading.ClearLimit, 2);
    }

    [Theory, InlineData(0), InlineData(15), InlineData(64)]
    public void Other_sizes_are_refused_by_name(int size)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Avatars.Load(size));
        Assert.Contains("16, 24, 32", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => AvatarReader.Irises(size));
    }

    [Fact]
    public void Pictures_of_another_shape_are_refused()
    {
        using var grey = zeros(2, 1, 16, 16);
        var error = Assert.Throws<DataFormatException>(() => AvatarReader.Read(grey));
        Assert.Contains("(2, 1, 16, 16)", error.Message, StringComparison.Ordinal);
    }

    private static List<AvatarAttributes> Attributes(ImageSet set) =>
        [.. set.Labels!.data<long>().ToArray().Select(label => AvatarAttributes.FromIndex((int)label))];

    private static double Distance(Rgb a, Rgb b) => a.DistanceTo((b.Red / 127.5) - 1, (b.Green / 127.5) - 1, (b.Blue / 127.5) - 1);
}
