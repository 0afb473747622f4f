using CourseKit.Exercises;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using CourseKit.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 8: right answers, also unusual ones, and typical wrong ones, each with its own message.</summary>
[Collection("process-wide state")]
public sealed class GoingWrongCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public GoingWrongCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.PerfectJudge((p, q) => (p - q).sigmoid());
        Check.PerfectJudge((p, q) => (p - logaddexp(p, q)).exp());
        Check.PerfectJudge((p, q) => stack([p, q], 1).softmax(1)[.., 0]);
        Check.GeneratorLosses(scores => logsigmoid(-scores).mean(), scores => -logsigmoid(scores).mean());
        Check.GeneratorLosses(scores => -softplus(scores).mean(), scores => binary_cross_entropy_with_logits(scores, ones_like(scores)));
        Check.LossSlopes(-0.01, -0.99, 99);
        Check.LossSlopes(-0.01001, -0.9899, 98.9);
        Check.LivingClumps(Live);
        Check.LivingClumps((made, middles, near, least) => Enumerable.Range(0, (int)middles.shape[0])
            .Count(k => (made - middles[k]).pow(2).sum(1).sqrt().lt(near).sum().item<long>() >= least * made.shape[0]));
        Check.Diagnosis(0, 6);
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds, finding.Text)));
    }

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongJudges => new()
    {
        { "not done yet", (_, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _) => null! },
        { "one number for all", (p, q) => (p - q).sigmoid().mean() },
        { "the share of the made points", (p, q) => (q - p).sigmoid() },
        { "that is the score", (p, q) => p - q },
        { "how many real points there are to one", (p, q) => (p - q).exp() },
        { "these are logarithms", (p, q) => p / (p + q) },
        { "that is p alone", (p, _) => p.exp() },
        { "0 / 0 no number", (p, q) => p.exp() / (p.exp() + q.exp()) },
        { "found 0.5 at [1]", (p, _) => full_like(p, 0.5) },
    };

    [Theory]
    [MemberData(nameof(WrongJudges), DisableDiscoveryEnumeration = true)]
    public void A_wrong_judge_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> judge) =>
        Assert.Contains(misconception, Message(() => Check.PerfectJudge(judge)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor>, Func<Tensor, Tensor>> WrongLosses => new()
    {
        { "nothing was returned", _ => null!, Steep },
        { "it has the wrong sign (found", scores => -Flat(scores), Steep },
        { "that is the other of the two (found", Steep, Flat },
        { "that is the other of the two, with the wrong sign (found", scores => -Steep(scores), Steep },
        { "it is the sum", scores => logsigmoid(-scores).sum(), Steep },
        { "expected one number", scores => logsigmoid(-scores), Steep },
        { "at the score 200, the saturating loss is", scores => (1 - scores.sigmoid()).log().mean(), Steep },
        { "at the score -200, the non-saturating loss is", Flat, scores => -scores.sigmoid().log().mean() },
        { "found 7", Flat, scores => scores.mean() * 0 + 7 },
    };

    [Theory]
    [MemberData(nameof(WrongLosses), DisableDiscoveryEnumeration = true)]
    public void A_wrong_loss_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor> saturating, Func<Tensor, Tensor> nonSaturating) =>
        Assert.Contains(misconception, Message(() => Check.GeneratorLosses(saturating, nonSaturating)), StringComparison.Ordinal);

    [Fact]
    public void Wrong_numbers_are_told_what_is_wrong_and_never_the_right_ones()
    {
        string Wrong(double? saturating, double? nonSaturating, double? times) => Message(() => Check.LossSlopes(saturating, nonSaturating, times));
        Assert.Equal("saturating is not answered yet.", Wrong(null, null, null));
        Assert.Contains("found 0.01, expected another number: does this loss rise", Wrong(0.01, -0.99, 99), StringComparison.Ordinal);
        Assert.Contains("nearly flat", Wrong(-0.99, -0.01, 99), StringComparison.Ordinal);
        Assert.Contains("with respect to the probability", Wrong(-0.01, -100, 99), StringComparison.Ordinal);
        Assert.Contains("the other way round", Wrong(-0.01, -0.99, 0.0101), StringComparison.Ordinal);
        Assert.DoesNotContain("-0.99", Wrong(-0.01, 5, 99), StringComparison.Ordinal);
        Assert.Equal("moved is not answered yet.", Message(() => Check.Diagnosis(null, 6)));
        Assert.Contains("moved: found 6", Message(() => Check.Diagnosis(6, 6)), StringComparison.Ordinal);
        Assert.Contains("left: found 0", Message(() => Check.Diagnosis(0, 0)), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, Tensor, double, double, int>> WrongCounts => new()
    {
        { "found 8, expected 5", (_, _, _, _) => 8 },
        { "found 200, expected 1", (made, middles, near, _) => (int)cdist(made, middles).lt(near).any(1).sum().item<long>() is var count && count == 500 ? 5 : count },
        { "found 3, expected 2", (made, middles, near, _) => Live(made, middles, near, 1e-9) },
        { "found 2, expected 3", (made, middles, near, _) => Live(made, middles, near, 0.1) },
        { "the clump reaches to 0.5", (made, middles, near, least) => (int)(made.unsqueeze(1) - middles).abs().amax([2]).lt(near).to_type(ScalarType.Float32).mean([0]).ge(least).sum().item<long>() },
    };

    [Theory]
    [MemberData(nameof(WrongCounts), DisableDiscoveryEnumeration = true)]
    public void A_wrong_count_is_told_what_was_found_and_expected(string misconception, Func<Tensor, Tensor, double, double, int> live) =>
        Assert.Contains(misconception, Message(() => Check.LivingClumps(live)), StringComparison.Ordinal);

    [Fact]
    public void A_loop_that_trains_is_cured_whatever_its_rate_and_loss()
    {
        Check.RepairedLoop((G, D, real, iterations) => Train(G, D, real, iterations, clear: true, 5e-3));
        Check.RepairedLoop((G, D, real, iterations) => Train(G, D, real, iterations, clear: true, 8e-3));
    }

    [Fact]
    public void A_loop_that_does_not_is_told_what_was_found()
    {
        Assert.Contains("drawn 0 times", Message(() => Check.RepairedLoop((_, _, _, _) => { })), StringComparison.Ordinal);
        Assert.Contains("G has not moved", Message(() => Check.RepairedLoop((_, _, real, iterations) =>
        {
            for (var i = 0; i < iterations; i++)
                real(2).Dispose();
        })), StringComparison.Ordinal);
        Assert.Matches("found [0-5] of eight clumps alive", Message(() => Check.RepairedLoop((G, D, real, iterations) => Train(G, D, real, iterations, clear: false, 5e-3))));
    }

    private static Tensor Flat(Tensor scores) => logsigmoid(-scores).mean();

    private static Tensor Steep(Tensor scores) => -logsigmoid(scores).mean();

    private static int Live(Tensor made, Tensor middles, double near, double least) =>
        (int)cdist(made, middles).lt(near).to_type(ScalarType.Float32).mean([0]).ge(least).sum().item<long>();

    private static void Train(nn.Module<Tensor, Tensor> G, nn.Module<Tensor, Tensor> D, Func<int, Tensor> real, int iterations, bool clear, double rate)
    {
        using var adamG = new FusedAdam(G.parameters(), rate, beta1: 0.5, beta2: 0.99);
        using var adamD = new FusedAdam(D.parameters(), rate, beta1: 0.5, beta2: 0.99);
        for (var i = 0; i < iterations; i++)
        {
            using var scope = NewDisposeScope();
            if (clear)
                adamD.ZeroGrad();
            (-logsigmoid(D.forward(real(128))).mean() - logsigmoid(-D.forward(G.forward(randn(128, 2)).detach())).mean()).backward();
            adamD.Step();
            adamG.ZeroGrad();
            Steep(D.forward(G.forward(randn(128, 2)))).backward();
            adamG.Step();
        }
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;
}
