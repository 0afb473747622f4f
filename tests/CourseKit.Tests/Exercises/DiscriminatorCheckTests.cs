using CourseKit.Exercises;
using CourseKit.Models;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 6: right answers and typical wrong ones, each with its own message.</summary>
[Collection("process-wide state")]
public sealed class DiscriminatorCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public DiscriminatorCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.Enumeration(262_144, [262_144, 1, 3, 3], [262_144]);
        Check.Slope(Slope);
        Check.Slope((D, pictures) =>
        {
            // Another right way: picture by picture.
            return cat([.. Enumerable.Range(0, (int)pictures.shape[0]).Select(i => Slope(D, pictures[i..(i + 1)]))]);
        });
        Check.ClimbingStep(Step);
        Check.ReplayTurn(Turn);
        Check.WalksWithoutNoise("many", "ca");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    [Fact]
    public void Counting_all_pictures_goes_wrong_in_several_ways()
    {
        string Wrong(long? pictures, long[]? eaten, long[]? scores) => Message(() => Check.Enumeration(pictures, eaten, scores));
        Assert.Equal("pictures is not answered yet.", Wrong(null, null, null));
        Assert.Contains("the other way round", Wrong(6_561, null, null), StringComparison.Ordinal);
        Assert.Contains("one pixel at a time", Wrong(36, null, null), StringComparison.Ordinal);
        Assert.Contains("for black and white", Wrong(512, null, null), StringComparison.Ordinal);
        Assert.Contains("how many choices", Wrong(7, null, null), StringComparison.Ordinal);
        Assert.Contains("values in one channel", Wrong(262_144, [262_144, 4, 3, 3], null), StringComparison.Ordinal);
        Assert.Contains("without a dimension of its own", Wrong(262_144, [262_144, 1, 3, 3], [262_144, 1]), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<ScoreNetwork, Tensor, Tensor>> WrongSlopes => new()
    {
        { "not done yet", (_, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _) => null! },
        { "D's gradients were computed too", (D, pictures) =>
            {
                var x = pictures.detach().requires_grad_();
                D.forward(x).sum().backward();
                return x.grad!;
            }
        },
        { "too flat by the size of the batch", (D, pictures) => Slope(D, pictures) / 8 },
        { "point downhill", (D, pictures) => -Slope(D, pictures) },
        { "the slope of the probability", (D, pictures) =>
            {
                var x = pictures.detach().requires_grad_();
                return autograd.grad([D.forward(x).sigmoid().sum()], [x])[0];
            }
        },
        { "expected that of the pictures", (D, pictures) => Slope(D, pictures).mean([0]) },
        { "differ from what nudging", (_, pictures) => ones_like(pictures) },
    };

    [Theory]
    [MemberData(nameof(WrongSlopes), DisableDiscoveryEnumeration = true)]
    public void A_wrong_slope_is_told_what_is_wrong(string misconception, Func<ScoreNetwork, Tensor, Tensor> slope) =>
        Assert.Contains(misconception, Message(() => Check.Slope(slope)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, double, double, Tensor>> WrongSteps => new()
    {
        { "have changed", (x, slope, a, sigma) => x.add_(slope * a).add_(randn_like(x) * sigma).clamp_(-1, 1) },
        { "nothing was returned", (_, _, _, _) => null! },
        { "goes downhill", (x, slope, a, sigma) => Step(x, -slope, a, sigma) },
        { "the step size does not count", (x, slope, a, sigma) => Step(x, slope, 1, sigma) },
        { "there is no noise", (x, slope, a, _) => Step(x, slope, a, 0) },
        { "randn, not rand", (x, slope, a, sigma) => (x + slope * a + rand_like(x) * sigma * Math.Sqrt(12)).clamp(-1, 1) },
        { "only the slope is", (x, slope, a, sigma) => Step(x, slope, a, sigma * a) },
        { "not by its root", (x, slope, a, sigma) => Step(x, slope, a, Math.Sqrt(sigma)) },
        { "draw it anew", (x, slope, a, sigma) =>
            {
                manual_seed(1);
                return Step(x, slope, a, sigma);
            }
        },
        { "clamp them", (x, slope, a, sigma) => x + slope * a + randn_like(x) * sigma },
    };

    [Theory]
    [MemberData(nameof(WrongSteps), DisableDiscoveryEnumeration = true)]
    public void A_wrong_step_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, double, double, Tensor> step) =>
        Assert.Contains(misconception, Message(() => Check.ClimbingStep(step)), StringComparison.Ordinal);

    public static TheoryData<string, Action<Tensor, Func<Tensor, Tensor>, long, double>> WrongTurns => new()
    {
        { "climb was called 0 times", (_, _, _, _) => { } },
        { "the buffer is as before", (buffer, climb, count, share) => Turn(buffer.clone(), climb, count, share) },
        { "what climbs has shape", (buffer, climb, count, share) => Turn(buffer, climb, count / 2, share) },
        { "none begins anew", (buffer, climb, count, _) => Turn(buffer, climb, count, 0) },
        { "none goes on from where it was", (buffer, climb, count, _) => Turn(buffer, climb, count, 1) },
        { "the other way round", (buffer, climb, count, share) => Turn(buffer, climb, count, 1 - share) },
        { "rand gives [0, 1]", (buffer, climb, count, share) => Turn(buffer, climb, count, share, dark: false) },
        { "always the first rows", (buffer, climb, count, share) => Turn(buffer, climb, count, share, arange(count)) },
    };

    [Theory]
    [MemberData(nameof(WrongTurns), DisableDiscoveryEnumeration = true)]
    public void A_wrong_turn_of_the_buffer_is_told_what_is_wrong(string misconception, Action<Tensor, Func<Tensor, Tensor>, long, double> turn) =>
        Assert.Contains(misconception, Message(() => Check.ReplayTurn(turn)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.WalksWithoutNoise(null, "ac")), StringComparison.Ordinal);
        Assert.Contains("look again at b", Message(() => Check.WalksWithoutNoise("one", "abc")), StringComparison.Ordinal);
        Assert.Contains("look again at c", Message(() => Check.WalksWithoutNoise("one", "a")), StringComparison.Ordinal);
        Assert.Contains("look again at d", Message(() => Check.WalksWithoutNoise("one", "acd")), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Slope(ScoreNetwork D, Tensor pictures)
    {
        var x = pictures.detach().requires_grad_();
        return autograd.grad([D.forward(x).sum()], [x])[0];
    }

    private static Tensor Step(Tensor x, Tensor slope, double a, double sigma) => (x + (slope * a) + (randn_like(x) * sigma)).clamp(-1, 1);

    private static void Turn(Tensor buffer, Func<Tensor, Tensor> climb, long count, double share) => Turn(buffer, climb, count, share, null);

    private static void Turn(Tensor buffer, Func<Tensor, Tensor> climb, long count, double share, Tensor? drawn = null, bool dark = true)
    {
        var rows = drawn ?? randint(buffer.shape[0], [count]);
        var points = buffer.index_select(0, rows);
        var noise = rand_like(points);
        points = where(rand(count, 1, 1, 1).lt(share), dark ? (noise * 2) - 1 : noise, points);
        buffer.index_copy_(0, rows, climb(points));
    }
}
