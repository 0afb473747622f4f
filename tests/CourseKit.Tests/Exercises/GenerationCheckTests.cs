using CourseKit.Exercises;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

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
        Check.CostOfErring(Cost);
        Check.CostOfErring((real, noise) => softplus(-real).mean() + softplus(noise).mean());
        Check.ShuffledPixels("worse", "ca");
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
        { "not so yet", z => zeros(z.shape[0], 1, 8, 8) },
    };

    [Theory]
    [MemberData(nameof(WrongSpots), DisableDiscoveryEnumeration = true)]
    public void A_wrong_generator_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor> draw) =>
        Assert.Contains(misconception, Message(() => Check.SpotGenerator(draw)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongCosts => new()
    {
        { "nothing was returned", (_, _) => null! },
        { "take the mean", (real, _) => -logsigmoid(real) },
        { "it has the wrong sign", (real, noise) => -Cost(real, noise) },
        { "the labels are swapped", (real, noise) => Cost(-real, -noise) },
        { "1 - sigmoid(score)", (real, noise) => Cost(real, -noise) },
        { "it is the sum", (real, noise) => -logsigmoid(real).sum() - logsigmoid(-noise).sum() },
        { "it is one mean over all", (real, noise) => -cat([logsigmoid(real), logsigmoid(-noise)]).mean() },
        { "it is half", (real, noise) => Cost(real, noise) / 2 },
        { "has no logarithm", (real, noise) => -real.log().mean() - (1 - noise).log().mean() },
        { "the cost is infinite", (real, noise) => -real.sigmoid().log().mean() - (1 - noise.sigmoid()).log().mean() },
    };

    [Theory]
    [MemberData(nameof(WrongCosts), DisableDiscoveryEnumeration = true)]
    public void A_wrong_cost_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> cost) =>
        Assert.Contains(misconception, Message(() => Check.CostOfErring(cost)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.ShuffledPixels(null, "ac")), StringComparison.Ordinal);
        Assert.Contains("none of the choices", Message(() => Check.ShuffledPixels("maybe", "ac")), StringComparison.Ordinal);
        Assert.Contains("look again at b", Message(() => Check.ShuffledPixels("same", "abc")), StringComparison.Ordinal);
        Assert.Contains("look again at c", Message(() => Check.ShuffledPixels("same", "a")), StringComparison.Ordinal);
        Assert.Contains("look again at d", Message(() => Check.ShuffledPixels("same", "acd")), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Draw(Tensor z) => Draw(z, squared => squared / -2);

    private static Tensor Draw(Tensor z, Func<Tensor, Tensor> exponent)
    {
        var (i, j) = (arange(8).view(1, 1, 8, 1), arange(8).view(1, 1, 1, 8));
        var (r, c) = (z[.., 0].view(-1, 1, 1, 1), z[.., 1].view(-1, 1, 1, 1));
        return (exponent((i - r).pow(2) + (j - c).pow(2)).exp() * 2) - 1;
    }

    private static Tensor Cost(Tensor real, Tensor noise) => -logsigmoid(real).mean() - logsigmoid(-noise).mean();
}
