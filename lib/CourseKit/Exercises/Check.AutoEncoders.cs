using CourseKit.Display;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

// Lecture 5: a VAE that can be asked for a digit.
public static partial class Check
{
    private const long Codes = 16, CodeSize = 3;
    private const long FedBatch = 64, FedCode = 6, FedLabels = 10, FedSide = 8;

    /// <summary>Checks the shapes in a VAE that is told labels, for 64 grey pictures of 8x8 pixels, ten classes and a code of 6 numbers.</summary>
    /// <param name="encoded">The shape of all that the encoder gives.</param>
    /// <param name="fed">The shape of what the decoder is fed.</param>
    /// <param name="decoded">The shape of the decoder's output.</param>
    /// <exception cref="CheckFailedException">A shape is wrong.</exception>
    public static void ShapesOfAToldVae(long[]? encoded, long[]? fed, long[]? decoded) => CheckReport.RunOnValues("Shapes", [encoded, fed, decoded], report =>
    {
        Shape(report, nameof(encoded), encoded, [64, 12], ([12], "that is what one picture gets: the minibatch comes first."), ([64, 6], "that is m alone: each number of the code has a log-scale, too."),
            ([64, 7], "each number of the code has a log-scale of its own."), ([64, 22], "the label is not the encoder's to give: it is told."));
        Shape(report, nameof(fed), fed, [64, 16], ([64, 6], "that is the code alone, without the label."), ([64, 7], "the label is one-hot: it takes ten numbers."),
            ([64, 22], "the decoder is fed one code, not m and s."), ([64, 12], "the decoder is fed one code, not m and s, and the label beside it."));
        Shape(report, nameof(decoded), decoded, [64, 1, 8, 8], ([64, 64], "those are the pixels in a row; the decoder gives them their picture's shape back."), ([64, 8, 8], "the channel is missing: grey pictures have one."));
    });

    /// <summary>Checks the divergence of each code's cloud from a prior that has a scale of its own, N(0, exp(2t)).</summary>
    /// <param name="divergence">Takes m and s, each (B, Z), and t, (Z). Gives the divergence of each code in nats, (B).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void DivergenceFromAPrior(Func<Tensor, Tensor, Tensor, Tensor> divergence) => CheckReport.Run("The divergence", report =>
    {
        manual_seed(8);
        var (m, s, t) = (randn(Codes, CodeSize), rand(Codes, CodeSize) - 0.5, rand(CodeSize) + 0.3);
        Tensor Terms(Tensor square, Tensor logs) => ((square / (t * 2).exp()) - 1 + (logs * 2)).sum(1) / 2;
        var (square, right) = (m.pow(2) + (s * 2).exp(), t - s);
        var expected = Terms(square, right);
        var found = divergence(m, s, t);
        if (!report.Expect(found is not null && found.shape.SequenceEqual([Codes]), "one number for each of the minibatch",
            $"found {(found is null ? "nothing" : $"shape {ShapeText.Of(found)}")}, expected ({Codes}), one number for each of the minibatch: m and s are ({Codes}, {CodeSize}), t is ({CodeSize}); sum over the code's numbers."))
        {
            return;
        }
        (Tensor Value, string Misconception)[] mistakes =
        [
            (expected * 2, "it is twice what it should be: a half is missing."),
            (-expected, "it has the wrong sign: a divergence is never below 0. It is log q - log p."),
            (expected / CodeSize, "it is the mean over the code's numbers: the nats of independent numbers add up."),
            ((square - 1 - (s * 2)).sum(1) / 2, "t does not count in it: that is the divergence from N(0, I)."),
            (Terms(square, -s), "the t of -log p(z) itself is missing; only its variance is there."),
            (Terms(square, -right), "t and s have their signs exchanged: -log p(z) brings +t, log q(z) brings -s."),
            (((square / t.exp()) - 1 + (right * 2)).sum(1) / 2, "z is divided by exp(t): the variance of the prior is exp(2t)."),
            ((m.pow(2) + ((s * 2).exp() / (t * 2).exp()) - 1 + (right * 2)).sum(1) / 2, "only the noise is divided by the prior's variance: m^2 is, too."),
            (Terms((s * 2).exp(), right), "m does not count in it."),
            ((((t * 2).exp() + m.pow(2)) / (s * 2).exp() - 1 - (right * 2)).sum(1) / 2, "p and q are exchanged: the average is over draws from q, the cloud of the picture."),
        ];
        var values = Invariant($"found {found![0].item<float>():G4} for the first, expected {expected[0].item<float>():G4}");
        report.Expect(Matches(found, expected), "it is the average of log q(z) - log p(z)",
            mistakes.FirstOrDefault(mistake => Matches(found, mistake.Value)).Misconception is { } known ? $"{values}: {known}" : $"{values}: average log q(z) - log p(z) term by term.");
        var none = divergence(zeros(2, CodeSize), t.expand(2, CodeSize), t).abs().max().item<float>();
        report.Expect(none < 1e-5, "it is 0 where cloud and prior are the same", Invariant($"where m = 0 and s = t both are the same: found {none:G3}, expected 0."));
    });

    /// <summary>Checks a decoder that is fed a code of 6 numbers with a one-hot label of 10 beside it, and gives grey pictures of 8x8 pixels.</summary>
    /// <param name="make">Makes the decoder.</param>
    /// <exception cref="CheckFailedException">It is no such decoder.</exception>
    public static void ToldDecoder(Func<nn.Module<Tensor, Tensor>> make) => CheckReport.Run("The decoder", report =>
    {
        manual_seed(9);
        var decoder = make();
        if (!report.Expect(decoder is not null, "there is a network", "found nothing, expected a network: return it."))
            return;
        Tensor Fed(long label, double scale = 1) => cat([randn(FedBatch, FedCode) * scale, nn.functional.one_hot(full([FedBatch], label, ScalarType.Int64), FedLabels).to_type(ScalarType.Float32)], 1);
        var (one, other) = (Fed(1), Fed(1));
        var made = decoder!.forward(one);
        if (!report.Expect(made.shape.SequenceEqual([FedBatch, 1, FedSide, FedSide]), "(64, 16) becomes (64, 1, 8, 8)", $"of (64, 16) it made: found {ShapeText.Of(made)}, expected (64, 1, 8, 8)."))
            return;
        var reach = decoder.forward(Fed(1, 100)).abs().max().item<float>();
        report.Expect(reach <= 1 + 1e-6, "its pixels are in [-1, 1]", Invariant($"of large codes it makes pixels up to: found {reach:G3}, expected at most 1. Which function ends in [-1, 1]?"));
        var two = cat([one.narrow(1, 0, FedCode), Fed(2).narrow(1, FedCode, FedLabels)], 1);
        foreach (var (what, changed) in new[] { ("code", decoder.forward(other)), ("label", decoder.forward(two)) })
            report.Expect(!changed.allclose(made, atol: 1e-6), $"another {what} is another picture", $"with another {what}: found the same pictures, expected others. Is all of the input used?");
        // atanh undoes the last function. Without a hidden layer, what lies before it is a linear function of the input.
        Tensor Before(Tensor x) => decoder.forward(x).clamp(-0.999, 0.999).atanh();
        var bent = (Before(one) + Before(two) - Before((one + two) / 2) * 2).abs().max().item<float>() + (Before(one) + Before(other) - Before((one + other) / 2) * 2).abs().max().item<float>();
        report.Expect(bent > 1e-4, "it has a hidden layer that bends", Invariant($"the middle of two inputs gives the middle of two outputs: found a bend of {bent:G2}, expected more than 0. Put a function such as nn.SiLU() between two layers."));
        made.pow(2).sum().backward();
        var (all, reached) = (decoder.parameters().Count(), decoder.parameters().Count(HasGradient));
        report.Expect(all > 0 && reached == all, "the gradient reaches every layer", $"the gradient reaches: found {reached} of {all} tensors of parameters, expected all of them. In a class, call RegisterComponents() and use every layer.");
    });

    /// <summary>
    /// Checks the loss of a VAE whose decoder is told labels: the squared error over twice the variance, plus the divergence from N(0, I), in the mean
    /// over the minibatch.
    /// </summary>
    /// <param name="loss">Takes pictures (64, 1, 8, 8), one-hot labels (64, 10), an encoder to (64, 12), a decoder of (64, 16) and the decoder's variance.</param>
    /// <exception cref="CheckFailedException">The function gives something else, or it stops the gradients.</exception>
    public static void ToldLoss(Func<Tensor, Tensor, nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, double, Tensor> loss) => CheckReport.Run("The loss", report =>
    {
        manual_seed(10);
        const double variance = 0.4, deviation = 0.5;
        var (first, last) = (nn.Linear(FedSide * FedSide, 2 * FedCode), nn.Linear(FedCode + FedLabels, FedSide * FedSide));
        var (encoder, decoder) = (nn.Sequential(nn.Flatten(), first), nn.Sequential(last, nn.Unflatten(1, [1, FedSide, FedSide])));
        var x = (rand(FedBatch, 1, FedSide, FedSide) * 2) - 1;
        var label = nn.functional.one_hot(randint(FedLabels, [FedBatch]), FedLabels).to_type(ScalarType.Float32);
        void Scale(double logScale)
        {
            using var noGrad = no_grad();
            first.weight!.narrow(0, FedCode, FedCode).zero_();
            first.bias!.narrow(0, FedCode, FedCode).fill_(logScale);
        }
        Tensor Error(Tensor z, Tensor told) => (decoder.forward(cat([z, told], 1)) - x).pow(2).flatten(1).sum(1).mean();
        // Nearly without noise the loss is one known number.
        Scale(-12);
        var both = encoder.forward(x).chunk(2, 1);
        var (m, s) = (both[0], both[1]);
        var price = ((s * 2).exp() + m.pow(2) - 1 - (s * 2)).sum(1).mean().item<float>() / 2;
        var error = Error(m, label).item<float>();
        var expected = error / (2 * variance) + price;
        var found = loss(x, label, encoder, decoder, variance);
        if (!report.Expect(found is not null && found.numel() == 1, "the result is one number", $"found {(found is null ? "nothing" : $"shape {ShapeText.Of(found)}")}, expected one number: the mean over the minibatch."))
            return;
        var value = found!.to_type(ScalarType.Float64).item<double>();
        (double Value, string Misconception)[] mistakes =
        [
            (expected * FedBatch, "it is the sum over the minibatch: take the mean."),
            (error + price, "the variance is missing: the error is divided by 2 * variance."),
            (error / variance + price, "the error is divided by the variance, not by twice the variance."),
            (error / (2 * variance), "the price is missing."),
            (price, "the error is missing."),
            (error / (2 * variance) - price, "the price is subtracted: it is paid."),
            (error / (2 * variance) + price * 2, "the price is twice what it should be."),
            (error / (2 * variance) + price / FedCode, "the price is the mean over the code's numbers: the nats of independent numbers add up."),
            (error / (FedSide * FedSide * 2 * variance) + price, "the error is the mean over the pixels, not the sum."),
            (Error(m, zeros_like(label)).item<float>() / (2 * variance) + price, "the decoder was not told the label."),
        ];
        if (!report.Expect(Near(value, expected), "error and price are right where the noise is small",
            Invariant($"where the noise is small: found {value:G5}, expected {expected:G5}. {mistakes.FirstOrDefault(mistake => Near(value, mistake.Value)).Misconception ?? "Compute error and price of one picture by hand."}")))
        {
            return;
        }
        // With noise, a linear decoder adds deviation^2 times its squared weights to the mean error.
        Scale(Math.Log(deviation));
        using (no_grad())
            last.weight!.narrow(1, 0, FedCode).mul_(10);
        m = encoder.forward(x).chunk(2, 1)[0];
        var weights = last.weight!.narrow(1, 0, FedCode).pow(2).sum().item<float>();
        var (still, cost) = (Error(m, label).item<float>(), (Math.Pow(deviation, 2) - 1 - 2 * Math.Log(deviation)) * FedCode / 2 + (m.pow(2).sum(1).mean().item<float>() / 2));
        double[] losses = [.. Enumerable.Range(0, 50).Select(_ => (double)loss(x, label, encoder, decoder, variance).item<float>())];
        double Noise(double it) => (2 * variance * (it - cost) - still) / weights;
        report.Expect(losses.Distinct().Count() > 40, "each call draws new noise", $"50 calls gave: found {losses.Distinct().Count()} different losses, expected 50. Feed the decoder m + exp(s) * e, with e drawn anew.");
        report.Expect(Math.Abs(Noise(losses.Average()) - deviation * deviation) < 0.03, "the noise has the scale exp(s)",
            Invariant($"the noise on the code has the variance: found {Noise(losses.Average()):F2}, expected {deviation * deviation:F2}, which is exp(2s). Feed m + exp(s) * e, with e from randn_like(m)."));
        encoder.zero_grad();
        loss(x, label, encoder, decoder, variance).backward();
        using var slope = first.weight!.grad;
        double[] slopes = slope is null ? [0, 0] : [.. new[] { 0, FedCode }.Select(from => (double)slope.narrow(0, from, FedCode).abs().sum().item<float>())];
        report.Expect(slopes.All(one => one > 0) && last.parameters().All(HasGradient), "the gradient reaches decoder, m and s",
            Invariant($"the slopes of m and s: found {slopes[0]:G2} and {slopes[1]:G2}, expected numbers other than 0 in both, and in the decoder. Nothing may be detached."));
    });

    /// <summary>Checks the prediction and the explanation of an experiment: what does a code cost if the decoder is told the label?</summary>
    /// <param name="prediction">"more", "fewer" or "as many", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void NatsOfAToldVae(string? prediction, string? statements) => CheckReport.RunOnValues("What the code still has to say", [prediction, statements], report =>
    {
        Prediction(report, prediction, "more", "fewer", "as many");
        char[] chosen = [.. (statements ?? "").ToLowerInvariant().Where(char.IsLetter).Distinct().Order()];
        if (!report.Expect(chosen.Length > 0 && chosen.All(letter => letter is >= 'a' and <= 'e'), "you explained",
            $"found \"{statements}\", expected some of the letters a to e, those of the statements that hold."))
        {
            return;
        }
        // No letter is named, so that the answer cannot be found by trying.
        report.Expect(chosen.SequenceEqual("bde"), "exactly the statements that hold", $"found \"{new string(chosen)}\", expected all the statements that hold and no other: not so yet. "
            + "Ask of each: is it about the error or about the price? What is the price where m = 0 and s = 0, and what where s is far below 0? Then look at the two curves again.");
    });
}
