using CourseKit.Data;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

public sealed class SentenceCodeTests
{
    public SentenceCodeTests() => Torch.Begin();

    [Fact]
    public void There_are_44_characters_at_10_positions_and_35_words_at_6()
    {
        Assert.Equal((44, 10), (SentenceCode.Characters.Symbols.Count, SentenceCode.Characters.Length));
        Assert.Equal((35, 6), (SentenceCode.Words.Symbols.Count, SentenceCode.Words.Length));
        Assert.All(SentenceCode.Characters.Symbols, symbol => Assert.Equal(1, symbol.Length));
    }

    [Fact]
    public void Encoded_and_decoded_every_sentence_is_itself_again()
    {
        using var scope = NewDisposeScope();
        foreach (var code in new[] { SentenceCode.Characters, SentenceCode.Words })
        {
            var matrices = code.Encode(SentenceGrammar.All);
            Assert.Equal([702, 1, code.Length, code.Symbols.Count], matrices.shape);
            Assert.True(matrices.sum(-1).eq(ones(1)).all().item<bool>());
            Assert.Equal(702 * code.Length, matrices.eq(ones(1)).sum().item<long>());
            Assert.Equal(SentenceGrammar.All.Select(sentence => sentence.Text), code.Decode(matrices));
            Assert.Equal(SentenceGrammar.All.Select(sentence => sentence.Text), code.Decode(matrices.squeeze(1)));
        }
    }

    [Fact]
    public void Padding_is_cut_off_at_the_end_and_seen_elsewhere()
    {
        using var scope = NewDisposeScope();
        var code = SentenceCode.Words;
        long[] symbols = [.. new[] { "我", "·", "吃", "鱼", "·", "·" }.Select(symbol => (long)code.Symbols.Index().First(entry => entry.Item == symbol).Index)];
        var text = Assert.Single(code.Decode(nn.functional.one_hot(tensor(symbols), 35).unsqueeze(0)));
        Assert.Equal("我·吃鱼", text);
        Assert.False(SentenceGrammar.Accepts(text));
    }

    [Fact]
    public void Matrices_of_another_shape_are_refused()
    {
        using var scope = NewDisposeScope();
        foreach (var shape in new long[][] { [2, 10, 35], [2, 3, 6, 35], [6, 35] })
            Assert.Contains("(N, 1, 6, 35)", Assert.Throws<ArgumentException>(() => SentenceCode.Words.Decode(zeros(shape))).Message, StringComparison.Ordinal);
    }
}
