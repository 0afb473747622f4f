using CourseKit.Display;
using CourseKit.Models;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

// Lecture 6.
public static partial class Check
{
    /// <summary>Checks a number and two shapes: D scores every possible picture of 3x3 pixels in 4 shades of grey.</summary>
    /// <param name="pictures">The number of such pictures.</param>
    /// <param name="eaten">The shape of D's input that holds all of them.</param>
    /// <param name="scores">The shape of D's output.</param>
    /// <exception cref="CheckFailedException">A number or a shape is wrong.</exception>
    public static void Enumeration(long? pictures, long[]? eaten, long[]? scores) => CheckReport.RunOnValues("Every picture there is", [pictures, eaten, scores], report =>
    {
        report.Expect(pictures == 262_144, "4^9 = 262,144 pictures", pictures switch
        {
            null => "pictures is not answered yet.",
            6_561 => "9^4 is the other way round: each of the 9 pixels can have 4 values.",
            36 => "9 times 4 counts one pixel at a time; but each pixel's value goes with every value of the others.",
            512 => "2^9 is for black and white; here a pixel has 4 shades.",
            _ => Invariant($"not {pictures:N0}: how many choices has the first pixel, and how many each next one?"),
        });
        Shape(report, nameof(eaten), eaten, [262_144, 1, 3, 3], ([1, 3, 3], "that is one picture: the minibatch comes first, and here it is all of them."),
            ([262_144, 9], "D eats pictures, (B, C, H, W), with one channel."), ([262_144, 3, 3], "the channel is missing: grey pictures have one."),
            ([262_144, 4, 3, 3], "shades of grey are values in one channel, not channels."));
        Shape(report, nameof(scores), scores, [262_144], ([262_144, 1], "one number a picture, without a dimension of its own."), ([1], "each picture gets a score of its own."));
    });

    /// <summary>Checks the slope of the score: the gradient of each picture's score with respect to the pixels of this picture.</summary>
    /// <param name="slope">Takes D and pictures (B, C, H, W) that do not require a gradient. Gives slopes of the same shape.</param>
    /// <exception cref="CheckFailedException">The function gives something else, or it changes the pictures or leaves gradients in D.</exception>
    public static void Slope(Func<ScoreNetwork, Tensor, Tensor> slope) => CheckReport.Run("The slope", report =>
    {
        manual_seed(3);
        using var D = new ScoreNetwork(16, hidden: 16);
        var pictures = rand(Batch, 1, 4, 4) * 2 - 1;
        var before = pictures.cpu().data<float>().ToArray();
        // Makes one pixel a little brighter, then a little darker, in all pictures at once. The difference of the scores gives the slope at this pixel
        // without any derivative.
        Tensor Probed(int pixel)
        {
            var nudge = zeros(1, 16);
            nudge[0, pixel] = 1e-2f;
            nudge = nudge.view(1, 1, 4, 4);
            return (D.forward(pictures + nudge) - D.forward(pictures - nudge)) / 2e-2f;
        }
        Tensor expected;
        using (no_grad())
            expected = stack([.. Enumerable.Range(0, 16).Select(Probed)], 1).view(Batch, 1, 4, 4);

        var found = slope(D, pictures);

        report.Expect(!D.parameters().Any(HasGradient), "D got no gradient", "D's gradients were computed too: ask autograd.grad for the gradient of the pictures alone, or freeze D.");
        report.Expect(pictures.cpu().data<float>().SequenceEqual(before), "the pictures stayed as they were", "the pictures have changed: here we only ask for the slope.");
        if (found is null)
        {
            report.Expect(false, "", "nothing was returned: return the gradient with respect to the pictures.");
            return;
        }
        if (!report.Expect(found.shape.SequenceEqual(pictures.shape), "a slope for each pixel of each picture",
            $"the slopes have shape {ShapeText.Of(found)}, expected that of the pictures, {ShapeText.Of(pictures)}."))
        {
            return;
        }
        report.Expect(Close(found, expected), "it is the slope that nudging each pixel shows",
            Close(found * Batch, expected) ? "the slopes are too flat by the size of the batch: take the sum of the scores, so that each picture's slope is that of its own score."
            : Close(-found, expected) ? "the slopes point downhill: it is the score itself that we want to climb, without a minus."
            : Close(found, expected * D.forward(pictures).sigmoid().mul(1 - D.forward(pictures).sigmoid()).view(-1, 1, 1, 1)) ? "that is the slope of the probability: flat wherever D is sure. Take the score before the sigmoid."
            : "the slopes differ from what nudging each pixel shows.");
    });

    /// <summary>Checks one step uphill: pictures + step size * slopes + noise, clamped to [-1, 1].</summary>
    /// <param name="step">Takes pictures in [-1, 1], their slopes, the step size and the noise's standard deviation. Gives the pictures after the
    /// step.</param>
    /// <exception cref="CheckFailedException">The step gives something else.</exception>
    public static void ClimbingStep(Func<Tensor, Tensor, double, double, Tensor> step) => CheckReport.Run("One step uphill", report =>
    {
        manual_seed(4);
        var pictures = rand(64, 1, 8, 8) - 0.5;
        var before = pictures.clone();
        var slopes = randn(64, 1, 8, 8) * 0.1;

        var still = step(pictures, slopes, 0.5, 0.0);

        report.Expect(pictures.eq(before).all().item<bool>(), "the pictures given stayed as they were", "the pictures that were given have changed: make new ones, the old are still needed.");
        if (!report.Expect(still is not null && still.shape.SequenceEqual(pictures.shape), "as many pictures as before", still is null ? "nothing was returned: return the new pictures." : $"the result has shape {ShapeText.Of(still)}."))
            return;
        report.Expect(Close(still!, before + slopes * 0.5), "without noise, it goes step size times slope uphill",
            Close(still!, before - slopes * 0.5) ? "it goes downhill: add the slope. We want a higher score, not a lower loss."
            : Close(still!, before + slopes) ? "the step size does not count: multiply the slope by it."
            : "without noise, the new pictures are not x + a * slope.");
        var level = zeros(64, 1, 8, 8);
        var (first, second) = (step(level, level, 0.5, 0.1), step(level, level, 0.5, 0.1));
        var (mean, deviation) = (first.mean().item<float>(), first.std().item<float>());
        report.Expect(deviation is > 0.095f and < 0.105f && Math.Abs(mean) < 0.01, "the noise has the standard deviation that was asked for",
            deviation == 0 ? "there is no noise: every walk would end on the next hilltop."
            : Math.Abs(mean) >= 0.01 ? Invariant($"the noise has mean {mean:F2}, not 0: randn, not rand.")
            : deviation is > 0.045f and < 0.055f ? "the noise is multiplied by the step size too: only the slope is."
            : Invariant($"the noise has standard deviation {deviation:F3} where 0.1 was asked for{(deviation is > 0.3f and < 0.33f ? ": multiply by the deviation itself, not by its root" : "")}."));
        report.Expect(!first.allclose(second), "each step draws new noise", "twice the same noise: draw it anew in each step.");
        report.Expect(first[0].std().item<float>() > 0.05, "each pixel has noise of its own", "all pixels of a picture get the same noise: draw a number for each, in the shape of the pictures.");
        report.Expect(step(level, ones(64, 1, 8, 8) * 9, 0.5, 0.0).abs().max().item<float>() <= 1, "pictures stay within [-1, 1]", "a steep slope throws pixels out of [-1, 1]: clamp them.");
    });

    /// <summary>Checks one turn of the replay buffer: draw points, start some anew, let all climb, put them back.</summary>
    /// <param name="turn">Takes the buffer (N, C, H, W), the function that climbs, how many points to draw and the share that starts anew. Changes
    /// the buffer.</param>
    /// <exception cref="CheckFailedException">The turn does something else.</exception>
    public static void ReplayTurn(Action<Tensor, Func<Tensor, Tensor>, long, double> turn) => CheckReport.Run("The replay buffer", report =>
    {
        manual_seed(5);
        const long Size = 400, Count = 100;
        var buffer = full([Size, 1, 2, 2], 0.5f);
        List<Tensor> climbed = [];
        turn(buffer, Climb, Count, 0.25);
        if (!report.Expect(climbed.Count == 1 && climbed[0].shape.SequenceEqual([Count, 1, 2, 2]), "as many as asked for climb, at once",
            climbed.Count != 1 ? $"climb was called {climbed.Count} times: once, with all that were drawn." : $"what climbs has shape ({string.Join(", ", climbed[0].shape)}), expected ({Count}, 1, 2, 2)."))
        {
            return;
        }
        // Before the turn, every pixel of the buffer is 0.5. A point that starts anew has other values. Climb adds 10, so climbed points are above 5.
        long Anew(Tensor points) => points.ne(0.5).flatten(1).any(1).sum().item<long>();
        var changed = buffer.gt(5).flatten(1).all(1).sum().item<long>();
        report.Expect(changed > 0, "what climbed is put back", "the buffer is as before: put the points back into the rows they were drawn from.");
        report.Expect(changed is 0 or (> 60 and <= Count), "the others stay", $"{changed} of {Size} rows have changed, where {Count} were drawn: put each point back into its own row.");
        report.Expect(buffer.eq(10.5).flatten(1).all(1).any().item<bool>() || changed == 0, "most go on from where they were", "none goes on from where it was: draw from the buffer.");
        var rows = buffer.gt(5).flatten(1).all(1).nonzero().flatten();
        report.Expect(changed != Count || !rows.eq(arange(Count)).all().item<bool>(), "rows are drawn at random", "always the first rows climb: draw them at random, or the rest of the buffer stays noise.");
        for (var i = 0; i < 20; i++)
        {
            buffer.fill_(0.5f);
            turn(buffer, Climb, Count, 0.25);
        }
        var share = climbed.Skip(1).Sum(Anew) / (20.0 * Count);
        report.Expect(share is > 0.2 and < 0.3, "a quarter begins anew, as asked for", share switch
        {
            0 => "none begins anew: D would forget the long way from noise to a picture.",
            > 0.7 and < 0.8 => "three quarters begin anew where one was asked for: the share is the other way round.",
            1 => "all begin anew: then the buffer remembers nothing.",
            _ => Invariant($"{share:P0} begin anew where 25 % were asked for."),
        });
        report.Expect(share == 0 || climbed.All(points => points.min().item<float>() is var low && low is >= -1 and < 0.5f), "what begins anew is noise in [-1, 1]", "what begins anew is no noise in [-1, 1]: rand gives [0, 1], so times 2 minus 1.");
        if (share > 0)
            report.Expect(climbed.Min(points => points.min().item<float>()) < -0.5, "the noise reaches from -1 to 1", "the noise has no dark pixels: rand gives [0, 1], so times 2 minus 1.");

        Tensor Climb(Tensor points)
        {
            climbed.Add(points.clone());
            return points + 10;
        }
    });

    /// <summary>Checks the prediction and the explanation of an experiment: where do walks without noise end if they begin at the same place?</summary>
    /// <param name="prediction">"many", "few" or "one", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void WalksWithoutNoise(string? prediction, string? statements) => CheckReport.RunOnValues("Walks without noise", [prediction, statements], report =>
    {
        Prediction(report, prediction, "many", "few", "one");
        Statements(report, statements,
            ('a', true, "without noise there is nothing but the slope, and the same place has the same slope for everyone."),
            ('b', false, "the scores come from the same D in all three rows; only the way of walking differs."),
            ('c', true, "the third row shows it: other beginnings, other ends."),
            ('d', false, "noise goes down as often as up; look at the mean scores, they are no higher with it."));
    });

    private static bool Close(Tensor found, Tensor expected) => found.shape.SequenceEqual(expected.shape) && found.to_type(ScalarType.Float32).allclose(expected, rtol: 1e-2, atol: 1e-3);
}
