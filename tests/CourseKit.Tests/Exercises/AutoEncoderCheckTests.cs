using CourseKit.Exercises;
using CourseKit.Models;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 5: right answers and typical wrong ones, each with its own message, which gives what was found and what was expected.</summary>
[Collection("process-wide state")]
public sealed class AutoEncoderCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public AutoEncoderCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.ShapesOfAToldVae([64, 12], [64, 16], [64, 1, 8, 8]);
        Check.DivergenceFromAPrior(Divergence);
        Check.ToldDecoder(Decoder);
        Check.ToldDecoder(() => new OwnDecoder());
        Check.ToldLoss((x, label, encoder, decoder, variance) => Loss(x, label, encoder, decoder, 2 * variance));
        Check.NatsOfAToldVae("as many", "e, d, B");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds, finding.Text)));
    }

    [Fact]
    public void Where_the_prior_is_standard_normal_the_divergence_is_the_librarys()
    {
        var (m, s) = (randn(4, 3), randn(4, 3));
        Assert.True(Divergence(m, s, zeros(3)).allclose(VariationalAutoEncoder.Divergence(m, s), atol: 1e-5));
    }

    [Fact]
    public void Shapes_are_read_off()
    {
        string Wrong(long[]? encoded, long[]? fed, long[]? decoded) => Message(() => Check.ShapesOfAToldVae(encoded, fed, decoded));
        Assert.Equal("encoded is not answered yet.", Wrong(null, null, null));
        Assert.Contains("that is m alone", Wrong([64, 6], null, null), StringComparison.Ordinal);
        Assert.Contains("it takes ten numbers", Wrong([64, 12], [64, 7], null), StringComparison.Ordinal);
        Assert.Contains("the channel is missing", Wrong([64, 12], [64, 16], [64, 8, 8]), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, Tensor, Tensor, Tensor>> WrongDivergences => new()
    {
        { "not done yet", (_, _, _) => throw new NotImplementedException() },
        { "found nothing, expected (16)", (_, _, _) => null! },
        { "found shape (), expected (16)", (m, s, t) => Divergence(m, s, t).mean() },
        { "found shape (3), expected (16)", (m, s, t) => Terms(m, s, t).sum([0]) },
        { "a half is missing", (m, s, t) => Divergence(m, s, t) * 2 },
        { "wrong sign", (m, s, t) => -Divergence(m, s, t) },
        { "add up", (m, s, t) => Divergence(m, s, t) / 3 },
        { "t does not count", (m, s, t) => Divergence(m, s, zeros_like(t)) },
        { "itself is missing", (m, s, t) => Divergence(m, s, t) - t.sum() },
        { "signs exchanged", (m, s, t) => (Terms(m, s, t) - ((t - s) * 2)).sum(1) },
        { "the variance of the prior is exp(2t)", (m, s, t) => (((m.pow(2) + (s * 2).exp()) / t.exp() / 2) + t - s - 0.5).sum(1) },
        { "m^2 is, too", (m, s, t) => ((m.pow(2) / 2) + ((s - t) * 2).exp() / 2 + t - s - 0.5).sum(1) },
        { "m does not count", (m, s, t) => Divergence(zeros_like(m), s, t) },
        { "p and q are exchanged", (m, s, t) => ((((t * 2).exp() + m.pow(2)) / (s * 2).exp() / 2) + s - t - 0.5).sum(1) },
        { "term by term", (m, s, t) => Divergence(m, s, t) + 1 },
    };

    [Theory]
    [MemberData(nameof(WrongDivergences), DisableDiscoveryEnumeration = true)]
    public void A_wrong_divergence_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor, Tensor> divergence) =>
        AssertTold(misconception, Message(() => Check.DivergenceFromAPrior(divergence)));

    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>> WrongDecoders => new()
    {
        { "found nothing, expected a network", () => null! },
        { "found (64, 64), expected (64, 1, 8, 8)", () => nn.Sequential(nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 64), nn.Tanh()) },
        { "expected at most 1", () => nn.Sequential(nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 64), nn.Unflatten(1, [1, 8, 8])) },
        { "found a bend of", () => nn.Sequential(nn.Linear(16, 64), nn.Tanh(), nn.Unflatten(1, [1, 8, 8])) },
        { "found a bend of", () => nn.Sequential(nn.Linear(16, 32), nn.Linear(32, 64), nn.Tanh(), nn.Unflatten(1, [1, 8, 8])) },
        { "with another label", () => new OwnDecoder(useLabel: false) },
        { "found 4 of 6", () => new OwnDecoder(idle: true) },
    };

    [Theory]
    [MemberData(nameof(WrongDecoders), DisableDiscoveryEnumeration = true)]
    public void A_wrong_decoder_is_told_what_is_wrong(string misconception, Func<nn.Module<Tensor, Tensor>> make) =>
        AssertTold(misconception, Message(() => Check.ToldDecoder(make)));

    public static TheoryData<string, Func<Tensor, Tensor, nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, double, Tensor>> WrongLosses => new()
    {
        { "found nothing, expected one number", (_, _, _, _, _) => null! },
        { "found shape (64), expected one number", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v) * ones(64) },
        { "take the mean", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v) * 64 },
        { "the variance is missing", (x, y, e, d, _) => Loss(x, y, e, d, 1) },
        { "not by twice the variance", (x, y, e, d, v) => Loss(x, y, e, d, v) },
        { "the price is missing", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v, price: 0) },
        { "the error is missing", (x, y, e, d, v) => Loss(x, y, e, d, 1e9) },
        { "subtracted", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v, price: -1) },
        { "twice what it should be", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v, price: 2) },
        { "add up", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v, price: 1 / 6.0) },
        { "the mean over the pixels", (x, y, e, d, v) => Loss(x, y, e, d, 128 * v) },
        { "was not told the label", (x, y, e, d, v) => Loss(x, zeros_like(y), e, d, 2 * v) },
        { "found 1 different losses, expected 50", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v, noise: s => zeros_like(s)) },
        { "the noise on the code has the variance", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v, noise: s => (s * 2).exp()) },
        { "the slopes of m and s", (x, y, e, d, v) => Loss(x, y, e, d, 2 * v, noise: s => s.exp().detach(), detached: true) },
    };

    [Theory]
    [MemberData(nameof(WrongLosses), DisableDiscoveryEnumeration = true)]
    public void A_wrong_loss_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, double, Tensor> loss) =>
        AssertTold(misconception, Message(() => Check.ToldLoss(loss)));

    [Fact]
    public void The_explanation_counts_no_letter_is_named_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.NatsOfAToldVae(null, "bde")), StringComparison.Ordinal);
        Assert.Contains("found \"\", expected some of the letters", Message(() => Check.NatsOfAToldVae("more", null)), StringComparison.Ordinal);
        Assert.Contains("found \"x\", expected", Message(() => Check.NatsOfAToldVae("more", "x")), StringComparison.Ordinal);
        string[] messages = [.. new[] { "b", "abde", "ac" }.Select(letters => Message(() => Check.NatsOfAToldVae("more", letters)).Replace($"\"{letters}\"", "", StringComparison.Ordinal))];
        Assert.Single(messages.Distinct()); // the same whatever is wrong
    }

    private static void AssertTold(string misconception, string message)
    {
        Assert.Contains(misconception, message, StringComparison.Ordinal);
        Assert.True(message.Contains("not done yet", StringComparison.Ordinal)
            || (message.Contains("found", StringComparison.Ordinal) && message.Contains("expected", StringComparison.Ordinal)), message);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Terms(Tensor m, Tensor s, Tensor t) => ((m.pow(2) + (s * 2).exp()) / (t * 2).exp() / 2) + t - s - 0.5;

    private static Tensor Divergence(Tensor m, Tensor s, Tensor t) => Terms(m, s, t).sum(1);

    private static nn.Module<Tensor, Tensor> Decoder() => nn.Sequential(nn.Linear(16, 32), nn.SiLU(), nn.Linear(32, 64), nn.Tanh(), nn.Unflatten(1, [1, 8, 8]));

    private static Tensor Loss(Tensor x, Tensor label, nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder, double divisor, double price = 1,
        Func<Tensor, Tensor>? noise = null, bool detached = false)
    {
        var both = encoder.forward(x).chunk(2, 1);
        var (m, s) = (both[0], both[1]);
        var made = decoder.forward(cat([m + ((noise is null ? s.exp() : noise(s)) * randn_like(m)), label], 1));
        var paid = Divergence(m, detached ? s.detach() : s, zeros(6)).mean();
        return ((made - x).pow(2).flatten(1).sum(1).mean() / divisor) + (paid * price);
    }

    private sealed class OwnDecoder : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear first = nn.Linear(16, 32), last = nn.Linear(32, 64);
        private readonly TorchSharp.Modules.Linear? unused;
        private readonly bool useLabel;

        public OwnDecoder(bool useLabel = true, bool idle = false) : base("own")
        {
            this.useLabel = useLabel;
            unused = idle ? nn.Linear(3, 3) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) =>
            last.forward(first.forward(useLabel ? x : cat([x.narrow(1, 0, 6), zeros(x.shape[0], 10)], 1)).relu()).tanh().view(-1, 1, 8, 8);
    }
}
