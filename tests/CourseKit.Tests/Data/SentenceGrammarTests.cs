using CourseKit.Data;

namespace CourseKit.Tests.Data;

public sealed class SentenceGrammarTests
{
    [Fact]
    public void There_are_702_different_sentences_half_of_them_held_out()
    {
        Assert.Equal((702, 351, 351), (SentenceGrammar.All.Count, SentenceGrammar.Train.Count, SentenceGrammar.HeldOut.Count));
        Assert.Equal(702, SentenceGrammar.All.Select(sentence => sentence.Text).Distinct().Count());
        Assert.Equal(702, SentenceGrammar.All.Select(sentence => sentence.Gloss).Distinct().Count());
    }

    [Theory]
    [InlineData("我吃米饭", "I eat rice.")]
    [InlineData("妈看电影", "Mum watches a film.")]
    [InlineData("昨天她在学校写了信", "Yesterday she wrote a letter at school.")]
    [InlineData("明天猫会在山上看鱼", "Tomorrow the cat will watch a fish on the mountain.")]
    [InlineData("昨天我在饭店喝了牛奶", "Yesterday I drank milk in a restaurant.")]
    public void A_sentence_means_what_its_gloss_says(string text, string gloss)
    {
        Assert.True(SentenceGrammar.Accepts(text));
        Assert.Equal(gloss, SentenceGrammar.Gloss(text));
    }

    [Theory]
    [InlineData("我喝米饭")]            // rice is not drunk
    [InlineData("猫写信")]              // a cat does not write
    [InlineData("我在饭店画花")]        // nobody draws in a restaurant
    [InlineData("昨天我吃米饭")]        // yesterday without 了
    [InlineData("明天我吃了米饭")]      // tomorrow with it
    [InlineData("我看鱼")]              // only animals do
    [InlineData("我吃米饭·")]
    [InlineData("米饭吃我")]
    [InlineData("")]
    public void What_does_not_fit_together_is_refused_and_has_no_gloss(string text)
    {
        Assert.False(SentenceGrammar.Accepts(text));
        Assert.Null(SentenceGrammar.Gloss(text));
    }

    [Fact]
    public void Every_word_and_every_pair_of_words_is_in_either_half_about_equally_often()
    {
        static Dictionary<(string, string), int> Pairs(IEnumerable<Sentence> sentences) =>
            sentences.SelectMany(sentence => from a in sentence.Words from b in sentence.Words where string.CompareOrdinal(a, b) <= 0 select (a, b))
                .CountBy(pair => pair).ToDictionary();
        var (train, heldOut) = (Pairs(SentenceGrammar.Train), Pairs(SentenceGrammar.HeldOut));
        Assert.Equal(train.Keys.Order(), heldOut.Keys.Order());
        Assert.All(train, pair => Assert.InRange(pair.Value, 0.5 * heldOut[pair.Key], 2 * heldOut[pair.Key]));
    }

    [Theory]
    [InlineData("昨天我喝了茶", "yesterday I drink (done) tea")]
    [InlineData("明天猫写茶", "tomorrow the cat write tea")]     // no sentence
    [InlineData("妈在饭店看鱼鱼", "mum in a restaurant read/watch fish fish")]
    [InlineData("电喝·", "? drink ·")]                           // half a word, a filler
    [InlineData("", "")]
    public void Every_text_has_an_English_word_for_each_of_its_words(string text, string words)
    {
        Assert.Equal(words, SentenceGrammar.WordByWord(text));
        Assert.All(SentenceGrammar.All, sentence => Assert.DoesNotContain("?", SentenceGrammar.WordByWord(sentence.Text), StringComparison.Ordinal));
    }
}
