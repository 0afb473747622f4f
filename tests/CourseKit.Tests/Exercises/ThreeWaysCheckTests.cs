using CourseKit.Exercises;
using CourseKit.Metrics;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 7: right answers and typical wrong ones, each with its own message.</summary>
[Collection("process-wide state")]
public sealed class ThreeWaysCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public ThreeWaysCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.DistanceOfClouds((first, second) => Distance(first, second));
        Check.DistanceOfClouds((first, second) => Distance(first, second, unbiased: false)); // divided by N
        Check.DistanceOfClouds((first, second) =>
        {
            // The formula as it stands, with diagonal matrices.
            var (c1, c2) = (diag(cov(first.T).diag()), diag(cov(second.T).diag()));
            return ((first.mean([0]) - second.mean([0])).pow(2).sum() + (c1 + c2 - (c1.matmul(c2).sqrt() * 2)).trace()).item<float>();
        });
        Check.DeceivedDistance(Mirrored);
        Check.DeceivedDistance(real => real.mean([0]) + (randn_like(real) * real.std([0])));
        Check.DeceivedDistance(real => cat([real.narrow(1, 0, 1), real.narrow(1, 1, 1).roll(57, 0)], 1)); // each feature of another point
        Check.CopyShare((made, learnt, heldOut) => Copies(made, learnt, heldOut));
        Check.CopyShare((made, learnt, heldOut) =>
        {
            // In loops, with a limit between two of the sorted distances.
            double[] To(Tensor from) => [.. Enumerable.Range(0, (int)from.shape[0]).Select(i => (from[i] - learnt).pow(2).flatten(1).sum(1).sqrt().min().item<float>())];
            var sorted = To(heldOut).Order().ToArray();
            return To(made).Average(distance => distance <= sorted[(int)(0.05 * sorted.Length)] ? 1.0 : 0);
        });
        Check.FourCheats("least class", "ecb");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    public static TheoryData<string, Func<Tensor, Tensor, double>> WrongDistances => new()
    {
        { "not done yet", (_, _) => throw new NotImplementedException() },
        { "the spreads do not count", (first, second) => Distance(first, second, wide: 0) },
        { "the means do not count", (first, second) => Distance(first, second, shift: 0) },
        { "the difference of the *variances*", (first, second) => Sum(Means(first, second).pow(2) + (first.var([0]) - second.var([0])).pow(2)) },
        { "with the root, is missing", (first, second) => Sum(Means(first, second).pow(2) + first.var([0]) + second.var([0])) },
        { "the last part of the formula counts twice", (first, second) => Sum(Means(first, second).pow(2) + first.var([0]) + second.var([0]) - (first.std([0]) * second.std([0]))) },
        { "the covariance is s^2, not s", (first, second) => Sum(Means(first, second).pow(2) + first.std([0]) + second.std([0]) - ((first.std([0]) * second.std([0])).sqrt() * 2)) },
        { "the mean over the features", (first, second) => Distance(first, second) / 3 },
        { "are not squared", (first, second) => Sum(Means(first, second).abs() + (first.std([0]) - second.std([0])).pow(2)) },
        { "the field reports the squared distance", (first, second) => Math.Sqrt(Distance(first, second)) },
        { "the whole covariances", FrechetDistance.Between },
        { "found 7, expected", (_, _) => 7 },
        { "of a cloud from itself", (first, second) => Distance(first, second, floor: 0.5) },
    };

    [Theory]
    [MemberData(nameof(WrongDistances), DisableDiscoveryEnumeration = true)]
    public void A_wrong_distance_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, double> distance) =>
        Assert.Contains(misconception, Message(() => Check.DistanceOfClouds(distance)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor>> WrongDeceptions => new()
    {
        { "not done yet", _ => throw new NotImplementedException() },
        { "found nothing, expected (400, 2)", _ => null! },
        { "found shape (200, 2), expected (400, 2)", real => Mirrored(real)[..200] },
        { "the real points have changed", real => real.mul_(-1).add_(real.mean([0]) * -2) },
        { "found 0 % of the made ones, expected at least 30 %", real => real.clone() },
        { "found 0 % of the made ones", real => real.flip(0) },
        { "It is the mean that differs", real => -real },
        { "It is the mean that differs", real => real + 3 },
        { "It is the spread that differs", real => real.mean([0]) + ((real - real.mean([0])) * 2) },
        { "It is the spread that differs", real => real.mean([0]).expand(400, 2) },
        { "It is the spread that differs", real => real.mean([0]) + (real - real.mean([0])).flip(1) },
        { "expected less than 0.02", _ => Mirrored(stack([linspace(0, Math.PI, 400).cos(), linspace(0, Math.PI, 400).sin()], 1)) }, // written down
    };

    [Theory]
    [MemberData(nameof(WrongDeceptions), DisableDiscoveryEnumeration = true)]
    public void A_deception_that_fails_is_told_why(string misconception, Func<Tensor, Tensor> deceive) =>
        Assert.Contains(misconception, Message(() => Check.DeceivedDistance(deceive)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor, double>> WrongCopies => new()
    {
        { "not done yet", (_, _, _) => throw new NotImplementedException() },
        { "the limit is at the wrong end", (made, learnt, heldOut) => Copies(made, learnt, heldOut, 0.95f) },
        { "in the middle of the held-out ones", (made, learnt, heldOut) => Copies(made, learnt, heldOut, 0.5f) },
        { "their mean or their median", (made, learnt, heldOut) => Share(Nearest(made, learnt).lt(Nearest(heldOut, learnt).mean())) },
        { "that are *no* copies", (made, learnt, heldOut) => 1 - Copies(made, learnt, heldOut) },
        { "that is a count", (made, learnt, heldOut) => Copies(made, learnt, heldOut) * made.shape[0] },
        { "exact copies alone", (made, learnt, _) => Share(Nearest(made, learnt).lt(0.01f)) },
        { "not a distance", (made, learnt, _) => Share(Nearest(made, learnt).lt(0.05f)) },
        { "copied is what was learnt from", (made, learnt, heldOut) => Share(Nearest(made, heldOut).lt(quantile(Nearest(heldOut, learnt), tensor(0.05f)))) },
        { "it should come from the held-out ones", (made, learnt, _) => Copies(made, learnt, made) },
        { "found 0, expected", (_, _, _) => 0 },
        { "50 made: found 0.25, expected", (_, _, _) => 0.25 }, // written down
        { "your code stopped with", (made, learnt, heldOut) => Share(cdist(made, learnt).amin([1]).lt(quantile(heldOut, tensor(0.05f)))) }, // without flatten
    };

    [Theory]
    [MemberData(nameof(WrongCopies), DisableDiscoveryEnumeration = true)]
    public void A_wrong_share_of_copies_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor, double> copies) =>
        Assert.Contains(misconception, Message(() => Check.CopyShare(copies)), StringComparison.Ordinal);

    [Theory]
    [InlineData("abce")]
    [InlineData("bc")]
    [InlineData("bcde")]
    [InlineData("ac")]
    [InlineData("e")]
    public void Wrong_letters_are_told_without_naming_one(string letters)
    {
        var message = Message(() => Check.FourCheats("distance", letters));
        Assert.StartsWith($"found \"{letters}\", expected the letters of all statements that hold", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.FourCheats(null, "bce")), StringComparison.Ordinal);
        Assert.Contains("\"the parrot\" is none of the choices", Message(() => Check.FourCheats("the parrot", "bce")), StringComparison.Ordinal);
        Assert.Contains("there is no statement f", Message(() => Check.FourCheats("copies", "bf")), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Means(Tensor first, Tensor second) => first.mean([0]) - second.mean([0]);

    private static double Sum(Tensor all) => all.sum().item<float>();

    private static double Distance(Tensor first, Tensor second, double shift = 1, double wide = 1, bool unbiased = true, double floor = 0) => Math.Max(floor,
        Sum((Means(first, second).pow(2) * shift) + ((first.std([0], unbiased) - second.std([0], unbiased)).pow(2) * wide)));

    private static Tensor Mirrored(Tensor real) => (real.mean([0]) * 2) - real;

    private static Tensor Nearest(Tensor from, Tensor to) => cdist(from.flatten(1), to.flatten(1)).amin([1]);

    private static double Share(Tensor holds) => holds.to_type(ScalarType.Float32).mean().item<float>();

    private static double Copies(Tensor made, Tensor learnt, Tensor heldOut, float share = 0.05f) => Share(Nearest(made, learnt).lt(quantile(Nearest(heldOut, learnt), tensor(share))));
}
