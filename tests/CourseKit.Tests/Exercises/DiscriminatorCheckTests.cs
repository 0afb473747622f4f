using CourseKit.Exercises;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

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
        Check.Slope(Slope);
        Check.Slope((D, pictures) =>
        {
            // Another right way: picture by picture.
            return cat([.. Enumerable.Range(0, (int)pictures.shape[0]).Select(i => Slope(D, pictures[i..(i + 1)]))]);
        });
        Check.Slope((D, pictures) =>
        {
            // And another: backward, with the gradients of D put away.
            var x = pictures.detach().requires_grad_();
            D.forward(x).sum().backward();
            D.zero_grad();
            return x.grad!;
        });
        Check.Walk((D, x, steps, a, c, sigma) => Walk(D, x, steps, a, c, sigma));
        Check.Walk((D, x, steps, a, c, sigma) =>
        {
            // In place, on a copy, and with other words for the same.
            var here = x.clone();
            while (steps-- > 0)
                here.add_(maximum(minimum(Slope(D, here), tensor((float)c)), tensor((float)-c)).mul(a).add((randn_like(here) * sigma))).clamp_(-1, 1);
            return here;
        });
        Check.TableLoss(Loss);
        Check.TableLoss((scores, real, bad) => softplus(-scores).dot(real / real.sum()) + softplus(scores).dot(bad / bad.sum()));
        Check.TableLoss((scores, real, bad) => Loss(scores, real, bad).reshape(1));
        Check.BestScores(Best);
        Check.BestScores((real, bad) => real.log() - bad.log() - (real.sum() / bad.sum()).log());
        Check.BestScores((real, bad) =>
        {
            var scores = zeros_like(real);
            for (var step = 0; step < 4000; step++)
            {
                using var scope = NewDisposeScope();
                var s = scores.detach().requires_grad_();
                scores = (scores - (autograd.grad([Loss(s, real, bad)], [s])[0] * 5)).MoveToOuterDisposeScope();
            }
            return scores;
        });
        Check.OldBadExamples("stands", "db");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>, Tensor, Tensor>> WrongSlopes => new()
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
        { "the pictures have changed", (D, pictures) => Slope(D, pictures.add_(1)) },
        { "too flat by the size of the minibatch", (D, pictures) => Slope(D, pictures) / 8 },
        { "that points downhill", (D, pictures) => -Slope(D, pictures) },
        { "the slope of the probability", (D, pictures) =>
            {
                var x = pictures.detach().requires_grad_();
                return autograd.grad([D.forward(x).sigmoid().sum()], [x])[0];
            }
        },
        { "it has shape (1, 4, 4), expected (8, 1, 4, 4)", (D, pictures) => Slope(D, pictures).mean([0]) },
        { "found 1 at [", (_, pictures) => ones_like(pictures) },
    };

    [Theory]
    [MemberData(nameof(WrongSlopes), DisableDiscoveryEnumeration = true)]
    public void A_wrong_slope_is_told_what_is_wrong(string misconception, Func<nn.Module<Tensor, Tensor>, Tensor, Tensor> slope) =>
        Assert.Contains(misconception, Message(() => Check.Slope(slope)), StringComparison.Ordinal);

    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>, Tensor, int, double, double, double, Tensor>> WrongWalks => new()
    {
        { "not done yet", (_, _, _, _, _, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _, _, _, _, _) => null! },
        { "the pictures that were given have changed", (D, x, steps, a, c, sigma) => x.add_(Walk(D, x, steps, a, c, sigma) - x) },
        { "D has changed", (D, x, steps, a, c, sigma) =>
            {
                D.forward(x).sum().backward();
                return Walk(D, x, steps, a, c, sigma);
            }
        },
        { "no step was made", (_, x, _, _, _, _) => x.clone() },
        { "that is one step where three", (D, x, _, a, c, sigma) => Walk(D, x, 1, a, c, sigma) },
        { "the slope was not clipped", (D, x, steps, a, _, sigma) => Walk(D, x, steps, a, 1e9, sigma) },
        { "before it is multiplied", (D, x, steps, a, c, sigma) => Walk(D, x, steps, 1, c, sigma, slope => slope * a) },
        { "slopes below zero", (D, x, steps, a, c, sigma) => Walk(D, x, steps, a, 1e9, sigma, slope => slope.clamp(max: c)) },
        { "it goes downhill", (D, x, steps, a, c, sigma) => Walk(D, x, steps, -a, c, sigma) },
        { "the step size does not count", (D, x, steps, _, c, sigma) => Walk(D, x, steps, 1, c, sigma) },
        { "the slope is that of the beginning", (D, x, steps, a, c, sigma) =>
            {
                var slope = Slope(D, x).clamp(-c, c);
                for (var step = 0; step < steps; step++)
                    x = (x + (slope * a) + (randn_like(x) * sigma)).clamp(-1, 1);
                return x;
            }
        },
        { "is there noise", (D, x, steps, a, c, _) => Walk(D, x, steps, a, c, 0) },
        { "left unclipped", (D, x, steps, a, c, sigma) =>
            {
                for (var step = 0; step < steps; step++)
                    x = (x + ((Slope(D, x) + (randn_like(x) * sigma)).clamp(-c, c) * a)).clamp(-1, 1);
                return x;
            }
        },
        { "randn, not rand", (D, x, steps, a, c, sigma) => Walk(D, x, steps, a, c, sigma, noise: like => rand_like(like)) },
        { "only the slope is multiplied", (D, x, steps, a, c, sigma) => Walk(D, x, steps, a, c, sigma * a) },
        { "noise belongs to each step", (D, x, steps, a, c, sigma) => Walk(D, x, steps, a, c, 0) + (randn_like(x) * sigma) },
        { "draw new noise in each step", (D, x, steps, a, c, sigma) =>
            {
                var same = randn_like(x);
                return Walk(D, x, steps, a, c, sigma, noise: _ => same);
            }
        },
        { "by the deviation itself", (D, x, steps, a, c, sigma) => Walk(D, x, steps, a, c, Math.Sqrt(sigma)) },
        { "in the shape of the pictures", (D, x, steps, a, c, sigma) => Walk(D, x, steps, a, c, sigma, noise: like => randn(like.shape[0], 1, 1, 1)) },
        { "expected at most 1", (D, x, steps, a, c, sigma) =>
            {
                for (var step = 0; step < steps; step++)
                    x = x + (Slope(D, x).clamp(-c, c) * a) + (randn_like(x) * sigma);
                return x;
            }
        },
        { "three steps without noise follow the clipped slope: found 0 at [", (_, x, _, _, _, _) => zeros_like(x) },
    };

    [Theory]
    [MemberData(nameof(WrongWalks), DisableDiscoveryEnumeration = true)]
    public void A_wrong_walk_is_told_what_is_wrong(string misconception, Func<nn.Module<Tensor, Tensor>, Tensor, int, double, double, double, Tensor> walk) =>
        Assert.Contains(misconception, Message(() => Check.Walk(walk)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor, Tensor>> WrongLosses => new()
    {
        { "not done yet", (_, _, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _, _) => null! },
        { "expected one number", (scores, real, bad) => Loss(scores, real, bad) * scores },
        { "the sum over all examples", (scores, real, bad) => Loss(scores, real, bad, 1, 1) },
        { "by the number of all examples", (scores, real, bad) => Loss(scores, real, bad, real.sum() + bad.sum(), real.sum() + bad.sum()) },
        { "not of pictures", (scores, real, bad) => Loss(scores, real, bad, scores.numel(), scores.numel()) },
        { "the counts are not used", (scores, _, _) => -logsigmoid(scores).mean() - logsigmoid(-scores).mean() },
        { "real and bad ones are exchanged", (scores, real, bad) => Loss(scores, bad, real) },
        { "the sign is wrong", (scores, real, bad) => -Loss(scores, real, bad) },
        { "added, not averaged", (scores, real, bad) => Loss(scores, real, bad) / 2 },
        { "the bad examples are missing", (scores, real, bad) => Loss(scores, real, bad * 0, null, 1) },
        { "found 7, expected", (_, _, _) => tensor(7f) },
        { "(five others): found ", (_, _, _) => Loss(tensor([1.5f, -0.5f, 0.3f, -2f]), tensor([30f, 0, 5, 15]), tensor([10f, 120, 40, 30])) }, // written down
    };

    [Theory]
    [MemberData(nameof(WrongLosses), DisableDiscoveryEnumeration = true)]
    public void A_wrong_loss_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor, Tensor> loss) =>
        Assert.Contains(misconception, Message(() => Check.TableLoss(loss)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongScores => new()
    {
        { "not done yet", (_, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _) => null! },
        { "it has shape (), expected (4)", (real, bad) => Best(real, bad).mean() },
        { "those are counts", (real, bad) => (real / bad).log() },
        { "not its logarithm", (real, bad) => Best(real, bad).exp() },
        { "upside down", (real, bad) => Best(bad, real) },
        { "the bad examples do not count", (real, _) => (real / real.sum()).log() },
        { "that is the difference", (real, bad) => (real / real.sum()) - (bad / bad.sum()) },
        { "that is the probability", (real, bad) => Best(real, bad).sigmoid() },
        { "found 0 at [", (real, _) => zeros_like(real) },
        { "(five others)", (real, _) => real.numel() == 4 ? Best(real, tensor([100f, 40, 40, 220])) : zeros_like(real) }, // written down
    };

    [Theory]
    [MemberData(nameof(WrongScores), DisableDiscoveryEnumeration = true)]
    public void Wrong_scores_are_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> best) =>
        Assert.Contains(misconception, Message(() => Check.BestScores(best)), StringComparison.Ordinal);

    [Theory]
    [InlineData("abd")]
    [InlineData("b")]
    [InlineData("bcd")]
    [InlineData("ac")]
    [InlineData("abcd")]
    public void Wrong_letters_are_told_without_naming_one(string letters)
    {
        var message = Message(() => Check.OldBadExamples("swings", letters));
        Assert.StartsWith($"found \"{letters}\", expected the letters of all statements that hold", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.OldBadExamples(null, "bd")), StringComparison.Ordinal);
        Assert.Contains("\"circles\" is none of the choices", Message(() => Check.OldBadExamples("circles", "bd")), StringComparison.Ordinal);
        Assert.Contains("no explanation yet", Message(() => Check.OldBadExamples("settles", null)), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Slope(nn.Module<Tensor, Tensor> D, Tensor pictures)
    {
        var x = pictures.detach().requires_grad_();
        return autograd.grad([D.forward(x).sum()], [x])[0];
    }

    private static Tensor Walk(nn.Module<Tensor, Tensor> D, Tensor x, int steps, double a, double c, double sigma, Func<Tensor, Tensor>? change = null, Func<Tensor, Tensor>? noise = null)
    {
        for (var step = 0; step < steps; step++)
        {
            var slope = Slope(D, x);
            x = (x + ((change?.Invoke(slope) ?? slope).clamp(-c, c) * a) + ((noise ?? (like => randn_like(like)))(x) * sigma)).clamp(-1, 1);
        }
        return x;
    }

    private static Tensor Loss(Tensor scores, Tensor real, Tensor bad) => Loss(scores, real, bad, null, null);

    private static Tensor Loss(Tensor scores, Tensor real, Tensor bad, Tensor? n, Tensor? m) =>
        -((real * logsigmoid(scores)).sum() / (n ?? real.sum())) - ((bad * logsigmoid(-scores)).sum() / (m ?? bad.sum()));

    private static Tensor Best(Tensor real, Tensor bad) => (real / real.sum() / (bad / bad.sum())).log();
}
