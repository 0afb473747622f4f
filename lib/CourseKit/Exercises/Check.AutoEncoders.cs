using CourseKit.Display;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

// Lecture 5.
public static partial class Check
{
    private const long Codes = 16, CodeSize = 3;

    /// <summary>Checks the shapes in a variational auto-encoder for 64 grey pictures of 8x8 pixels, with a code of 5 numbers.</summary>
    /// <param name="mean">The shape of the codes m.</param>
    /// <param name="logScale">The shape of the log-scales s.</param>
    /// <param name="decoded">The shape of the decoder's output.</param>
    /// <exception cref="CheckFailedException">A shape is wrong.</exception>
    public static void ShapesOfAVae(long[]? mean, long[]? logScale, long[]? decoded) => CheckReport.RunOnValues("Shapes", [mean, logScale, decoded], report =>
    {
        Shape(report, nameof(mean), mean, [64, 5], ([5], "that is the code of one picture: the minibatch comes first."), ([64, 10], "the encoder gives ten numbers a picture, but half of them are the log-scales."),
            ([64, 1, 8, 8], "that is what the encoder eats."));
        Shape(report, nameof(logScale), logScale, [64, 5], ([64], "each number of the code has a noise of its own, and so a scale of its own."), ([64, 1], "each number of the code has a noise of its own, and so a scale of its own."),
            ([64, 5, 5], "the noise of one number has nothing to do with that of another: there is no matrix, only a scale each."));
        Shape(report, nameof(decoded), decoded, [64, 1, 8, 8], ([64, 64], "those are the pixels in a row; the decoder gives them their picture's shape back."), ([64, 8, 8], "the channel is missing: grey pictures have one."));
    });

    /// <summary>Checks the squared error of each decoded picture.</summary>
    /// <param name="error">Takes pictures (B, C, H, W) and the decoder's pictures. Gives the sum of the squared differences of each picture,
    /// (B).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void SquaredError(Func<Tensor, Tensor, Tensor> error) => CheckReport.Run("The squared error", report =>
    {
        manual_seed(6);
        var (pictures, decoded) = (rand(Batch, 1, 6, 6) * 2 - 1, rand(Batch, 1, 6, 6) * 2 - 1);
        var difference = decoded - pictures;
        var expected = difference.pow(2).flatten(1).sum(1);
        Each(report, error(pictures, decoded), expected, Batch, "it is the sum of the squared differences of each picture",
            (expected / 36, "it is the mean over the pixels, not the sum. The weight beside the divergence hangs on which of the two it is."),
            (expected / 2, "it is half of what it should be."),
            (difference.abs().flatten(1).sum(1), "the differences are not squared."),
            (difference.flatten(1).sum(1), "the differences are summed with their signs: a pixel too dark makes up for one too bright. Square them first."),
            (expected.sqrt(), "it is the length of the difference, the root of the sum of squares."));
    });

    /// <summary>
    /// Checks the decoder's input in training: m + exp(s) * e, with e from the standard normal distribution. In this form, gradients reach m and s
    /// (Kingma and Welling, 2014).
    /// </summary>
    /// <param name="disturb">Takes m and s, each (B, Z). Gives disturbed codes (B, Z).</param>
    /// <exception cref="CheckFailedException">The function gives something else, or it stops the gradients.</exception>
    public static void ReparameterisedCode(Func<Tensor, Tensor, Tensor> disturb) => CheckReport.Run("The disturbed code", report =>
    {
        manual_seed(7);
        var mean = (rand(Codes, CodeSize) * 4 - 2).requires_grad_();
        var logScale = (rand(Codes, CodeSize) - 2).requires_grad_();

        var code = disturb(mean, logScale);

        if (!report.Expect(code is not null && code.shape.SequenceEqual(mean.shape), "one disturbed code for each", code is null ? "nothing was returned: return the codes."
            : $"the codes have shape {ShapeText.Of(code)}, expected that of the means, ({Codes}, {CodeSize})."))
        {
            return;
        }
        if (!report.Expect(code!.isfinite().all().item<bool>(), "all of them are numbers", "some are infinite or not a number: exp(s) stands before the noise, not log(s)."))
            return;
        report.Expect(!code.allclose(disturb(mean, logScale)), "each call draws new noise", code.allclose(mean, atol: 1e-4) ? "there is no noise at all." : "twice the same noise: draw it anew in each call.");

        // Ten thousand codes of 2 numbers, all with the same m and s, show the mean and the standard deviation of the noise.
        var many = disturb(full(10_000, 2, 1.5f), full(10_000, 2, -1.2f)).detach();
        var (middle, deviation, right) = (many.mean().item<float>(), many.std(0).mean().item<float>(), Math.Exp(-1.2));
        report.Expect(Math.Abs(middle - 1.5) < 0.02, "their mean is m", Invariant($"their mean is {middle:F2} where m is 1.5: the noise has mean 0 (randn, not rand), and m is added once."));
        report.Expect(Math.Abs(deviation - right) < 0.02, "their standard deviation is exp(s)",
            Math.Abs(deviation - Math.Exp(-0.6)) < 0.03 ? "their standard deviation is exp(s/2): that is right where s is the logarithm of the variance; here it is that of the deviation itself."
            : Math.Abs(deviation - 1.2) < 0.06 ? "their standard deviation is s (without its sign): s is the logarithm of the deviation, take exp(s)."
            : Math.Abs(deviation - Math.Exp(-2.4)) < 0.01 ? "their standard deviation is exp(2s), the variance: take exp(s)."
            : Math.Abs(deviation - 1) < 0.05 ? "their standard deviation is 1, whatever s is: multiply the noise by exp(s)."
            : deviation < 1e-6 ? "they are all the same: each picture's code gets noise of its own." : Invariant($"their standard deviation is {deviation:F3} where exp(s) is {right:F3}."));
        report.Expect(!many.select(1, 0).allclose(many.select(1, 1)), "each number has noise of its own", "all numbers of a code get the same noise: draw it in the shape of m.");

        if (!report.Expect(code.requires_grad, "gradients can pass", "no gradient can pass: compute the code from mean and logScale, with nothing detached and outside no_grad."))
            return;
        var slopes = autograd.grad([code.sum()], [mean, logScale], allow_unused: true);
        report.Expect(Passes(slopes[0]) && slopes[0].allclose(ones_like(mean)), "one more in m is one more in the code", "the gradient of m is not 1: the encoder would not learn its codes from the decoder.");
        // code - mean is exp(s) e. Its derivative with respect to s is exp(s) e again, that is, code - mean.
        report.Expect(Passes(slopes[1]) && slopes[1].allclose(code - mean, rtol: 1e-3, atol: 1e-4), "the gradient reaches s, through exp(s) e",
            "the gradient does not reach s: the encoder could not learn how much noise a code bears. Write m + exp(s) * e with e from randn_like, and no sampler that hides how it draws.");

        static bool Passes(Tensor? gradient) => gradient is not null && !gradient.IsInvalid;
    });

    /// <summary>Checks the Kullback-Leibler divergence of each code's normal distribution from the standard normal distribution.</summary>
    /// <param name="divergence">Takes m and s, each (B, Z). Gives the divergence of each code in nats, (B).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void Divergence(Func<Tensor, Tensor, Tensor> divergence) => CheckReport.Run("The divergence", report =>
    {
        manual_seed(8);
        var (mean, logScale) = (randn(Codes, CodeSize), rand(Codes, CodeSize) - 0.5);
        var twice = (logScale * 2).exp() + mean.pow(2) - 1 - (logScale * 2);
        var expected = twice.sum(1) / 2;
        var found = divergence(mean, logScale);
        Each(report, found, expected, Codes, "it is the sum over the code of (exp(2s) + m^2 - 1 - 2s) / 2",
            (twice.sum(1), "it is twice what it should be: the half is missing."),
            (-expected, "it has the wrong sign: a divergence is never below 0."),
            (expected / CodeSize, "it is the mean over the code's numbers: the nats of independent numbers add up."),
            ((logScale.exp() + mean.pow(2) - 1 - logScale).sum(1) / 2, "that is right where s is the logarithm of the variance; here it is that of the deviation, so the variance is exp(2s)."),
            ((twice - mean.pow(2)).sum(1) / 2, "m does not count in it: then codes may lie anywhere, and a random code falls beside all of them."));
        if (found is not null && found.shape.SequenceEqual([Codes]))
        {
            var none = divergence(zeros(2, CodeSize), zeros(2, CodeSize)).abs().max().item<float>();
            report.Expect(none < 1e-5, "it is 0 where the code is standard normal", Invariant($"it is {none:G3} where m and s are 0, that is, where both distributions are the same."));
        }
    });

    /// <summary>Checks the prediction and the explanation of an experiment: what happens to the noise if the loss has no divergence?</summary>
    /// <param name="prediction">"grows", "shrinks" or "stays", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void NoiseWithoutDivergence(string? prediction, string? statements) => CheckReport.RunOnValues("Noise that nothing rewards", [prediction, statements], report =>
    {
        Prediction(report, prediction, "grows", "shrinks", "stays");
        Statements(report, statements,
            ('a', true, "noise makes the decoder's work harder; where nothing pays for it, the encoder turns it down."),
            ('b', false, "look at the curve: with the divergence the scale stays far above that without."),
            ('c', true, "a code without noise is a point, and nothing asks for what lies between the points."),
            ('d', false, "look at the last line: the pictures come back worse with the divergence. It is paid for by being able to draw from random codes."));
    });
}
