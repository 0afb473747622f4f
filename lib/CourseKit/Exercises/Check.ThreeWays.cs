using CourseKit.Display;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

// Lecture 7.
public static partial class Check
{
    /// <summary>Checks the Frechet distance between two clouds of features, for features that do not vary together.</summary>
    /// <param name="distance">Takes features (N, F) and (M, F). Gives the sum over the features of the squared differences of the means and of the
    /// standard deviations.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void DistanceOfClouds(Func<Tensor, Tensor, double> distance) => CheckReport.Run("The Fréchet distance", report =>
    {
        manual_seed(16);
        // The first two features are correlated, in the other direction in the second cloud, which must not count.
        Tensor Cloud(long count) => randn(count, 3).matmul(tensor(new[,] { { 1f, 0.9f, 0 }, { 0, 0.4f, 0 }, { 0, 0, 0.5f } }));
        var (first, second) = (Cloud(400), Cloud(300) * tensor([-0.5f, 1.5f, 3]) + tensor([1f, 0.2f, -0.6f]));
        var (shift, s1, s2) = ((first.mean([0]) - second.mean([0])).pow(2), first.std([0]), second.std([0]));
        static double Number(Tensor one) => one.item<float>();
        var expected = Number((shift + (s1 - s2).pow(2)).sum());

        var found = distance(first, second);

        // Dividing by N instead of N - 1 is another convention. It is not a mistake.
        Value(report, tensor(Math.Abs(found - expected) < 0.01 * expected ? expected : found), expected, "it is what is left of the formula, summed over the features",
            (Number(shift.sum()), "the spreads do not count: two clouds with the same middle may differ in width."),
            (Number((s1 - s2).pow(2).sum()), "the means do not count in it."),
            (Number((shift + (s1.pow(2) - s2.pow(2)).pow(2)).sum()), "it squares the difference of the *variances*: work out C1 + C2 - 2 (C1 C2)^(1/2) for single numbers once more, with C = s^2."),
            (Number((shift + s1.pow(2) + s2.pow(2)).sum()), "the last part of the formula, with the root, is missing."),
            (Number((shift + s1.pow(2) + s2.pow(2) - s1 * s2).sum()), "the last part of the formula counts twice."),
            (Number((shift + s1 + s2 - (s1 * s2).sqrt() * 2).sum()), "the covariance is s^2, not s."),
            (Number((shift + (s1 - s2).pow(2)).mean()), "that is the mean over the features: a trace is a sum."),
            (Number((shift.sqrt() + (s1 - s2).pow(2)).sum()), "the differences of the means are not squared."),
            (Math.Sqrt(expected), "that is the root: the field reports the squared distance."),
            (Metrics.FrechetDistance.Between(first, second), "that is the distance of the whole covariances; here the features are taken as if they did not vary together."));
        if (Math.Abs(found - expected) < 0.01 * expected)
            report.Expect(Math.Abs(distance(first, first)) < 1e-3, "a cloud has distance 0 from itself", Invariant($"of a cloud from itself: found {distance(first, first):G3}, expected 0."));
    });

    /// <summary>Checks made points that deceive the distance: mean and spread are those of the real ones, and many lie far from every real one.</summary>
    /// <param name="deceive">Takes real points (N, 2). Gives made ones (N, 2).</param>
    /// <exception cref="CheckFailedException">The distance notices, or the points are near real ones.</exception>
    public static void DeceivedDistance(Func<Tensor, Tensor> deceive) => CheckReport.Run("Deceive the judge", report =>
    {
        manual_seed(17);
        foreach (var side in new[] { 1, -1 })
        {
            var angle = rand(400) * Math.PI;
            var real = stack([angle.cos(), angle.sin() * side], 1) + randn(400, 2) * 0.03 + randn(2);
            var before = real.clone();
            var made = deceive(real);
            report.Expect(real.eq(before).all().item<bool>(), "the real points stayed as they were", "found other real points than before, expected the same: the real points have changed. Make new ones.");
            if (!report.Expect(made is not null && made.shape.SequenceEqual(real.shape), "as many points as real ones",
                $"found {(made is null ? "nothing" : $"shape {ShapeText.Of(made)}")}, expected {ShapeText.Of(real)}."))
            {
                return;
            }
            var (moved, wider) = ((made!.mean([0]) - real.mean([0])).pow(2).sum().item<float>(), (made.std([0]) - real.std([0])).pow(2).sum().item<float>());
            report.Expect(moved + wider < 0.02, "the distance notices nothing", Invariant($"the distance from the real points: found {moved + wider:G3}, expected less than 0.02. ")
                + (moved > wider ? "It is the mean that differs." : "It is the spread that differs."));
            var far = cdist(made, real).amin([1]).gt(0.2).to_type(ScalarType.Float32).mean().item<float>();
            report.Expect(far >= 0.3, "many made points are far from every real one", Invariant($"farther than 0.2 from every real point: found {far:P0} of the made ones, expected at least 30 %."));
        }
    });

    /// <summary>Checks the share of made pictures that are copies: closer to a training picture than 95 % of the held-out ones are.</summary>
    /// <param name="copies">Takes made, training and held-out pictures, each (., C, H, W). Gives a share.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void CopyShare(Func<Tensor, Tensor, Tensor, double> copies) => CheckReport.Run("Copies", report =>
    {
        manual_seed(18);
        static Tensor Nearest(Tensor from, Tensor to) => cdist(from.flatten(1), to.flatten(1)).amin([1]);
        // Two sets, so that no number that is written down is right for both.
        Trial(4, 6);
        Trial(9, 11);

        void Trial(int exact, int close)
        {
            var (learnt, heldOut) = (rand(60, 1, 4, 4) - 0.5, rand(50, 1, 4, 4) - 0.5);
            var real = Nearest(heldOut, learnt);
            double Limit(double share) => quantile(real, tensor((float)share)).item<float>();
            var (low, middle, high) = (Limit(0.05), Limit(0.5), Limit(0.95));
            Tensor At(double distance, int count)
            {
                var way = randn(count, 16);
                return learnt.index_select(0, randint(60, [count])) + (way / way.norm(1, true) * distance).view(count, 1, 4, 4);
            }
            var made = cat([At(0, exact), At(low / 2, close), At((low + middle) / 2, 8), At((middle + high) / 2, 6), At(high * 4, 16)]);
            var nearest = Nearest(made, learnt);
            double Share(Tensor distances, double limit) => distances.lt(limit).to_type(ScalarType.Float32).mean().item<float>();
            var expected = Share(nearest, low);
            Value(report, tensor(copies(made, learnt, heldOut)), expected, $"the share of the made ones that are nearer to a learnt one than 95 % of the held-out ones, {made.shape[0]} made",
                (Share(nearest, high), "the limit is at the wrong end: only 5 % of the held-out pictures are nearer than it, not 95 %."),
                (Share(nearest, middle), "the limit is in the middle of the held-out ones, their mean or their median: only 5 % of them should be nearer than it."),
                (1 - expected, "those are the ones that are *no* copies."),
                (expected * made.shape[0], "that is a count: divide it by how many were made."),
                (Share(nearest, 0.05), "those are exact copies alone: nearly the same is a copy, too. (0.05 is a share of the held-out pictures, not a distance.)"),
                (Share(Nearest(made, heldOut), low), "the made ones are compared with the held-out ones: copied is what was learnt from."),
                (Share(nearest, quantile(nearest, tensor(0.05f)).item<float>()), "the limit comes from the made ones themselves: it should come from the held-out ones."));
        }
    });

    /// <summary>Checks the prediction and the explanation of an experiment: which figure unmasks which cheat?</summary>
    /// <param name="prediction">"confident", "distance", "least class" or "copies", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void FourCheats(string? prediction, string? statements) => CheckReport.RunOnValues("Four cheats", [prediction, statements], report =>
    {
        Prediction(report, prediction, "confident", "distance", "least class", "copies");
        Statements(report, statements,
            ('a', false, "the ten have every class, and they are a collapse: ten pictures for ten classes."),
            ('b', true, "the floor is the distance of training digits, and the parrot says just these."),
            ('c', true, "asked picture by picture, each is a real digit; that it comes again and again shows only in the cloud."),
            ('d', false, "what looks like no digit is far from every digit: few copies are no merit of their own."),
            ('e', true, "a least class of 0 says that a class never comes."));
    });
}
