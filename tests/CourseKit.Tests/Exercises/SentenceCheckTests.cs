using CourseKit.Exercises;
using CourseKit.Models;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Tests.Exercises;

/// <summary>Lecture 3: right answers and typical wrong ones, each with its own message.</summary>
[Collection("process-wide state")]
public sealed class SentenceCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public SentenceCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void Right_answers_are_green()
    {
        Check.ShapesOfSentences([16, 24], [16, 1, 12, 50], [16, 1, 12]);
        Check.OneHot(Encode);
        Check.OneHot((sentences, length, symbols) =>
        {
            // Another right way: one by one.
            var x = zeros(sentences.Length, length, symbols);
            foreach (var (n, one) in sentences.Index())
            {
                for (var i = 0; i < length; i++)
                    x[n, i, i < one.Length ? one[i] : 0] = 1f;
            }
            return x;
        });
        Check.StraightThrough(StraightThrough);
        Check.StraightThrough(SentenceGenerator.StraightThrough); // the library's own
        Check.SentenceFigures(Measure);
        Check.SoftSentences("half", "ca");
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    [Fact]
    public void Shapes_go_wrong_in_several_ways()
    {
        string Wrong(long[]? latent, long[]? sentences, long[]? words) => Message(() => Check.ShapesOfSentences(latent, sentences, words));
        Assert.Equal("latent is not answered yet.", Wrong(null, null, null));
        Assert.Contains("positions come before words", Wrong([16, 24], [16, 1, 50, 12], null), StringComparison.Ordinal);
        Assert.Contains("the channel is missing", Wrong([16, 24], [16, 12, 50], null), StringComparison.Ordinal);
        Assert.Contains("a 1 in one of 50 columns", Wrong([16, 24], [16, 1, 12], null), StringComparison.Ordinal);
        Assert.Contains("one word is left for each position", Wrong([16, 24], [16, 1, 12, 50], [16, 1, 50]), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<long[][], int, int, Tensor>> WrongCodes => new()
    {
        { "not done yet", (_, _, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _, _) => null! },
        { "positions come before words", (sentences, length, symbols) => Encode(sentences, length, symbols).transpose(1, 2) },
        { "without the channel", (sentences, length, symbols) => Encode(sentences, length, symbols).unsqueeze(1) },
        { "there is no 1 anywhere", (sentences, length, symbols) => zeros(sentences.Length, length, symbols) },
        { "a sentence begins at position 0", (sentences, length, symbols) => Rows(symbols, sentences.Select(one => (long[])[.. new long[length - one.Length], .. one])) },
        { "one column too far to the left", (sentences, length, symbols) => Encode([.. sentences.Select(one => one.Select(word => word - 1).ToArray())], length, symbols) },
        { "the rows are empty", (sentences, length, symbols) =>
            {
                var x = Encode(sentences, length, symbols);
                foreach (var (n, one) in sentences.Index())
                    x[n, one.Length..] = 0f;
                return x;
            }
        },
        { "the numbers are Int64", (sentences, length, symbols) => Encode(sentences, length, symbols).to_type(ScalarType.Int64) },
    };

    [Theory]
    [MemberData(nameof(WrongCodes), DisableDiscoveryEnumeration = true)]
    public void A_wrong_code_is_told_what_is_wrong(string misconception, Func<long[][], int, int, Tensor> encode) =>
        Assert.Contains(misconception, Message(() => Check.OneHot(encode)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, Tensor>> WrongEstimators => new()
    {
        { "nothing was returned", _ => null! },
        { "those are the probabilities", l => l.softmax(-1) },
        { "those are the numbers of the words", l => l.argmax(-1) },
        { "p with its gradient stopped", l => Said(l) + l.softmax(-1) },
        { "it is p - p.detach()", l => Said(l) - l.softmax(-1) },
        { "the arg-max goes over the positions", l => one_hot(l.argmax(1), l.shape[^1]).to_type(ScalarType.Float32) },
        { "no gradient can pass", Said },
        { "no gradient can pass: nothing hangs", l => Said(l) + (l.softmax(-1).detach() - l.softmax(-1).detach()) },
        { "it has the wrong sign", l => Said(l) + (l.softmax(-1).detach() - l.softmax(-1)) },
        { "as if nothing had been done", l => Said(l) + (l - l.detach()) },
        { "the softmax goes over the positions", l => Said(l) + (l.softmax(1) - l.softmax(1).detach()) },
        { "twice the softmax's", l => Said(l) + ((l.softmax(-1) - l.softmax(-1).detach()) * 2) },
    };

    [Theory]
    [MemberData(nameof(WrongEstimators), DisableDiscoveryEnumeration = true)]
    public void A_wrong_estimator_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor> estimate) =>
        Assert.Contains(misconception, Message(() => Check.StraightThrough(estimate)), StringComparison.Ordinal);

    public static TheoryData<string, Func<IReadOnlyList<string>, IReadOnlySet<string>, Func<string, bool>, (double, int, double)>> WrongFigures => new()
    {
        { "divide by how many were made", (made, database, accepts) => Measure(made, database, accepts) with { Accepted = made.Count(accepts) } },
        { "that the grammar refuses", (made, database, accepts) => Measure(made, database, accepts) with { Accepted = made.Average(text => accepts(text) ? 0 : 1.0) } },
        { "nonsense is easily new", (made, database, accepts) => Measure(made, database, accepts) with { Distinct = made.Distinct().Count() } },
        { "again and again", (made, database, accepts) => Measure(made, database, accepts) with { Distinct = made.Count(accepts) } },
        { "take it of the accepted", (made, database, accepts) => Measure(made, database, accepts) with { Unseen = made.Where(accepts).Count(text => !database.Contains(text)) / (double)made.Count } },
        { "nonsense is in no database", (made, database, accepts) => Measure(made, database, accepts) with { Unseen = made.Average(text => database.Contains(text) ? 0 : 1.0) } },
        { "a share of the different ones", (made, database, accepts) => Measure(made, database, accepts) with { Unseen = made.Where(accepts).Distinct().Average(text => database.Contains(text) ? 0 : 1.0) } },
        { "the other way round", (made, database, accepts) => Measure(made, database, accepts) with { Unseen = made.Where(accepts).Average(text => database.Contains(text) ? 1.0 : 0) } },
        { "0 / 0", (made, database, accepts) => Measure(made, database, accepts) with { Unseen = made.Where(accepts).Count(text => !database.Contains(text)) / (double)made.Count(accepts) } },
    };

    [Theory]
    [MemberData(nameof(WrongFigures), DisableDiscoveryEnumeration = true)]
    public void Wrong_figures_are_told_what_is_wrong(string misconception, Func<IReadOnlyList<string>, IReadOnlySet<string>, Func<string, bool>, (double, int, double)> measure) =>
        Assert.Contains(misconception, Message(() => Check.SentenceFigures(measure)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.SoftSentences(null, "ac")), StringComparison.Ordinal);
        Assert.Contains("look again at b", Message(() => Check.SoftSentences("all", "abc")), StringComparison.Ordinal);
        Assert.Contains("look again at c", Message(() => Check.SoftSentences("all", "a")), StringComparison.Ordinal);
        Assert.Contains("look again at d", Message(() => Check.SoftSentences("all", "acd")), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Rows(int symbols, IEnumerable<long[]> filled) => one_hot(stack([.. filled.Select(one => tensor(one))]), symbols).to_type(ScalarType.Float32);

    private static Tensor Encode(long[][] sentences, int length, int symbols) => Rows(symbols, sentences.Select(one => (long[])[.. one, .. new long[length - one.Length]]));

    private static Tensor Said(Tensor l) => one_hot(l.argmax(-1), l.shape[^1]).to_type(ScalarType.Float32);

    private static Tensor StraightThrough(Tensor l)
    {
        var p = l.softmax(-1);
        return Said(l) + (p - p.detach());
    }

    private static (double Accepted, int Distinct, double Unseen) Measure(IReadOnlyList<string> made, IReadOnlySet<string> database, Func<string, bool> accepts)
    {
        var good = made.Where(accepts).ToList();
        return (good.Count / (double)made.Count, good.Distinct().Count(), good.Count(text => !database.Contains(text)) / Math.Max(1.0, good.Count));
    }
}
