using CourseKit.Data;
using CourseKit.Display;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

// Lecture 1.
public static partial class Check
{
    /// <summary>
    /// Checks the shapes in a generator with a single linear layer, which turns 10 numbers into a grey picture of 6x6 pixels, and in a discriminator
    /// for these pictures. The minibatch has 16 pictures.
    /// </summary>
    /// <param name="latent">The shape of G's input.</param>
    /// <param name="pictures">The shape of G's output, which is D's input.</param>
    /// <param name="scores">The shape of D's output.</param>
    /// <param name="parameters">How many weights and biases G has.</param>
    /// <exception cref="CheckFailedException">A number or a shape is wrong.</exception>
    public static void TwoNetworks(long[]? latent, long[]? pictures, long[]? scores, long? parameters) => CheckReport.RunOnValues("Shapes and parameters", [latent, pictures, scores, parameters], report =>
    {
        Shape(report, nameof(latent), latent, [16, 10], ([10], "that is one vector: the minibatch comes first."), ([10, 16], "the minibatch comes first."));
        Shape(report, nameof(pictures), pictures, [16, 1, 6, 6], ([16, 6, 6], "the channel is missing: grey pictures have one."),
            ([16, 36], "those are the numbers of a picture in a row; G gives it its shape back."), ([16, 6, 6, 1], "torch puts the channels before height and width."));
        Shape(report, nameof(scores), scores, [16], ([16, 1], "one number a picture, without a dimension of its own."), ([1], "each picture of the minibatch gets a score."));
        report.Expect(parameters == 396, "10 * 36 weights and 36 biases: 396 parameters", parameters switch
        {
            null => "parameters is not answered yet.",
            360 => "360 are the weights; each of the 36 outputs has a bias as well.",
            370 => "there is a bias for each number that comes out, not for each that goes in.",
            46 => "each of the 36 outputs has a weight for each of the 10 inputs: multiply, then add the biases.",
            5760 or 6336 => "the minibatch does not count: all pictures go through the same weights.",
            _ => $"not {parameters}: how many weights lead to one pixel, and how many pixels are there?",
        });
    });

    /// <summary>Checks a function that turns the bytes of an image file (0 paper, 255 ink) into numbers for a network.</summary>
    /// <param name="toPixels">Takes bytes (B, C, H, W). Gives values in [-1, 1] of the same shape.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void BytesToPixels(Func<Tensor, Tensor> toPixels) => CheckReport.Run("Bytes become pixels", report =>
    {
        var value = arange(256).to_type(ScalarType.Float32).view(4, 1, 8, 8);
        var bytes = value.to_type(ScalarType.Byte);
        var found = toPixels(bytes);
        report.Expect(bytes.eq(value).all().item<bool>(), "the bytes stayed as they were", "the bytes have changed: they are still needed, make a new tensor.");
        var whole = found?.dtype is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64;
        if (!report.Expect(!whole, "they are no longer bytes", $"the values are whole numbers ({found?.dtype}): nothing fits between -1 and 1. Begin with bytes.to_type(ScalarType.Float32)."))
            return;
        Same(report, found, (value / 127.5) - 1, "0 becomes -1, 255 becomes 1, evenly in between",
            (value / 255, "it goes from 0 to 1: stretch it to 2 and take 1 off."),
            ((value / 127.5 * -1) + 1, "ink and paper are swapped."),
            ((value / 255) - 1, "it goes from -1 to 0: stretch it to 2 before you take 1 off."),
            ((value / 255) - 0.5, "it goes from -0.5 to 0.5: stretch it to 2 and take 1 off."),
            (((value * 2).remainder(256) / 255) - 1, "a byte holds no more than 255, so 2 * 200 is 144 there: begin with to_type(ScalarType.Float32)."));
    });

    /// <summary>Checks a generator that is written by hand. Two numbers say where a spot lies in the picture.</summary>
    /// <param name="draw">Takes vectors (B, 2) of row and column, in [0, 7]. Gives pictures (B, 1, 8, 8) in [-1, 1].</param>
    /// <exception cref="CheckFailedException">The generator draws something else.</exception>
    public static void SpotGenerator(Func<Tensor, Tensor> draw) => CheckReport.Run("A generator by hand", report =>
    {
        manual_seed(9);
        var z = rand(5, 2) * 7;
        var axis = arange(8).to_type(ScalarType.Float32);
        var squared = (axis.view(1, 1, 8, 1) - z.select(1, 0).view(-1, 1, 1, 1)).pow(2) + (axis.view(1, 1, 1, 8) - z.select(1, 1).view(-1, 1, 1, 1)).pow(2);
        Tensor Spots(Tensor exponent) => (exponent.exp() * 2) - 1;
        var expected = Spots(squared / -2);
        Same(report, draw(z), expected, "a spot at row r and column c, as the formula has it",
            (expected.squeeze(1), "the channel is missing: grey pictures have one."),
            (expected.transpose(2, 3), "row and column are swapped: the first number says how far down, and the row is dimension 2."),
            (expected[..1], "that is the first vector's picture alone: each vector of the minibatch draws one."),
            (expected[..1].expand(5, 1, 8, 8), "all pictures are the first vector's: each vector draws its own. Give r and c the shape (B, 1, 1, 1)."),
            ((expected + 1) / 2, "it goes from 0 to 1: paper is -1, so times 2 minus 1."),
            (-expected, "ink and paper are swapped: the spot is 1, the paper -1."),
            (Spots(-squared), "the spot is too small: the squared distance is divided by 2."),
            (Spots(squared.sqrt() / -2), "the spot has long tails: it is the squared distance, without a root."));
    });

    /// <summary>Checks a discriminator that is written by hand. It tells digits from noise.</summary>
    /// <param name="score">Takes pictures (B, 1, 8, 8) in [-1, 1]. Gives a score for each, (B): above 0 for a digit, below 0 for noise.</param>
    /// <exception cref="CheckFailedException">More than 3 % of the digits or of the noise are on the wrong side, or a score hangs on other pictures of the
    /// minibatch.</exception>
    public static void ScoreByHand(Func<Tensor, Tensor> score) => CheckReport.Run("A discriminator by hand", report =>
    {
        manual_seed(10);
        var real = Digits.Load().HeldOut.Images;
        var noise = randn_like(real).tanh();
        var all = cat([real, noise]);
        var before = all.clone();
        var found = score(all);
        if (!report.Expect(found is not null && found.shape.SequenceEqual([all.shape[0]]), "one number for each picture", found is null ? "nothing was returned."
            : $"found {ShapeText.Of(found)}, expected ({all.shape[0]}): one number for each picture. mean([1, 2, 3]) goes over all but the first dimension."))
        {
            return;
        }
        report.Expect(all.eq(before).all().item<bool>(), "the pictures stayed as they were", "the pictures have changed: D only looks at them.");
        report.Expect(score(before[..3]).allclose(found![..3], rtol: 1e-3, atol: 1e-4), "each picture is judged by itself",
            Invariant($"the first picture scores {found[0].item<float>():G3} among {all.shape[0]} and {score(before[..3])[0].item<float>():G3} among 3, expected the same: a score hangs on its own picture only."));
        double Share(Tensor flags) => flags.to_type(ScalarType.Float32).mean().item<float>();
        var (accepted, refused) = (Share(found[..(int)real.shape[0]] > 0), Share(found[(int)real.shape[0]..] < 0));
        if (report.Expect(accepted + refused > 0.5, "digits score higher than noise", Invariant($"{accepted:P0} of the digits score above 0 and {refused:P0} of the noise below, expected 97 % of each: digits are to score high. Turn the sign round."))
            && report.Expect(accepted >= 0.97, Invariant($"{accepted:P1} of the held-out digits score above 0"), Invariant($"{accepted:P1} of the held-out digits score above 0, expected 97 %: ")
                + "look for what nearly all digits have and noise has not. The threshold may be too strict."))
        {
            report.Expect(refused >= 0.97, Invariant($"{refused:P1} of the noise scores below 0"), Invariant($"{refused:P1} of the noise scores below 0, expected 97 %: ")
                + "the mean of few pixels is unsteady, of many it is steadier. The threshold may be too mild.");
        }
    });

    /// <summary>Checks the prediction and the explanation of an experiment: does it matter in which order the network gets the pixels?</summary>
    /// <param name="prediction">"worse", "same" or "better", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void ShuffledPixels(string? prediction, string? statements) => CheckReport.RunOnValues("Shuffled pixels", [prediction, statements], report =>
    {
        Prediction(report, prediction, "worse", "same", "better");
        Statements(report, statements,
            ('a', true, "every unit has a weight for every pixel, and all weights begin at random: no pixel is the neighbour of another."),
            ('b', false, "look at the two curves: they lie upon each other."),
            ('c', false, "look at the last line: one who learnt on digits refuses most of the shuffled ones, since they have ink where digits have none."),
            ('d', true, "the same shuffling backwards gives every picture back, so nothing is lost; but we read with eyes that know neighbours."));
    });
}
