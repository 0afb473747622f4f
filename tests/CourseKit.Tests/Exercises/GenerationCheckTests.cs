using CourseKit.Exercises;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 1: right answers and typical wrong ones, each with its own message.</summary>
[Collection("process-wide state")]
public sealed class GenerationCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public GenerationCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.TwoNetworks([16, 10], [16, 1, 6, 6], [16], 396);
        Check.BytesToPixels(bytes => (bytes.to_type(ScalarType.Float32) / 127.5) - 1);
        Check.BytesToPixels(bytes => ((bytes.to_type(ScalarType.Float64) / 255) - 0.5) * 2);
        Check.SpotGenerator(Draw);
        Check.SpotGenerator(z => cat([.. Enumerable.Range(0, (int)z.shape[0]).Select(i => Draw(z[i..(i + 1)]))])); // vector by vector
        Check.ScoreByHand(Score);
        Check.ScoreByHand(x => -0.6 - x[.., .., .., ..1].mean([1, 2, 3])); // one margin alone
        Check.ScoreByHand(x => x.eq(-1).to_type(ScalarType.Float32).sum([1, 2, 3]) - 10); // noise is never quite paper
        Check.ShuffledPixels("worse", "da");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    [Fact]
    public void Shapes_and_parameters_go_wrong_in_several_ways()
    {
        long[] latent = [16, 10], pictures = [16, 1, 6, 6], scores = [16];
        string Wrong(long[]? latent, long[]? pictures, long[]? scores, long? parameters) => Message(() => Check.TwoNetworks(latent, pictures, scores, parameters));
        Assert.Equal("latent is not answered yet.", Wrong(null, null, null, null));
        Assert.Contains("the minibatch comes first", Wrong([10, 16], null, null, null), StringComparison.Ordinal);
        Assert.Contains("the channel is missing", Wrong(latent, [16, 6, 6], null, null), StringComparison.Ordinal);
        Assert.Contains("without a dimension of its own", Wrong(latent, pictures, [16, 1], null), StringComparison.Ordinal);
        Assert.Equal("parameters is not answered yet.", Wrong(latent, pictures, scores, null));
        Assert.Contains("has a bias as well", Wrong(latent, pictures, scores, 360), StringComparison.Ordinal);
        Assert.Contains("the minibatch does not count", Wrong(latent, pictures, scores, 6336), StringComparison.Ordinal);
        Assert.Contains("multiply, then add", Wrong(latent, pictures, scores, 46), StringComparison.Ordinal);
        Assert.Contains("how many weights lead to one pixel", Wrong(latent, pictures, scores, 1), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, Tensor>> WrongPixels => new()
    {
        { "not done yet", _ => throw new NotImplementedException() },
        { "nothing was returned", _ => null! },
        { "the values are whole numbers (Byte)", bytes => bytes },
        { "a byte holds no more than 255", bytes => (bytes * tensor((byte)2) / 255) - 1 },
        { "it goes from 0 to 1", bytes => bytes / 255.0 },
        { "it goes from -1 to 0", bytes => (bytes / 255.0) - 1 },
        { "it goes from -0.5 to 0.5", bytes => (bytes / 255.0) - 0.5 },
        { "ink and paper are swapped", bytes => 1 - (bytes / 127.5) },
        { "the bytes have changed", bytes => bytes.fill_(3) },
        { "it has shape (256)", bytes => bytes.flatten() / 127.5 },
    };

    [Theory]
    [MemberData(nameof(WrongPixels), DisableDiscoveryEnumeration = true)]
    public void Wrong_pixels_are_told_what_is_wrong(string misconception, Func<Tensor, Tensor> toPixels) =>
        Assert.Contains(misconception, Message(() => Check.BytesToPixels(toPixels)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor>> WrongSpots => new()
    {
        { "nothing was returned", _ => null! },
        { "the channel is missing", z => Draw(z).squeeze(1) },
        { "row and column are swapped", z => Draw(z.flip(1)) },
        { "the first vector's picture alone", z => Draw(z[..1]) },
        { "all pictures are the first vector's", z => Draw(z[..1].expand(z.shape[0], 2)) },
        { "it goes from 0 to 1", z => (Draw(z) + 1) / 2 },
        { "ink and paper are swapped", z => -Draw(z) },
        { "the spot is too small", z => Draw(z, squared => -squared) },
        { "without a root", z => Draw(z, squared => squared.sqrt() / -2) },
        { "found 0 at [", z => zeros(z.shape[0], 1, 8, 8) },
    };

    [Theory]
    [MemberData(nameof(WrongSpots), DisableDiscoveryEnumeration = true)]
    public void A_wrong_generator_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor> draw) =>
        Assert.Contains(misconception, Message(() => Check.SpotGenerator(draw)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor>> WrongScores => new()
    {
        { "not done yet", _ => throw new NotImplementedException() },
        { "nothing was returned", _ => null! },
        { "found (), expected (1798)", x => Score(x).mean() },
        { "found (1798, 1), expected (1798)", x => Score(x).unsqueeze(1) },
        { "D only looks at them", x => Score(x.add_(tensor(0.001f))) },
        { "a score hangs on its own picture only", x => Score(x) - Score(x).mean() },
        { "Turn the sign round", x => -Score(x) },
        { "0.0 % of the held-out digits score above 0, expected 97 %: look for", x => full(x.shape[0], -1f) },
        { "0.0 % of the noise scores below 0", x => full(x.shape[0], 1f) },
        { "0.0 % of the noise scores below 0", x => Score(x).sigmoid() },
        { "The threshold may be too strict", x => Score(x) - 0.6 },
    };

    [Theory]
    [MemberData(nameof(WrongScores), DisableDiscoveryEnumeration = true)]
    public void A_wrong_score_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor> score) =>
        Assert.Contains(misconception, Message(() => Check.ScoreByHand(score)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.ShuffledPixels(null, "ad")), StringComparison.Ordinal);
        Assert.Contains("none of the choices", Message(() => Check.ShuffledPixels("maybe", "ad")), StringComparison.Ordinal);
        foreach (var wrong in new[] { "a", "abd", "ac", "d", "abcd" })
            Assert.Contains($"found \"{wrong}\", expected the letters of all", Message(() => Check.ShuffledPixels("same", wrong)), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Draw(Tensor z) => Draw(z, squared => squared / -2);

    private static Tensor Draw(Tensor z, Func<Tensor, Tensor> exponent)
    {
        var (i, j) = (arange(8).view(1, 1, 8, 1), arange(8).view(1, 1, 1, 8));
        var (r, c) = (z[.., 0].view(-1, 1, 1, 1), z[.., 1].view(-1, 1, 1, 1));
        return (exponent((i - r).pow(2) + (j - c).pow(2)).exp() * 2) - 1;
    }

    private static Tensor Score(Tensor x) => -cat([x[.., .., .., ..1], x[.., .., .., 7..]], 3).mean([1, 2, 3]) - 0.5;
}
