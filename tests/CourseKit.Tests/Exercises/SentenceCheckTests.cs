using CourseKit.Exercises;
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
        Check.Stamp(Stamp);
        Check.Stamp(l => l.tanh() + (l.sign() - l.tanh()).detach()); // the same the other way round
        Check.RuleOfTwoWords(Keeps);
        Check.RuleOfTwoWords((sentences, first, second) => where(Says(sentences, first), Says(sentences, second).to_type(ScalarType.Float32), tensor(1f))); // numbers
        Check.RuleOfTwoWords((sentences, first, second) => tensor(sentences.argmax(-1).squeeze(1).data<long>().ToArray().Chunk(3).Select(one => !one.Contains(first) || one.Contains(second)).ToArray())); // a loop
        Check.UnseenSentences("half", "eca");
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

    public static TheoryData<string, Func<Tensor, Tensor>> WrongStamps => new()
    {
        { "not done yet", _ => throw new NotImplementedException() },
        { "nothing was returned", _ => null! },
        { "grey pixels", l => l.tanh() },
        { "it goes from 0 to 1", l => l.gt(0).to_type(ScalarType.Float32) },
        { "ink and paper are swapped", l => -Stamp(l) },
        { "with its gradient stopped", l => l.sign() + l.tanh() },
        { "it is t - t.detach()", l => l.sign() - l.tanh() },
        { "no gradient can pass", l => (l.gt(0).to_type(ScalarType.Float32) * 2) - 1 },
        { "it has the wrong sign", l => l.sign().detach() + (l.tanh().detach() - l.tanh()) },
        { "as if nothing had been done", l => l.sign().detach() + (l - l.detach()) },
        { "twice that of the tanh", l => l.sign().detach() + ((l.tanh() - l.tanh().detach()) * 2) },
        { "it is that of the sigmoid", l => l.sign().detach() + (l.sigmoid() - l.sigmoid().detach()) },
        { "it has shape (36)", l => Stamp(l).flatten() },
        { "forward: 1 above 0 and -1 below: found", l => zeros_like(l) },
    };

    [Theory]
    [MemberData(nameof(WrongStamps), DisableDiscoveryEnumeration = true)]
    public void A_wrong_stamp_is_told_what_is_wrong(string misconception, Func<Tensor, Tensor> stamp) =>
        Assert.Contains(misconception, Message(() => Check.Stamp(stamp)), StringComparison.Ordinal);

    public static TheoryData<string, Func<Tensor, long, long, Tensor>> WrongRules => new()
    {
        { "not done yet", (_, _, _) => throw new NotImplementedException() },
        { "nothing was returned", (_, _, _) => null! },
        { "one number for all", (sentences, first, second) => Keeps(sentences, first, second).all() },
        { "expected (6)", (sentences, first, second) => Keeps(sentences, first, second).unsqueeze(1) },
        { "breaks no rule", (sentences, first, second) => Says(sentences, first) & Says(sentences, second) },
        { "breaks no rule", (sentences, _, second) => Says(sentences, second) },
        { "the other way round", (sentences, first, second) => ~Keeps(sentences, first, second) },
        { "one way only", (sentences, first, second) => Says(sentences, first).eq(Says(sentences, second)) },
        { "the two words are swapped", (sentences, first, second) => Keeps(sentences, second, first) },
        { "found 1 at [2], expected 0", (sentences, _, _) => ones(sentences.shape[0]) },
    };

    [Theory]
    [MemberData(nameof(WrongRules), DisableDiscoveryEnumeration = true)]
    public void A_wrong_rule_is_told_what_is_wrong(string misconception, Func<Tensor, long, long, Tensor> keeps) =>
        Assert.Contains(misconception, Message(() => Check.RuleOfTwoWords(keeps)), StringComparison.Ordinal);

    [Fact]
    public void The_explanation_counts_and_the_prediction_only_has_to_be_there()
    {
        Assert.Contains("no prediction yet", Message(() => Check.UnseenSentences(null, "ace")), StringComparison.Ordinal);
        Assert.Contains("none of the choices", Message(() => Check.UnseenSentences("maybe", "ace")), StringComparison.Ordinal);
        foreach (var wrong in new[] { "a", "ac", "abce", "bd", "ade" })
            Assert.Contains($"found \"{wrong}\", expected the letters of all", Message(() => Check.UnseenSentences("most", wrong)), StringComparison.Ordinal);
    }

    private static string Message(Action check) => Assert.Throws<CheckFailedException>(check).Wrong;

    private static Tensor Rows(int symbols, IEnumerable<long[]> filled) => one_hot(stack([.. filled.Select(one => tensor(one))]), symbols).to_type(ScalarType.Float32);

    private static Tensor Encode(long[][] sentences, int length, int symbols) => Rows(symbols, sentences.Select(one => (long[])[.. one, .. new long[length - one.Length]]));

    private static Tensor Says(Tensor sentences, long word) => sentences.select(-1, word).flatten(1).sum(1).gt(0);

    private static Tensor Keeps(Tensor sentences, long first, long second) => Says(sentences, second) | ~Says(sentences, first);

    private static Tensor Stamp(Tensor l)
    {
        var t = l.tanh();
        return (l.gt(0).to_type(ScalarType.Float32) * 2) - 1 + (t - t.detach());
    }
}
