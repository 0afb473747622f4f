using CourseKit.Exercises;
using CourseKit.Models;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 5: right answers and typical wrong ones, each with its own message.</summary>
[Collection("process-wide state")]
public sealed class AutoEncoderCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public AutoEncoderCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.ShapesOfAVae([64, 5], [64, 5], [64, 1, 8, 8]);
        Check.SquaredError((images, decoded) => (decoded - images).pow(2).flatten(1).sum(1));
        Check.SquaredError((images, decoded) => nn.functional.mse_loss(decoded, images, nn.Reduction.None).sum([1, 2, 3]));
        Check.ReparameterisedCode((m, s) => m + (s.exp() * randn_like(m)));
        Check.ReparameterisedCode(VariationalAutoEncoder.Disturb);
        Check.Divergence(Divergence);
        Check.Divergence(VariationalAutoEncoder.Divergence);
        Check.NoiseWithoutDivergence("grows", "ca");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    [Fact]
    public void Shapes_are_read_off()
    {
        string Wrong(long[]? mean, long[]? logScale, long[]? decoded) => Message(() => Check.ShapesOfAVae(mean, logScale, decoded));
        Assert.Equal("mean is not answered yet.", Wrong(null, null, null));
        Assert.Contains("half of them are the log-scales", Wrong([64, 10], null, null), StringComparison.Ordinal);
        Assert.Contains("a scale of its own", Wrong([64, 5], [64, 1], null), StringComparison.Ordinal);
        Assert.Contains("the channel is missing", Wrong([64, 5], [64, 5], [64, 8, 8]), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongErrors => new()
    {
        { "nothing was returned", (_, _) => null! },
        { "one number for all", (x, y) => (x - y).pow(2).mean() },
        { "over the wrong dimensions: expected (8), got (8, 36)", (x, y) => (x - y).pow(2).flatten(1) },
        { "expected (8), got (36)", (x, y) => (x - y).pow(2).flatten(1).sum([0]) },
        { "the mean over the pixels", (x, y) => (x - y).pow(2).flatten(1).mean([1]) },
        { "not squared", (x, y) => (x - y).abs().flatten(1).sum(1) },
        { "with their signs", (x, y) => (y - x).flatten(1).sum(1) },
        { "found", (x, y) => (x - y).pow(4).flatten(1).sum(1) },
    };

    [Theory]
    [MemberData(nameof(WrongErrors), DisableDiscoveryEnumeration = true)]
    public void A_wrong_error_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> error) =>
        Assert.Contains(misconception, Message(() => Check.SquaredError(error)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongCodes => new()
    {
        { "not done yet", (_, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _) => null! },
        { "there is no noise at all", (m, _) => m + 0 },
        { "twice the same noise", (m, s) => { manual_seed(1); return m + (s.exp() * randn_like(m)); } },
        { "are infinite or not a number", (m, s) => m + (s.log() * randn_like(m)) },
        { "randn, not rand", (m, s) => m + (s.exp() * rand_like(m)) },
        { "exp(s/2)", (m, s) => m + ((s / 2).exp() * randn_like(m)) },
        { "s (without its sign)", (m, s) => m + (s * randn_like(m)) },
        { "the variance: take exp(s)", (m, s) => m + ((s * 2).exp() * randn_like(m)) },
        { "is 1, whatever s is", (m, _) => m + randn_like(m) },
        { "all numbers of a code get the same noise", (m, s) => m + (s.exp() * randn(m.shape[0], 1)) },
        { "no gradient can pass", (m, s) => (m + (s.exp() * randn_like(m))).detach() },
        { "the gradient does not reach s", (m, s) => m + (s.exp().detach() * randn_like(m)) },
        { "the gradient of m is not 1", (m, s) => m.detach() + (s.exp() * randn_like(m)) },
    };

    [Theory]
    [MemberData(nameof(WrongCodes), DisableDiscoveryEnumeration = true)]
    public void A_wrong_code_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> disturb) =>
        Assert.Contains(misconception, Message(() => Check.ReparameterisedCode(disturb)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongDivergences => new()
    {
        { "the half is missing", (m, s) => Divergence(m, s) * 2 },
        { "wrong sign", (m, s) => -Divergence(m, s) },
        { "add up", (m, s) => Divergence(m, s) / 3 },
        { "the logarithm of the variance", (m, s) => Divergence(m, s / 2) },
        { "m does not count", (m, s) => Divergence(zeros_like(m), s) },
        { "one number for all", (m, s) => Divergence(m, s).mean() },
        { "expected (16), got (3)", (m, s) => (((s * 2).exp() + m.pow(2) - 1 - (s * 2)) / 2).sum([0]) },
    };

    [Theory]
    [MemberData(nameof(WrongDivergences), DisableDiscoveryEnumeration = true)]
    public void A_wrong_divergence_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> divergence) =>
        Assert.Contains(misconception, Message(() => Check.Divergence(divergence)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.NoiseWithoutDivergence(null, "ac")), StringComparison.Ordinal);
        Assert.Contains("found \"c\", expected the letters of all", Message(() => Check.NoiseWithoutDivergence("stays", "c")), StringComparison.Ordinal);
        Assert.Contains("found \"abc\", expected the letters of all", Message(() => Check.NoiseWithoutDivergence("stays", "abc")), StringComparison.Ordinal);
        Assert.Contains("found \"acd\", expected the letters of all", Message(() => Check.NoiseWithoutDivergence("stays", "acd")), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Divergence(Tensor m, Tensor s) => ((s * 2).exp() + m.pow(2) - 1 - (s * 2)).sum(1) / 2;
}
