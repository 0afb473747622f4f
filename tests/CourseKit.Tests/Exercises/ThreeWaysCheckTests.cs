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
        Check.Passes(1, 1, 150, 64);
        Check.Gaussian(features => Gaussian(features));
        Check.Gaussian(features => (features.mean([0]), cov(features.T, correction: 0))); // divided by N
        Check.DistanceOfClouds((first, second) => Distance(first, second));
        Check.DistanceOfClouds(FrechetDistance.Between); // the library's own
        Check.NearestDistance((made, learnt) => All(made, learnt).min(1).values);
        Check.ClassShares((classes, count) => Shares(classes, count));
        Check.FewPictures("smaller", "ca");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    [Fact]
    public void Counting_passes_goes_wrong_in_several_ways()
    {
        string Wrong(long? gan, long? vae, long? discriminator, long? painter) => Message(() => Check.Passes(gan, vae, discriminator, painter));
        Assert.Equal("gan is not answered yet.", Wrong(null, null, null, null));
        Assert.Contains("D is there for learning", Wrong(2, null, null, null), StringComparison.Ordinal);
        Assert.Contains("nothing to encode", Wrong(1, 2, null, null), StringComparison.Ordinal);
        Assert.Contains("where the last one has led", Wrong(1, 1, 1, null), StringComparison.Ordinal);
        Assert.Contains("the last one is done", Wrong(1, 1, 150, 1), StringComparison.Ordinal);
        Assert.Contains("these are 8x8 pixels", Wrong(1, 1, 150, 256), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, (Tensor, Tensor)>> WrongGaussians => new()
    {
        { "not done yet", _ => throw new NotImplementedException() },
        { "nothing was returned", _ => (null!, null!) },
        { "the mean is over the wrong dimension", features => Gaussian(features) with { Mean = features.mean([1]) } },
        { "one number for all features", features => Gaussian(features) with { Mean = features.mean() } },
        { "it is the sum", features => Gaussian(features) with { Mean = features.sum([0]) } },
        { "the covariance of the pictures", features => Gaussian(features) with { Covariance = cov(features) } },
        { "the variances alone", features => Gaussian(features) with { Covariance = features.var([0]) } },
        { "standard deviations", features => Gaussian(features) with { Covariance = features.std([0]) } },
        { "the mean was not taken off", features => Gaussian(features) with { Covariance = features.T.matmul(features) / features.shape[0] } },
        { "the sum over the pictures", features => Gaussian(features) with { Covariance = cov(features.T) * (features.shape[0] - 1) } },
        { "those are correlations", features => Gaussian(features) with { Covariance = corrcoef(features.T) } },
    };

    [Theory]
    [MemberData(nameof(WrongGaussians), DisableDiscoveryEnumeration = true)]
    public void A_wrong_gaussian_is_told_what_is_wrong(string misconception, Func<Tensor, (Tensor, Tensor)> gaussian) =>
        Assert.Contains(misconception, Message(() => Check.Gaussian(gaussian)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, double>> WrongDistances => new()
    {
        { "not that of its entries, which may be negative", (first, second) => Distance(first, second, root: product => (product - 5).sqrt().trace()) },
        { "it compares the means alone", (first, second) => Distance(first, second, own: 0, mixed: 0) },
        { "it compares the covariances alone", (first, second) => Distance(first, second, shift: 0) },
        { "the last part counts twice", (first, second) => Distance(first, second, mixed: 1) },
        { "the last part is missing", (first, second) => Distance(first, second, mixed: 0) },
        { "without the root", (first, second) => Distance(first, second, root: product => product.trace()) },
        { "the root of the trace", (first, second) => Distance(first, second, root: product => product.trace().sqrt()) },
        { "the roots of the diagonal", (first, second) => Distance(first, second, root: product => product.diag().sqrt().sum()) },
        { "the distance of the means is not squared", (first, second) => Distance(first, second, power: 0.5) },
        { "the field reports the squared distance", (first, second) => Math.Sqrt(Distance(first, second)) },
        { "found 7", (_, _) => 7 },
    };

    [Theory]
    [MemberData(nameof(WrongDistances), DisableDiscoveryEnumeration = true)]
    public void A_wrong_distance_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, double> distance) =>
        Assert.Contains(misconception, Message(() => Check.DistanceOfClouds(distance)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongNeighbours => new()
    {
        { "nothing was returned", (_, _) => null! },
        { "it goes over the wrong dimensions", (made, learnt) => All(made, learnt).min(0).values },
        { "one number for all", (made, learnt) => All(made, learnt).min() },
        { "take the root", (made, learnt) => All(made, learnt).pow(2).min(1).values },
        { "a copy is near one picture", (made, learnt) => All(made, learnt).mean([1]) },
        { "the furthest one", (made, learnt) => All(made, learnt).max(1).values },
        { "the number of the nearest one", (made, learnt) => All(made, learnt).argmin(1) },
        { "without squares", (made, learnt) => cdist(made.flatten(1), learnt.flatten(1), p: 1).min(1).values },
        { "the first picture only", (made, learnt) => All(made, learnt)[.., 0] },
    };

    [Theory]
    [MemberData(nameof(WrongNeighbours), DisableDiscoveryEnumeration = true)]
    public void A_wrong_neighbour_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> nearest) =>
        Assert.Contains(misconception, Message(() => Check.NearestDistance(nearest)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, int, double[]>> WrongShares => new()
    {
        { "nothing was returned", (_, _) => null! },
        { "least number of bins", (classes, _) => Shares(classes, 0) },
        { "classes that never came are missing", (classes, count) => [.. Shares(classes, count).Where(share => share > 0)] },
        { "those are counts", (classes, count) => [.. Shares(classes, count).Select(share => share * classes.shape[0])] },
        { "by the number of classes", (classes, count) => [.. Shares(classes, count).Select(share => share * classes.shape[0] / count)] },
        { "found 1, 1", (_, _) => [1, 1] },
    };

    [Theory]
    [MemberData(nameof(WrongShares), DisableDiscoveryEnumeration = true)]
    public void Wrong_shares_are_told_what_is_wrong(string misconception, Func<Tensor, int, double[]> shares) =>
        Assert.Contains(misconception, Message(() => Check.ClassShares(shares)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.FewPictures(null, "ac")), StringComparison.Ordinal);
        Assert.Contains("look again at b", Message(() => Check.FewPictures("larger", "abc")), StringComparison.Ordinal);
        Assert.Contains("look again at c", Message(() => Check.FewPictures("larger", "a")), StringComparison.Ordinal);
        Assert.Contains("look again at d", Message(() => Check.FewPictures("larger", "acd")), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static (Tensor Mean, Tensor Covariance) Gaussian(Tensor features) => (features.mean([0]), cov(features.T));

    private static double Distance(Tensor first, Tensor second, double shift = 1, double own = 1, double mixed = 2, double power = 1, Func<Tensor, Tensor>? root = null)
    {
        var ((m1, c1), (m2, c2)) = (Gaussian(first), Gaussian(second));
        var product = c1.matmul(c2);
        var trace = root is null ? linalg.eigvals(product).real.relu().sqrt().sum() : root(product);
        return (((m1 - m2).pow(2).sum().pow(power) * shift) + ((c1 + c2).trace() * own) - (trace * mixed)).item<float>();
    }

    private static Tensor All(Tensor made, Tensor learnt) => cdist(made.flatten(1), learnt.flatten(1));

    private static double[] Shares(Tensor classes, int count) => [.. classes.bincount(null, count).data<long>().Select(n => n / (double)classes.shape[0])];
}
