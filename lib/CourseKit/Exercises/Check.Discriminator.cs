using CourseKit.Models;
using static System.FormattableString;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Exercises;

// Lecture 6.
public static partial class Check
{
    /// <summary>Checks the slope of the score: the gradient of each picture's score with respect to the pixels of this picture.</summary>
    /// <param name="slope">Takes D and pictures (B, C, H, W) that do not require a gradient. Gives slopes of the same shape.</param>
    /// <exception cref="CheckFailedException">The function gives something else, or it changes the pictures or leaves gradients in D.</exception>
    public static void Slope(Func<nn.Module<Tensor, Tensor>, Tensor, Tensor> slope) => CheckReport.Run("The slope", report =>
    {
        manual_seed(3);
        using var D = new ScoreNetwork(16, hidden: 16);
        var pictures = rand(Batch, 1, 4, 4) * 2 - 1;
        var before = pictures.clone();
        var expected = SlopeOf(D, pictures);

        var found = slope(D, pictures);

        report.Expect(!D.parameters().Any(HasGradient), "D got no gradient", "found gradients in D, expected none: D's gradients were computed too. Ask autograd.grad for the gradient of the pictures alone.");
        report.Expect(pictures.eq(before).all().item<bool>(), "the pictures stayed as they were", "found other pictures than before, expected the same: the pictures have changed. Here we only ask for the slope.");
        var probability = D.forward(pictures).sigmoid().view(-1, 1, 1, 1);
        Same(report, found, expected, "it is how much a picture's own score rises with each of its pixels",
            (expected / Batch, "too flat by the size of the minibatch: take the sum of the scores, so that each picture has the slope of its own score."),
            (-expected, "that points downhill: it is the score itself that we want to climb, without a minus."),
            (expected * probability * (1 - probability), "that is the slope of the probability, flat wherever D is sure: take the score before the sigmoid."));
    });

    /// <summary>Checks a walk uphill: in each step pictures + step size * clipped slopes + noise, kept within [-1, 1].</summary>
    /// <param name="walk">Takes D, pictures in [-1, 1], the number of steps, the step size, the bound of the slope of a pixel, and the noise's
    /// standard deviation. Gives the pictures at the end.</param>
    /// <exception cref="CheckFailedException">The walk gives something else, or it changes the pictures or D.</exception>
    public static void Walk(Func<nn.Module<Tensor, Tensor>, Tensor, int, double, double, double, Tensor> walk) => CheckReport.Run("A walk uphill", report =>
    {
        manual_seed(4);
        using var D = new ScoreNetwork(16, hidden: 16);
        using (no_grad())
        {
            foreach (var parameter in D.parameters())
                parameter.mul_(3); // a hilly score, so that the slope changes on the way
        }
        var pictures = rand(64, 1, 4, 4) - 0.5;
        var (before, atD) = (pictures.clone(), Parameters(D));
        var first = SlopeOf(D, pictures);
        double clip = first.abs().median().item<float>(); // so that half of the slopes are clipped
        var size = 0.12 / clip;                            // and the bound of the pixels is not reached
        Tensor Right(int steps, Func<Tensor, Tensor> move)
        {
            var x = pictures;
            for (var i = 0; i < steps; i++)
                x = (x + move(SlopeOf(D, x))).clamp(-1, 1);
            return x;
        }
        var expected = Right(3, slope => slope.clamp(-clip, clip) * size);

        var found = walk(D, pictures, 3, size, clip, 0);

        report.Expect(pictures.eq(before).all().item<bool>(), "the pictures given stayed as they were", "found other pictures than before, expected the same: the pictures that were given have changed. Make new ones, the old are still needed.");
        report.Expect(atD.SequenceEqual(Parameters(D)) && !D.parameters().Any(HasGradient), "D stayed as it was, without a gradient", "found another D or gradients in it, expected the same D without: D has changed or got a gradient. On a walk only the pictures move.");
        Same(report, found, expected, "three steps without noise follow the clipped slope",
            (pictures, "no step was made."),
            (Right(1, slope => slope.clamp(-clip, clip) * size), "that is one step where three were asked for: each begins where the last one has led."),
            (Right(3, slope => slope * size), "the slope was not clipped: no pixel's slope may count for more than the bound."),
            (Right(3, slope => (slope * size).clamp(-clip, clip)), "clip the slope itself, before it is multiplied by the step size."),
            (Right(3, slope => slope.clamp(max: clip) * size), "slopes below zero are clipped, too: from minus the bound to the bound."),
            (Right(3, slope => slope.clamp(-clip, clip) * -size), "it goes downhill: we want a higher score, not a lower loss."),
            (Right(3, slope => slope.clamp(-clip, clip)), "the step size does not count."),
            (pictures + first.clamp(-clip, clip) * size * 3, "the slope is that of the beginning in every step: ask for it anew where the walk has come to."));
        if (found is null || !found.shape.SequenceEqual(pictures.shape))
            return;

        // Slopes that are clipped to nearly nothing leave the noise alone: four steps of 0.1 make 0.2.
        var level = zeros(64, 1, 4, 4);
        var noisy = walk(D, level, 4, 0.3, 1e-9, 0.1);
        var (mean, deviation) = (noisy.mean().item<float>(), noisy.std().item<float>());
        var numbers = Invariant($"after four steps with noise of 0.1 a pixel's mean and deviation: found {mean:F2} and {deviation:F2}, expected 0 and 0.2; ");
        report.Expect(Math.Abs(mean) < 0.04 && deviation is > 0.17f and < 0.23f, "four steps add noise four times", numbers + (
            deviation < 0.01 ? "is there noise, and is it left unclipped?"
            : Math.Abs(mean) >= 0.04 && deviation < 0.2 ? "randn, not rand."
            : deviation < 0.075 ? "only the slope is multiplied by the step size."
            : deviation < 0.13 ? "noise belongs to each step."
            : deviation is > 0.3f and < 0.45f ? "draw new noise in each step." : "multiply randn by the deviation itself."));
        var within = noisy.std([1, 2, 3]).mean().item<float>();
        report.Expect(deviation < 0.01 || within > deviation / 2, "each pixel has noise of its own", Invariant($"the deviation within one picture: found {within:F2}, expected about {deviation:F2}: draw a number for each pixel, in the shape of the pictures."));
        var far = walk(D, pictures, 3, 1000, clip, 0).abs().max().item<float>();
        report.Expect(far <= 1, "pixels stay within [-1, 1]", Invariant($"with a very large step, pixels up to: found {far:G3}, expected at most 1. Clamp the pictures after each step."));
    });

    /// <summary>Checks D's loss where D is a table: each of K pictures has a score, and comes a number of times among the real and the bad examples.</summary>
    /// <param name="cost">Takes scores, counts among the real and counts among the bad examples, each (K). Gives one number.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void TableLoss(Func<Tensor, Tensor, Tensor, Tensor> cost) => CheckReport.Run("The loss of a table", report =>
    {
        // Two worlds, so that no number that is written down is right in both.
        World("four pictures", tensor([1.5f, -0.5f, 0.3f, -2f]), tensor([30f, 0, 5, 15]), tensor([10f, 120, 40, 30]));
        World("five others", tensor([-1f, 2f, 0.5f, -0.2f, 1f]), tensor([10f, 20, 5, 4, 1]), tensor([5f, 15, 30, 5, 5]));

        void World(string name, Tensor scores, Tensor real, Tensor bad)
        {
            double Loss(Tensor p, Tensor q, double sign = 1) => -((p * logsigmoid(scores * sign)).sum() + (q * logsigmoid(scores * -sign)).sum()).item<float>();
            var (n, m, even) = (real.sum(), bad.sum(), ones_like(scores) / scores.numel());
            var (p, q) = (real / n, bad / m);
            var expected = Loss(p, q);
            Value(report, cost(scores, real, bad), expected, $"it is the mean over all real examples plus the mean over all bad ones ({name})",
                (Loss(real, bad), "that is the sum over all examples: divide each part by how many examples it has."),
                (Loss(real / (n + m), bad / (n + m)), "both parts are divided by the number of all examples: real and bad ones have a mean each."),
                (Loss(real / scores.numel(), bad / scores.numel()), "that is the mean over the pictures of the world: divide by the number of examples, not of pictures."),
                (Loss(even, even), "the counts are not used: a picture that comes twice as often counts twice."),
                (Loss(p, q, -1), "real and bad ones are exchanged: a high score is good for a real example."),
                (-expected, "the sign is wrong: log sigmoid is negative, and a loss is to become small."),
                (expected / 2, "the two parts are added, not averaged."),
                (Loss(p, q * 0), "the bad examples are missing."));
        }
    });

    /// <summary>Checks the best scores of a table: the logarithm of how frequent a picture is among the real examples over how frequent it is among
    /// the bad ones.</summary>
    /// <param name="best">Takes counts among the real and the bad examples, each (K). Gives scores (K).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void BestScores(Func<Tensor, Tensor, Tensor> best) => CheckReport.Run("The best scores", report =>
    {
        World("four pictures", tensor([10f, 20, 60, 10]), tensor([100f, 40, 40, 220]));
        World("five others", tensor([5f, 5, 10, 1, 29]), tensor([10f, 2, 40, 8, 20]));

        void World(string name, Tensor real, Tensor bad)
        {
            var (p, q, found) = (real / real.sum(), bad / bad.sum(), best(real, bad));
            var expected = (p / q).log();
            // Scores that gradient descent has found are right, too, although they are not exact.
            var near = found is not null && found.shape.SequenceEqual(expected.shape) && found.to_type(ScalarType.Float32).allclose(expected, atol: 0.02) ? expected : found;
            Same(report, near, expected, $"each picture has the score at which the loss is least ({name})",
                ((real / bad).log(), "those are counts: how *frequent* is the picture among all of the real, or of the bad ones?"),
                (p / q, "that is the ratio itself, not its logarithm."),
                ((q / p).log(), "the ratio is upside down: what is frequent among the real ones should score high."),
                (p.log(), "the bad examples do not count in it."),
                (p - q, "that is the difference: the best score is the logarithm of a ratio."),
                (p / (p + q), "that is the probability: it is the sigmoid of the score."));
        }
    });

    /// <summary>Checks the prediction and the explanation of an experiment: do bad examples have to be kept?</summary>
    /// <param name="prediction">"settles", "swings" or "stands", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void OldBadExamples(string? prediction, string? statements) => CheckReport.RunOnValues("Old bad examples", [prediction, statements], report =>
    {
        Prediction(report, prediction, "settles", "swings", "stands");
        Statements(report, statements,
            ('a', false, "P is the most frequent real picture, but it is more frequent still among the first bad ones: the first favourite is another."),
            ('b', true, "the shares of the kept bad examples come nearer to those of the real ones with every favourite that is added."),
            ('c', false, "in the end all pictures that real ones show score about 0, frequent or rare: the bad examples show them as often."),
            ('d', true, "what was refuted two rounds ago is forgotten, so it is the favourite again."));
    });

    private static Tensor SlopeOf(nn.Module<Tensor, Tensor> D, Tensor pictures)
    {
        using var grad = enable_grad();
        var x = pictures.detach().requires_grad_();
        return autograd.grad([D.forward(x).sum()], [x])[0];
    }
}
