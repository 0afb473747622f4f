using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

// Lecture 7.
public static partial class Check
{
    /// <summary>Checks four numbers: how many calls of a network, one after the other, make a minibatch of new pictures of 8x8 pixels.</summary>
    /// <param name="gan">For a GAN.</param>
    /// <param name="vae">For a variational auto-encoder.</param>
    /// <param name="discriminator">For a discriminator, if every picture takes 150 steps towards a higher score.</param>
    /// <param name="painter">For a painter that goes pixel by pixel.</param>
    /// <exception cref="CheckFailedException">A number is wrong.</exception>
    public static void Passes(long? gan, long? vae, long? discriminator, long? painter) => CheckReport.RunOnValues("What a picture costs", [gan, vae, discriminator, painter], report =>
    {
        void Number(string name, long? found, long expected, string why, params IReadOnlyList<(long Value, string Misconception)> mistakes)
        {
            var mistake = mistakes.FirstOrDefault(mistake => mistake.Value == found).Misconception;
            report.Expect(found == expected, $"{name}: {expected}, {why}", found is null ? $"{name} is not answered yet." : $"{name} is not {found}: {mistake ?? "what has to wait for what?"}");
        }
        Number(nameof(gan), gan, 1, "G gives all pixels in one go", (2, "D is there for learning; to draw, only G is asked."), (64, "G gives all pixels in one go."), (0, "G has to be asked."));
        Number(nameof(vae), vae, 1, "the decoder gives all pixels in one go", (2, "there is nothing to encode: the code is drawn from the normal distribution."), (64, "the decoder gives all pixels in one go."));
        Number(nameof(discriminator), discriminator, 150, "each step asks for the slope at a new place", (1, "each step needs the slope at the place where the last one has led."), (151, "the first picture is noise, no network is needed for it."),
            (9600, "the slope of all pixels comes with one question."));
        Number(nameof(painter), painter, 64, "each pixel waits for the one before", (1, "no pixel can begin before the last one is done."), (8, "the pixels of a row wait for one another as well."), (256, "that was for faces; these are 8x8 pixels."));
    });

    /// <summary>Checks the mean and the covariance of a cloud of features, which is treated as a Gaussian.</summary>
    /// <param name="gaussian">Takes features (N, F). Gives the mean (F) and the covariance (F, F).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void Gaussian(Func<Tensor, (Tensor Mean, Tensor Covariance)> gaussian) => CheckReport.Run("Mean and covariance", report =>
    {
        manual_seed(15);
        var features = Cloud(200) + 3;
        var centred = features - features.mean([0]);
        var expected = cov(features.T);
        var (mean, covariance) = gaussian(features);
        Same(report, mean, features.mean([0]), "the mean of each feature",
            (features.mean([1]), "the mean is over the wrong dimension: over the pictures, not over the features of one."),
            (features.mean(), "it is one number for all features: mean([0]) keeps them apart."),
            (features.sum([0]), "it is the sum: divide by the number of pictures."));
        // Dividing by N instead of N - 1 is another convention. It is not a mistake.
        var known = covariance is not null && Matches(covariance, expected * 199 / 200) ? expected : covariance;
        Same(report, known, expected, "how the features vary together",
            (cov(features), "it is the covariance of the pictures: features are the variables, cov(x.T)."),
            (expected.diag(), "those are the variances alone: two features that always rise together are another cloud than two that do not."),
            (expected.diag().sqrt(), "those are standard deviations of single features: the covariance also says how they vary together."),
            (features.T.matmul(features) / 199, "the mean was not taken off before."),
            (features.T.matmul(features) / 200, "the mean was not taken off before."),
            (centred.T.matmul(centred), "it is the sum over the pictures: divide by N - 1."),
            (corrcoef(features.T), "those are correlations: the covariance is in the features' own units."));
    });

    /// <summary>Checks the Frechet distance between two clouds of features. Each cloud is treated as a Gaussian (Heusel et al., 2017).</summary>
    /// <param name="distance">Takes features (N, F) and (M, F). Gives the squared distance.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void DistanceOfClouds(Func<Tensor, Tensor, double> distance) => CheckReport.Run("The Fréchet distance", report =>
    {
        manual_seed(16);
        var (first, second) = (Cloud(400), Cloud(300) * tensor([0.5f, 1, 2]) + 1);
        var expected = Metrics.FrechetDistance.Between(first, second);
        var (firstCovariance, secondCovariance) = (cov(first.T), cov(second.T));
        var shift = (first.mean([0]) - second.mean([0])).pow(2).sum().item<float>();
        var (own, product) = (firstCovariance.trace().item<float>() + secondCovariance.trace().item<float>(), firstCovariance.matmul(secondCovariance));
        var mixed = (shift + own - expected) / 2; // trace (C1 C2)^(1/2)

        var found = distance(first, second);

        if (!report.Expect(!double.IsNaN(found), "it is a number", "it is no number: the root of a matrix is not that of its entries, which may be negative. Take the roots of its eigenvalues."))
            return;
        bool Is(double value) => Math.Abs(found - value) < 5e-3 * Math.Abs(value);
        report.Expect(Math.Abs(found - expected) < 1e-2 * expected, "it is |m1 - m2|^2 + trace(C1 + C2) - 2 trace (C1 C2)^(1/2)",
            Is(shift) ? "it compares the means alone: two clouds with the same middle may have different shapes."
            : Is(own - (2 * mixed)) ? "it compares the covariances alone: the squared distance of the means is missing."
            : Is(expected + mixed) ? "the last part counts twice."
            : Is(expected + (2 * mixed)) ? "the last part is missing: without it, even a cloud and itself are far apart."
            : Is(shift + own - (2 * product.trace().item<float>())) ? "it takes the trace of C1 C2 without the root."
            : Is(shift + own - (2 * Math.Sqrt(product.trace().item<float>()))) ? "it takes the root of the trace: it is the trace of the root, the sum of the roots of the eigenvalues."
            : Is(shift + own - (2 * product.diag().sqrt().sum().item<float>())) ? "it takes the roots of the diagonal: the root of a matrix is not that of its entries. Take the roots of its eigenvalues."
            : Is(Math.Sqrt(shift) + own - (2 * mixed)) ? "the distance of the means is not squared."
            : Is(Math.Sqrt(expected)) ? "it is the root of what it should be: the field reports the squared distance."
            : Invariant($"found {found:G4}, expected {expected:G4}."));
        if (Math.Abs(found - expected) < 1e-2 * expected)
            report.Expect(Math.Abs(distance(first, first)) < 1e-2, "a cloud has distance 0 from itself", Invariant($"a cloud has distance {distance(first, first):G3} from itself; it should be 0."));
    });

    /// <summary>Checks the Euclidean distance of each generated picture to the nearest training picture.</summary>
    /// <param name="nearest">Takes generated pictures (B, C, H, W) and training pictures (N, C, H, W). Gives distances (B).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void NearestDistance(Func<Tensor, Tensor, Tensor> nearest) => CheckReport.Run("Copies", report =>
    {
        manual_seed(17);
        var (made, bank) = (rand(Batch, 1, 4, 4) * 2 - 1, rand(20, 1, 4, 4) * 2 - 1);
        var difference = made.flatten(1).unsqueeze(1) - bank.flatten(1); // (B, N, P)
        var all = difference.pow(2).sum(2).sqrt();                       // (B, N)
        var expected = all.min(1).values;
        Each(report, nearest(made, bank), expected, Batch, "it is the distance to the nearest one",
            (expected.pow(2), "it is the square of the distance: take the root."),
            (all.mean([1]), "it is the mean distance to all: a copy is near one picture, not near all of them."),
            (all.max(1).values, "it is the distance to the furthest one."),
            (all.argmin(1), "it is the number of the nearest one: its distance is asked for."),
            (difference.abs().sum(2).min(1).values, "the differences are summed without squares: it is the root of the sum of squares."),
            (all[.., 0], "it is the distance to the first picture only."));
        report.Expect(nearest(bank[..3], bank) is not { } copies || copies.numel() == 0 || copies.abs().max().item<float>() < 1e-2, "a copy has distance 0", "a picture that was learnt from is not at distance 0 from itself.");
    });

    /// <summary>Checks the share of each class among the generated pictures.</summary>
    /// <param name="shares">Takes the classifier's class for each picture, (B) int64, and the number of classes. Gives a share for each class.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void ClassShares(Func<Tensor, int, double[]> shares) => CheckReport.Run("Shares of the classes", report =>
    {
        var found = shares(tensor([0L, 0, 1, 3, 3, 3, 1, 0]), 5);
        double[] expected = [0.375, 0.25, 0, 0.375, 0];
        bool Is(params double[] values) => found?.Length == values.Length && found.Zip(values, Near).All(near => near);
        report.Expect(Is(expected), "each class has its share, and one that never comes has 0",
            found is null ? "nothing was returned."
            : Is(0.375, 0.25, 0, 0.375) ? "the last class never came and is missing: bincount takes the least number of bins as its second argument."
            : Is(0.375, 0.25, 0.375) ? "classes that never came are missing: just those a collapsed generator has lost."
            : Is(3, 2, 0, 3, 0) ? "those are counts: divide by how many there are."
            : Is(0.6, 0.4, 0, 0.6, 0) ? "the counts are divided by the number of classes: divide by how many pictures there are."
            : $"found {Listed(found)}; here it is {Listed(expected)}.");

        string Listed(double[] values) => string.Join(", ", values.Select(share => Invariant($"{share:G3}")));
    });

    /// <summary>Checks the prediction and the explanation of an experiment: what happens to the Frechet distance if few pictures are measured?</summary>
    /// <param name="prediction">"smaller", "larger" or "same", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void FewPictures(string? prediction, string? statements) => CheckReport.RunOnValues("Few pictures", [prediction, statements], report =>
    {
        Prediction(report, prediction, "smaller", "larger", "same");
        Statements(report, statements,
            ('a', true, "mean and covariance of few pictures are off by chance, and being off counts as distance, in whatever direction."),
            ('b', false, "every bar is of real digits of the same half, only fewer of them."),
            ('c', true, "the number of pictures moves the figure, so it must be the same for all that are compared."),
            ('d', false, "more draws make the mean of the bars steadier, but each bar stays as high: look at the draws with 50, all lie above those with 800."));
    });

    // (count, 3) random features. The last two features are correlated, so that their covariance matters.
    private static Tensor Cloud(long count) => randn(count, 3).matmul(tensor(new[,] { { 1f, 0, 0 }, { 0, 1, 0.8f }, { 0, 0, 0.6f } }));
}
