using static System.FormattableString;
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

    /// <summary>Checks the straight-through estimator: the arg-max forward, the softmax's gradient backward (Bengio et al., 2013).</summary>
    /// <param name="estimate">Takes logits (B, L, V). Gives one-hot rows of the same shape.</param>
    /// <exception cref="CheckFailedException">The function gives something else, or it has another gradient.</exception>
    public static void StraightThrough(Func<Tensor, Tensor> estimate) => CheckReport.Run("Straight through", report =>
    {
        manual_seed(11);
        var logits = (randn(4, 3, 7) * 2).requires_grad_();
        var p = logits.detach().softmax(-1);
        var said = one_hot(p.argmax(-1), 7).to_type(ScalarType.Float32);

        var found = estimate(logits);

        Same(report, found?.detach(), said, "forward: each row has a single 1, at the largest logit",
            (p, "those are the probabilities: D would know real sentences by their zeros and ones, without reading."),
            (p.argmax(-1), "those are the numbers of the words: one_hot turns them into rows."),
            (said + p, "the bracket is not 0: take off p with its gradient stopped, p.detach()."),
            (said - p, "the bracket is not 0: it is p - p.detach()."),
            (one_hot(logits.detach().argmax(1), 7).to_type(ScalarType.Float32), "the arg-max goes over the positions: it goes over the words, the last dimension."));
        if (found is null || !found.shape.SequenceEqual(logits.shape))
            return;
        if (!report.Expect(found.requires_grad, "backward: a gradient can pass", "no gradient can pass: nothing hangs on an arg-max. Add p - p.detach(), which is 0 and has the gradient of p."))
            return;
        var likes = randn(4, 3, 7);
        var gradient = autograd.grad([(found * likes).sum()], [logits])[0];
        Tensor Softmax(long dimension)
        {
            var l = logits.detach().requires_grad_();
            return autograd.grad([(l.softmax(dimension) * likes).sum()], [l])[0];
        }
        Same(report, gradient, Softmax(-1), "and it is the softmax's",
            (-Softmax(-1), "it has the wrong sign: p - p.detach(), not the other way round. G would learn what D dislikes."),
            (likes, "it passes as if nothing had been done to the logits. That is another estimator; here it is the softmax's."),
            (Softmax(1), "the softmax goes over the positions: it goes over the words, the last dimension."),
            (Softmax(-1) * 2, "it is twice the softmax's: p has its gradient in one place only."));
    });

    /// <summary>Checks a function that computes three figures of generated sentences.</summary>
    /// <param name="measure">Takes the generated sentences, the database and the grammar. Gives the share that the grammar accepts, the number of
    /// different accepted sentences, and the share of the accepted sentences that are not in the database.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void SentenceFigures(Func<IReadOnlyList<string>, IReadOnlySet<string>, Func<string, bool>, (double Accepted, int Distinct, double Unseen)> measure) =>
        CheckReport.Run("Three figures", report =>
    {
        // This grammar accepts every text of two letters: seven of the ten texts here. Four of the seven are different. Three of the seven are not in
        // the database.
        string[] made = ["ab", "ab", "cd", "xyz", "ef", "cd", "q", "ef", "gh", "xyz"];
        var found = measure(made, new HashSet<string> { "ab", "cd", "zz" }, text => text.Length == 2);
        report.Expect(Near(found.Accepted, 0.7), "accepted: the share of all that the grammar accepts", found.Accepted switch
        {
            7 => "accepted is the number of them: divide by how many were made.",
            var share when Near(share, 0.3) => "accepted is the share that the grammar refuses.",
            var share => Invariant($"accepted is {share:G3}: seven of the ten here are, 0.7."),
        });
        report.Expect(found.Distinct == 4, "distinct: how many different ones are among the accepted", found.Distinct switch
        {
            6 => "distinct counts refused ones too: nonsense is easily new.",
            7 => "distinct counts the same sentence again and again: a generator that has collapsed would look fine.",
            _ => $"distinct is {found.Distinct}: here there are four different ones among the accepted.",
        });
        report.Expect(Near(found.Unseen, 3 / 7.0), "unseen: the share of the accepted that the database does not have", found.Unseen switch
        {
            var share when Near(share, 0.3) => "unseen is a share of all: take it of the accepted.",
            var share when Near(share, 0.6) => "unseen counts what the grammar refuses: nonsense is in no database.",
            var share when Near(share, 0.5) => "unseen is a share of the different ones: take it of all that are accepted.",
            var share when Near(share, 4 / 7.0) => "unseen is the share that the database has: the other way round.",
            3 => "unseen is the number of them: divide by how many were accepted.",
            var share => Invariant($"unseen is {share:G3}: three of the seven accepted ones here are not in the database."),
        });
        var none = measure(["xyz"], new HashSet<string>(), _ => false);
        report.Expect(none == (0, 0, 0), "where nothing is accepted, all three are 0", double.IsNaN(none.Unseen) ? "where nothing is accepted, unseen is 0 / 0: say 0 there."
            : $"where nothing is accepted, all three are 0; found {none}.");
    });

    /// <summary>Checks the prediction and the explanation of an experiment: can a discriminator tell one-hot sentences from soft ones?</summary>
    /// <param name="prediction">"half", "most" or "all", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void SoftSentences(string? prediction, string? statements) => CheckReport.RunOnValues("Soft sentences", [prediction, statements], report =>
    {
        Prediction(report, prediction, "half", "most", "all");
        Statements(report, statements,
            ('a', true, "every sentence here is one of the grammar, so reading cannot help; what differs is only that 1 and 0 are not quite 1 and 0."),
            ('b', false, "the soft ones are sentences of the grammar as well: their largest numbers stand where the ones stood."),
            ('c', true, "with straight-through D sees nothing but zeros and ones, from the database and from G alike, and has to read."),
            ('d', false, "look at the second bar: where both kinds are one-hot sentences of the grammar, D can only guess."));
    });
}
