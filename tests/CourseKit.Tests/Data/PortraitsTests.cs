using CourseKit.Data;
using CourseKit.Tests.Files;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

public sealed class PortraitsTests
{
    private static readonly Portrait[] Some = [.. Enumerable.Range(0, 60).Select(i => new Portrait(i * 31_337 % Portrait.Combinations))];

    public static TheoryData<int> Sizes => [.. Portraits.Sizes];

    [Theory, MemberData(nameof(Sizes))]
    public void A_real_portrait_reads_back_as_what_it_is_also_when_it_is_soft_or_noisy(int size)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var clean = Portraits.Draw(Some, size);
        Assert.All(PortraitReader.Read(clean).Zip(Some), pair =>
        {
            Assert.Equal(pair.Second, pair.First.Nearest);
            Assert.Equal((pair.Second.Eyes, pair.Second.Eyes), (pair.First.LeftEye, pair.First.RightEye));
            Assert.InRange(pair.First.Distance, 0, size == 32 ? 1e-6 : .1); // at 64 the edges are other ones than at 32
            Assert.True(pair.First is { IsFace: true, LeftDistance: < 1e-6, RightDistance: < 1e-6 });
        });
        var noisy = PortraitReader.Read(clean.mul(.9f).add(randn_like(clean).mul(.05f)));
        Assert.Equal(Some.Length, noisy.Zip(Some).Count(pair => pair.First.IsFace && pair.First.LeftEye == pair.Second.Eyes));
        Assert.InRange(noisy.Zip(Some).Count(pair => pair.First.Nearest == pair.Second), Some.Length - 3, Some.Length);
    }

    [Fact]
    public void Every_value_is_in_either_half_equally_often_and_the_halves_share_nothing()
    {
        var halves = Enumerable.Range(0, Portrait.Combinations).Select(index => new Portrait(index)).ToLookup(portrait => portrait.IsForTraining);
        Assert.Equal(Portrait.Combinations / 2, halves[true].Count());
        foreach (var part in Enumerable.Range(0, Portrait.Counts.Count))
            Assert.Equivalent(halves[true].CountBy(portrait => portrait.Digits[part]), halves[false].CountBy(portrait => portrait.Digits[part]));
        using var split = Portraits.Load(32, train: 40, heldOut: 20);
        Assert.All(PortraitReader.Read(split.Train.Images), reading => Assert.True(reading.Nearest.IsForTraining));
        Assert.All(PortraitReader.Read(split.HeldOut.Images), reading => Assert.False(reading.Nearest.IsForTraining));
    }

    [Fact]
    public void A_number_is_its_face_whenever_it_is_drawn_and_no_two_look_the_same()
    {
        using var scope = NewDisposeScope();
        var pictures = Portraits.Draw(Some, 32);
        Assert.True(Bits.Same(pictures, cat([Portraits.Draw(Some[..7], 32), Portraits.Draw(Some[7..], 32)])));
        var distances = cdist(pictures.flatten(1), pictures.flatten(1)) + eye(Some.Length) * 100;
        Assert.True(distances.min().item<float>() > 1);
        Assert.Equal(Portrait.Combinations, Enumerable.Range(0, Portrait.Combinations).Select(index => Portrait.Of(new Portrait(index).Digits).Index).Distinct().Count());
        Assert.Equal("porcelain skin, ink hair, bob, blue eyes, smile, no extra, sky backdrop", new Portrait(0).ToString());
    }

    [Fact]
    public void Every_value_of_every_part_can_be_seen()
    {
        using var scope = NewDisposeScope();
        int[] plain = [2, 2, 0, 0, 0, 0, 0];
        foreach (var (part, count) in Portrait.Counts.Index())
        {
            var pictures = Portraits.Draw([.. Enumerable.Range(0, count).Select(value => Portrait.Of([.. plain[..part], value, .. plain[(part + 1)..]]))], 32);
            var distances = cdist(pictures.flatten(1), pictures.flatten(1)) + eye(count) * 100;
            Assert.True(distances.min().item<float>() > 1, $"part {part}");
        }
    }

    [Fact]
    public void Neither_two_eyes_of_different_colours_nor_noise_nor_the_mean_of_two_faces_is_a_face()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (blue, ruby) = (Portraits.Draw([Portrait.Of([1, 2, 0, 0, 1, 0, 1])], 64), Portraits.Draw([Portrait.Of([1, 2, 0, 3, 1, 0, 1])], 64));
        var odd = Assert.Single(PortraitReader.Read(cat([blue.narrow(3, 0, 32), ruby.narrow(3, 32, 32)], 3)));
        Assert.True(odd is { LeftEye: 0, RightEye: 3, EyesAgree: false, EyesAreClear: true, IsFace: false });
        var noise = PortraitReader.Read(rand(40, 3, 32, 32) * 2 - 1);
        Assert.DoesNotContain(noise, reading => reading.IsFace || reading.EyesAreClear);
        var faces = Portraits.Draw(Some, 32);
        Assert.InRange(PortraitReader.Read((faces[..30] + faces[30..]) / 2).Count(reading => reading.IsFace), 0, 6);
    }

    [Fact]
    public void What_cannot_be_drawn_or_read_is_refused_in_words()
    {
        Assert.Contains("32 or 64 pixels", Assert.Throws<ArgumentOutOfRangeException>(() => Portraits.Load(16)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Portraits.Load(32, train: 50_001));
        Assert.Throws<ArgumentOutOfRangeException>(() => Portraits.Load(32, heldOut: 0));
        Assert.Contains("0 to 99,999", Assert.Throws<ArgumentOutOfRangeException>(() => new Portrait(100_000)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Portrait(-1));
        using var grey = zeros(2, 1, 32, 32);
        Assert.Contains("(2, 1, 32, 32)", Assert.Throws<DataFormatException>(() => PortraitReader.Read(grey)).Message, StringComparison.Ordinal);
    }
}
