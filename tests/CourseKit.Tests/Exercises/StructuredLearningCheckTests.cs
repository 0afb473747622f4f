using CourseKit.Exercises;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 4: right answers and typical wrong ones, each with its own message.</summary>
[Collection("process-wide state")]
public sealed class StructuredLearningCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public StructuredLearningCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.PaintersView(31, 256, [32, 13]);
        Check.LogLikelihood(LogLikelihood);
        Check.LogLikelihood((logits, colours) => -nn.functional.cross_entropy(logits.transpose(1, 2), colours, reduction: nn.Reduction.None).sum(1));
        Check.Painting((next, count, length) => Paint(next, count, length));
        Check.Symmetry(Score);
        Check.Symmetry(faces => -(faces[.., .., .., ..3] - faces.flip(3)[.., .., .., ..3]).abs().flatten(1).mean([1])); // one half says all
        Check.BeadsInView("6", "dba");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    [Fact]
    public void The_view_goes_wrong_in_several_ways()
    {
        string Wrong(long? visible, long? steps, long[]? probabilities) => Message(() => Check.PaintersView(visible, steps, probabilities));
        Assert.Equal("visible is not answered yet.", Wrong(null, null, null));
        Assert.Contains("only up to the brush", Wrong(36, null, null), StringComparison.Ordinal);
        Assert.Contains("to the right of the brush", Wrong(35, null, null), StringComparison.Ordinal);
        Assert.Contains("what lies to the left", Wrong(27, null, null), StringComparison.Ordinal);
        Assert.Contains("painted at once", Wrong(31, 25_600, null), StringComparison.Ordinal);
        Assert.Contains("a GAN's generator", Wrong(31, 1, null), StringComparison.Ordinal);
        Assert.Contains("one after the other", Wrong(31, 256, [32, 256, 13]), StringComparison.Ordinal);
        Assert.Contains("the minibatch comes first", Wrong(31, 256, [13]), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> WrongLikelihoods => new()
    {
        { "not done yet", (_, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _) => null! },
        { "one number for all", (logits, colours) => LogLikelihood(logits, colours).sum() },
        { "it goes over the wrong dimensions", (logits, colours) => Each(logits.log_softmax(2), colours).sum([0]) },
        { "it has the wrong sign", (logits, colours) => -LogLikelihood(logits, colours) },
        { "it is the mean over the pixels", (logits, colours) => Each(logits.log_softmax(2), colours).mean([1]) },
        { "it is the probability itself", (logits, colours) => Each(logits.softmax(2), colours).prod(1) },
        { "probabilities of pixels are summed", (logits, colours) => Each(logits.softmax(2), colours).sum(1) },
        { "those are logits", (logits, colours) => Each(logits, colours).sum(1) },
        { "the softmax goes over the pixels", (logits, colours) => Each(logits.log_softmax(1), colours).sum(1) },
        { "it sums over all colours", (logits, _) => logits.log_softmax(2).flatten(1).sum(1) },
        { "for 2,000 pixels it is minus infinity", (logits, colours) => Each(logits.softmax(2), colours).prod(1).log() },
    };

    [Theory]
    [MemberData(nameof(WrongLikelihoods), DisableDiscoveryEnumeration = true)]
    public void A_wrong_likelihood_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor, Tensor> logLikelihood) =>
        Assert.Contains(misconception, Message(() => Check.LogLikelihood(logLikelihood)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Func<Tensor, Tensor>, long, long, Tensor>> WrongPaintings => new()
    {
        { "the painter was never asked", (_, count, length) => zeros(count, length, int64) },
        { "the painter was asked 10000 times", (next, count, length) => cat([.. Enumerable.Range(0, (int)count).Select(_ => Paint(next, 1, length))]) },
        { "nothing was returned", (next, count, length) =>
            {
                Paint(next, count, length);
                return null!;
            }
        },
        { "does not see what is painted so far", (next, count, length) => Paint(next, count, length, sees: painted => painted[.., ..0]) },
        { "expected (2000, 5)", (next, count, length) => Paint(next, count, length).T },
        { "not what you return", (next, count, length) => Paint(next, count, length).flip(1) },
        { "always the most probable colour: then all", (next, count, length) => Paint(next, count, length, draw: p => p.argmax(1, keepdim: true)) },
        { "all pictures begin alike", (next, count, length) => Paint(next, count, length, draw: p => p[..1].multinomial(1).expand(count, 1)) },
        { "every colour comes equally often", (next, count, length) => Paint(next, count, length, draw: p => randint(3, [count, 1])) },
        { "softmax makes probabilities of logits", (next, count, length) => Paint(next, count, length, draw: p => (p * 0.5 + 0.1).multinomial(1)) },
        { "after the first element", (next, count, length) =>
            {
                var first = true;
                return Paint(next, count, length, draw: p =>
                {
                    var drawn = first ? p.multinomial(1) : p.argmax(1, keepdim: true);
                    first = false;
                    return drawn;
                });
            }
        },
        { "no element hangs on the one before", (next, count, length) =>
            {
                Tensor? chances = null;
                return Paint(next, count, length, draw: p => (chances ??= p).multinomial(1));
            }
        },
    };

    [Theory]
    [MemberData(nameof(WrongPaintings), DisableDiscoveryEnumeration = true)]
    public void A_wrong_painting_is_told_what_is_wrong(string misconception, Func<Func<Tensor, Tensor>, long, long, Tensor> paint) =>
        Assert.Contains(misconception, Message(() => Check.Painting(paint)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor>> WrongJudges => new()
    {
        { "not done yet", _ => throw new NotImplementedException() },
        { "nothing was returned", _ => null! },
        { "one number for all", faces => Score(faces).mean() },
        { "expected (8), got (8, 3)", faces => -(faces - faces.flip(3)).abs().mean([2, 3]) },
        { "The minus is missing", faces => -Score(faces) },
        { "cancel each other", faces => -(faces - faces.flip(3)).mean([1, 2, 3]) },
        { "upside down", faces => -(faces - faces.flip(2)).abs().mean([1, 2, 3]) },
        { "colours are turned round", faces => -(faces - faces.flip(1)).abs().mean([1, 2, 3]) },
        { "differences are squared", faces => -(faces - faces.flip(3)).pow(2).mean([1, 2, 3]) },
        { "take the mean", faces => -(faces - faces.flip(3)).abs().sum([1, 2, 3]) },
        { "found 0 at [", faces => zeros(faces.shape[0]) },
        { "a judge only looks at them", faces =>
            {
                var score = Score(faces);
                faces.zero_();
                return score;
            }
        },
    };

    [Theory]
    [MemberData(nameof(WrongJudges), DisableDiscoveryEnumeration = true)]
    public void A_wrong_judge_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor> score) =>
        Assert.Contains(misconception, Message(() => Check.Symmetry(score)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.BeadsInView(null, "abd")), StringComparison.Ordinal);
        Assert.Contains("none of the choices", Message(() => Check.BeadsInView("maybe", "abd")), StringComparison.Ordinal);
        foreach (var wrong in new[] { "b", "ab", "abce", "ad", "bde" })
            Assert.Contains($"found \"{wrong}\", expected the letters of all", Message(() => Check.BeadsInView("2", wrong)), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Each(Tensor values, Tensor colours) => values.gather(2, colours.unsqueeze(2)).squeeze(2);

    private static Tensor LogLikelihood(Tensor logits, Tensor colours) => Each(logits.log_softmax(2), colours).sum(1);

    private static Tensor Paint(Func<Tensor, Tensor> next, long count, long length, Func<Tensor, Tensor>? sees = null, Func<Tensor, Tensor>? draw = null)
    {
        var painted = zeros(count, 0, int64);
        for (var i = 0; i < length; i++)
        {
            var chances = next(sees is null ? painted : sees(painted)).softmax(1);
            painted = cat([painted, draw is null ? chances.multinomial(1) : draw(chances)], 1);
        }
        return painted;
    }

    private static Tensor Score(Tensor faces) => -(faces - faces.flip(3)).abs().mean([1, 2, 3]);
}
