using CourseKit.Data;
using CourseKit.Metrics;
using CourseKit.Tests.Files;
using CourseKit.Tests.Training;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Metrics;

/// <summary>The real digits and the yardstick made of them, once for all tests.</summary>
public sealed class DigitsQuality : IDisposable
{
    public DigitsQuality()
    {
        Torch.Begin();
        Digits = CourseKit.Data.Digits.Load();
        Quality = new SampleQuality(Digits);
    }

    public DataSplit Digits { get; }

    public SampleQuality Quality { get; }

    public void Dispose()
    {
        Quality.Dispose();
        Digits.Dispose();
    }
}

[Collection("process-wide state")]
public sealed class SampleQualityTests(DigitsQuality real) : IClassFixture<DigitsQuality>
{
    private readonly SampleQuality quality = real.Quality;
    private readonly DataSplit digits = real.Digits;

    [Fact]
    public void The_classifier_names_the_held_out_digits_and_they_look_real_and_new()
    {
        Assert.InRange(quality.ClassifierAccuracy, 0.97, 1);
        Assert.InRange(quality.Real.Confident, 0.93, 1);
        Assert.InRange(quality.Real.Copies, 0.048, 0.052);
        Assert.InRange(quality.Real.LeastClass, 0.08, 0.1);
        Assert.InRange(quality.FrechetFloor, 0.5, 3);
        Assert.Equal(quality.FrechetFloor, quality.Real.FrechetDistance);
    }

    // On another processor the last bits of the training differ, and with them an answer or two.
    [Fact]
    [Trait("Cost", "slow")]
    public void The_judge_that_ships_answers_as_the_one_that_the_training_makes()
    {
        using var data = Datasets.Load("mnist");
        using var shipped = ShippedJudge.For(data.Train)!;
        using var trained = ClassifierTrainer.Train(data.Train.Images, data.Train.Labels!, 10);
        using var noGrad = no_grad();
        var same = shipped.forward(data.HeldOut.Images).argmax(1) == trained.forward(data.HeldOut.Images).argmax(1);
        Assert.InRange(same.to_type(ScalarType.Float32).mean().item<float>(), 0.99, 1);
    }

    [Fact]
    public void The_judge_ships_for_these_pictures_and_labels_only_and_leaves_the_random_numbers_alone()
    {
        using var data = Datasets.Load("mnist");
        manual_seed(1);
        var before = get_rng_state();
        using var shipped = ShippedJudge.For(data.Train);
        Assert.False(shipped!.training);
        Assert.Equal(before.bytes.ToArray(), get_rng_state().bytes.ToArray());
        Assert.Null(ShippedJudge.For(data.HeldOut));
        Assert.Null(ShippedJudge.For(digits.Train));
        ImageSet Labelled(Tensor? labels) => new("mnist", data.Train.Images, labels, data.Train.ClassNames, "made by the test");
        Assert.NotNull(ShippedJudge.For(Labelled(data.Train.Labels)));
        Assert.Null(ShippedJudge.For(Labelled(data.Train.Labels!.roll(1))));
    }

    [Fact]
    public void A_class_that_only_the_held_out_part_shows_is_counted_too()
    {
        static ImageSet Pictures(string name, params long[] labels) =>
            new(name, rand(labels.Length, 1, 4, 4), tensor(labels), ["a", "b", "c"], "made by the test");
        using var data = new DataSplit(Pictures("training part", 0, 0, 1, 1), Pictures("held-out part", 0, 1, 2));
        using var few = new SampleQuality(data);
        Assert.Equal(3, few.Real.ClassShares.Count);
    }

    [Fact]
    public void Held_out_digits_are_at_no_distance_from_themselves_and_the_training_digits_at_the_floor()
    {
        var (heldOut, training) = (quality.Measure(digits.HeldOut.Images), quality.Measure(digits.Train.Images));
        Assert.Equal(0, heldOut.FrechetDistance, 1e-6);
        Assert.Equal(quality.Real.ClassShares, heldOut.ClassShares);
        Assert.Equal(quality.FrechetFloor, training.FrechetDistance, 1e-6);
    }

    [Fact]
    public void Many_samples_are_no_nearer_than_few_of_the_same_kind()
    {
        using var scope = NewDisposeScope();
        var size = digits.HeldOut.Count;
        var noisy = cat([digits.HeldOut.Images, digits.HeldOut.Images + (randn(size, 1, 8, 8) * tensor(0.5f))]);
        var (first, second) = (quality.Measure(noisy[..size]).FrechetDistance, quality.Measure(noisy[size..]).FrechetDistance);
        Assert.True(second > first, $"{second} {first}");
        Assert.Equal((first + second) / 2, quality.Measure(noisy).FrechetDistance, 1e-9);
        Assert.Equal((first + second) / 2, quality.Measure(cat([noisy, noisy[..(size / 2)]])).FrechetDistance, 1e-9); // a draw that is not whole does not count
    }

    [Fact]
    public void Training_digits_are_copies_also_with_a_little_noise()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1, quality.Measure(digits.Train.Images).Copies);
        Assert.InRange(quality.Measure(digits.Train.Images + randn_like(digits.Train.Images) * tensor(0.05f)).Copies, 0.99, 1);
    }

    [Fact]
    public void Copies_are_looked_for_among_the_first_two_thousand()
    {
        using var scope = NewDisposeScope();
        var copies = digits.Train.Images.repeat(3, 1, 1, 1)[..2000];
        Assert.Equal(1, quality.Measure(cat([copies, zeros(500, 1, 8, 8)])).Copies);
    }

    [Fact]
    public void One_picture_over_and_over_is_one_class_far_away_and_no_copy()
    {
        using var scope = NewDisposeScope();
        var report = quality.Measure(zeros(300, 1, 8, 8));
        Assert.Equal((0, 1, 0), (report.LeastClass, report.ClassShares.Max(), report.Copies));
        Assert.Equal(1, report.ClassShares.Sum(), 1e-12);
        Assert.InRange(report.FrechetDistance, 30, 1e6);
        Assert.Contains(report.Confident, new[] { 0.0, 1.0 });
    }

    [Fact]
    public void Noise_is_far_from_the_digits()
    {
        using var scope = NewDisposeScope();
        var report = quality.Measure(rand(300, 1, 8, 8) * tensor(2f) - ones(1));
        Assert.InRange(report.FrechetDistance, 30, 1e6);
        Assert.Equal(0, report.Copies);
        Assert.True(report.Confident < quality.Real.Confident - 0.2, $"{report.Confident}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Digits_of_one_class_are_found_in_it_and_the_others_missed(long digit)
    {
        using var scope = NewDisposeScope();
        var images = digits.HeldOut.Images[digits.HeldOut.Labels!.eq(tensor(digit))];
        var report = quality.Measure(images);
        Assert.InRange(report.ClassShares[(int)digit], 0.93, 1);
        Assert.Equal(0, report.LeastClass);
        Assert.InRange(report.FrechetDistance, 10 * quality.FrechetFloor, 1e6);
    }

    [Fact]
    public void The_classifier_sees_nothing_of_the_held_out_part_and_no_random_number_is_taken()
    {
        using var scope = NewDisposeScope();
        var noise = new ImageSet("noise", rand(20, 1, 8, 8), zeros(20, ScalarType.Int64), digits.Train.ClassNames, "");
        var samples = rand(500, 1, 8, 8) * tensor(2f) - ones(1);
        manual_seed(5);
        var expected = rand(100);
        manual_seed(5);
        using var other = new SampleQuality(new(digits.Train, noise));
        var report = other.Measure(samples);
        Assert.True(Bits.Same(expected, rand(100)));
        Assert.Equal(quality.Measure(samples).ClassShares, report.ClassShares);
        Assert.Equal(quality.Measure(samples).Confident, report.Confident);
        Assert.NotEqual(quality.Measure(samples).FrechetDistance, report.FrechetDistance);
        noise.Dispose();
    }

    [Fact]
    public void Measuring_leaves_no_tensors() =>
        Assert.Equal(0, LiveTensors.LeftBy(() => quality.Measure(digits.HeldOut.Images)));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Images_without_labels_are_refused_by_name(bool trainingHasLabels)
    {
        ImageSet Images(bool labelled) =>
            new("my faces", zeros(4, 1, 8, 8), labelled ? zeros(4, ScalarType.Int64) : null, labelled ? ["face"] : [], "");
        using var split = new DataSplit(Images(trainingHasLabels), Images(false));
        Assert.Contains("my faces has no labels", Assert.Throws<ArgumentException>(() => new SampleQuality(split)).Message, StringComparison.Ordinal);
    }
}
