using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Exercises;

// Lecture 3.
public static partial class Check
{
    /// <summary>Checks the shapes in a generator of sentences: at most 12 words out of 50, latent vectors of 24 numbers, a minibatch of 16.</summary>
    /// <param name="latent">The shape of G's input.</param>
    /// <param name="sentences">The shape of G's output, which is D's input. It has one channel, like a picture.</param>
    /// <param name="words">The shape of the sentences after an arg-max over the words.</param>
    /// <exception cref="CheckFailedException">A shape is wrong.</exception>
    public static void ShapesOfSentences(long[]? latent, long[]? sentences, long[]? words) => CheckReport.RunOnValues("Shapes", [latent, sentences, words], report =>
    {
        Shape(report, nameof(latent), latent, [16, 24], ([24], "that is one vector: the minibatch comes first."), ([24, 16], "the minibatch comes first."));
        Shape(report, nameof(sentences), sentences, [16, 1, 12, 50], ([16, 1, 50, 12], "a row for each position, a column for each word: positions come before words."),
            ([16, 12, 50], "the channel is missing: to D a sentence is a picture with one."), ([16, 1, 12], "those are numbers of words; a network needs a 1 in one of 50 columns."));
        Shape(report, nameof(words), words, [16, 1, 12], ([16, 1, 50], "the arg-max goes over the words, the last dimension: one word is left for each position."),
            ([16, 1, 12, 1], "arg-max takes its dimension away."), ([16], "each position has a word of its own."));
    });

    /// <summary>Checks a function that turns sentences into one-hot rows. A sentence is a list of word numbers.</summary>
    /// <param name="encode">Takes the sentences, the length L and the number of words V. Gives (N, L, V) float32. Short sentences are filled up with
    /// word 0.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void OneHot(Func<long[][], int, int, Tensor> encode) => CheckReport.Run("A sentence is a picture", report =>
    {
        long[][] sentences = [[3, 1, 4], [2], [5, 5, 1, 2, 3]];
        const int Length = 5, Words = 6;
        Tensor Rows(Func<long[], long[]> filled) => one_hot(stack([.. sentences.Select(one => tensor(filled(one)))]), Words).to_type(ScalarType.Float32);
        long[] Fill(long[] one) => new long[Length - one.Length];
        var expected = Rows(one => [.. one, .. Fill(one)]);
        var behind = Rows(one => [.. one.Select(_ => 1L), .. Fill(one)]).select(2, 1).unsqueeze(2);
        var found = encode(sentences, Length, Words);
        Same(report, found, expected, "a single 1 in each row, in the column of its word",
            (expected.transpose(1, 2), "a row for each position, a column for each word: positions come before words."),
            (expected.unsqueeze(1), "here without the channel: (N, L, V)."),
            (expected * behind, "behind the end of a sentence the rows are empty: word 0 stands there, so that each row says one word."),
            (Rows(one => [.. Fill(one), .. one]), "the filling stands in front: a sentence begins at position 0."),
            (Rows(one => [.. one.Select(word => word - 1), .. Fill(one)]), "every word sits one column too far to the left: the numbers begin at 0."),
            (zeros_like(expected), "there is no 1 anywhere: x[n, position, word] = 1f sets one."));
        report.Expect(found is null || found.dtype == ScalarType.Float32, "the numbers are float32", $"the numbers are {found?.dtype}: a network computes with float32, .to_type(ScalarType.Float32).");
    });

    /// <summary>Checks a straight-through step for pictures that have only paper and ink, no grey.</summary>
    /// <param name="stamp">Takes numbers of any size and shape. Gives -1 or 1 for each, by its sign, with the gradient of tanh.</param>
    /// <exception cref="CheckFailedException">The function gives something else, or it has another gradient.</exception>
    public static void Stamp(Func<Tensor, Tensor> stamp) => CheckReport.Run("Paper or ink", report =>
    {
        manual_seed(11);
        var values = (randn(4, 1, 3, 3) * 2).requires_grad_();
        var (plain, soft) = (values.detach(), values.detach().tanh());
        var ink = (plain.gt(0).to_type(ScalarType.Float32) * 2) - 1;

        var found = stamp(values);

        Same(report, found?.detach(), ink, "forward: 1 above 0 and -1 below",
            (soft, "that is the tanh: grey pixels, and D would know real pictures by having none."),
            ((ink + 1) / 2, "it goes from 0 to 1: paper is -1."),
            (-ink, "ink and paper are swapped."),
            (ink + soft, "the bracket is not 0: take off t with its gradient stopped, t.detach()."),
            (ink - soft, "the bracket is not 0: it is t - t.detach()."));
        if (found is null || !Matches(found, ink))
            return;
        if (!report.Expect(found.requires_grad, "backward: a gradient can pass", "no gradient can pass: nothing hangs on a comparison. Add t - t.detach(), which is 0 and has the gradient of t."))
            return;
        var likes = randn(4, 1, 3, 3);
        var gradient = autograd.grad([(found * likes).sum()], [values])[0];
        var slope = 1 - soft.pow(2);
        Same(report, gradient, likes * slope, "and it is that of the tanh",
            (-likes * slope, "it has the wrong sign: t - t.detach(), not the other way round. G would learn what D dislikes."),
            (likes, "it passes as if nothing had been done. That is another estimator; here it is the slope of tanh."),
            (likes * slope * 2, "it is twice that of the tanh: t has its gradient in one place only."),
            (likes * plain.sigmoid() * (1 - plain.sigmoid()), "it is that of the sigmoid: here it is that of tanh, which goes from -1 to 1."));
    });

    /// <summary>Checks a function that reads a rule off one-hot sentences: who says the first word says the second one, too.</summary>
    /// <param name="keeps">Takes sentences (N, 1, L, V) and the numbers of two words. Gives (N): whether the sentence has the second word, or not the
    /// first one.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void RuleOfTwoWords(Func<Tensor, long, long, Tensor> keeps) => CheckReport.Run("A rule of the language", report =>
    {
        const long First = 4, Second = 2;
        // Both; neither; the first alone; the second alone; both, the second in front; the first twice, alone.
        var sentences = one_hot(tensor(new long[,] { { 4, 1, 2 }, { 1, 3, 0 }, { 4, 1, 0 }, { 1, 2, 0 }, { 2, 3, 4 }, { 4, 3, 4 } }), 6).to_type(ScalarType.Float32).unsqueeze(1);
        var (first, second) = (tensor(new[] { true, false, true, false, true, true }), tensor(new[] { true, false, false, true, true, false }));
        var found = keeps(sentences, First, Second);
        Each(report, found?.to_type(ScalarType.Float32), (second | ~first).to_type(ScalarType.Float32), 6, "true (1) where the second word is there or the first one is not",
            ((first & second).to_type(ScalarType.Float32), "a sentence that does not say the first word breaks no rule."),
            ((first & ~second).to_type(ScalarType.Float32), "those are the sentences that break the rule: the other way round."),
            (second.to_type(ScalarType.Float32), "a sentence that does not say the first word breaks no rule."),
            (first.eq(second).to_type(ScalarType.Float32), "the rule goes one way only: the second word may stand alone."),
            ((first | ~second).to_type(ScalarType.Float32), "the two words are swapped: it is the first one that wants the second."),
            (tensor(new[] { 1f, 1, 0, 1, 0, 0 }), "the second word may stand anywhere in the sentence."));
    });

    /// <summary>Checks the prediction and the explanation of an experiment: what does a discriminator say of right sentences that it never saw?</summary>
    /// <param name="prediction">"few", "half" or "most", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void UnseenSentences(string? prediction, string? statements) => CheckReport.RunOnValues("Sentences never seen", [prediction, statements], report =>
    {
        Prediction(report, prediction, "few", "half", "most");
        Statements(report, statements,
            ('a', true, "it takes nearly all right sentences that it never saw, and hardly any loose one: it goes by something that the two halves of the language share."),
            ('b', false, "whatever it learnt from, it takes all of it for real."),
            ('c', true, "the first bar is full in each group, also where D refuses nearly all else: only sentences that were held out tell."),
            ('d', false, "in the loose ones each word stands where the database has it too, and D refuses them: it sees what does not go together."),
            ('e', true, "it calls most right sentences made, so its slope leads away from them: a small database makes a narrow judge."));
    });
}
