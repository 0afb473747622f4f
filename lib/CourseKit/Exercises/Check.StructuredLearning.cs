using CourseKit.Display;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Exercises;

// Lecture 4.
public static partial class Check
{
    /// <summary>Checks two numbers and a shape for a painter that works pixel by pixel. It has 13 colours and sees 9 columns and 4 rows.</summary>
    /// <param name="visible">How many painted pixels are in view, when the brush is away from the borders.</param>
    /// <param name="steps">How often the painter is called until 100 pictures of 16x16 pixels are done, if all are painted at once.</param>
    /// <param name="probabilities">The shape of the painter's answer for one pixel in each of 32 pictures.</param>
    /// <exception cref="CheckFailedException">A number or a shape is wrong.</exception>
    public static void PaintersView(long? visible, long? steps, long[]? probabilities) => CheckReport.RunOnValues("The painter's view", [visible, steps, probabilities], report =>
    {
        report.Expect(visible == 31, "three rows of nine above, four pixels to the left: 31", visible switch
        {
            null => "visible is not answered yet.",
            36 => "the brush's own row is painted only up to the brush: neither its own pixel nor those to the right are there yet.",
            35 => "the pixels to the right of the brush are not painted yet.",
            27 => "those are the rows above; in its own row it sees what lies to the left.",
            40 => "the brush's own row is one of the four.",
            _ => $"not {visible}: count the rows above, then what is painted in the brush's own row.",
        });
        report.Expect(steps == 256, "once for each of the 16 * 16 = 256 places", steps switch
        {
            null => "steps is not answered yet.",
            25_600 => "all 100 pictures are painted at once: one question gives the next pixel of each.",
            1 => "that would be a GAN's generator: here no pixel can begin before the last one is done.",
            100 => "one question gives one pixel of each picture, and a picture has more pixels than one.",
            _ => $"not {steps}: how many pixels have to wait for the one before?",
        });
        Shape(report, nameof(probabilities), probabilities, [32, 13], ([13], "that is the answer for one picture: the minibatch comes first."),
            ([32, 256, 13], "those would be the answers for all pixels, but they come one after the other."), ([32], "each of the 13 colours gets a probability."), ([13, 32], "the minibatch comes first."));
    });

    /// <summary>Checks the log-likelihood that the painter gives to whole pictures: the sum of the pixels' log-probabilities.</summary>
    /// <param name="logLikelihood">Takes logits (B, P, K) of K colours at P pixels, and the colours (B, P) of these pixels. Gives (B).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void LogLikelihood(Func<Tensor, Tensor, Tensor> logLikelihood) => CheckReport.Run("The picture's probability", report =>
    {
        manual_seed(12);
        const long Pixels = 6, Colours = 4;
        var (logits, colours) = (randn(Batch, Pixels, Colours) * 2, randint(Colours, [Batch, Pixels]));
        Tensor Chosen(Tensor values) => values.gather(2, colours.unsqueeze(2)).squeeze(2);
        var each = Chosen(logits.log_softmax(2));
        var expected = each.sum(1);
        Each(report, logLikelihood(logits, colours), expected, Batch, "it is the sum over the pixels of the log-probability of the colour that stands there",
            (-expected, "it has the wrong sign: that is a loss. A log-likelihood is never above 0."),
            (each.mean([1]), "it is the mean over the pixels: the probability of the whole is a product, so the logarithms are summed."),
            (expected.exp(), "it is the probability itself: take the logarithm, since the product of many pixels is 0 to the machine."),
            (each.exp().sum(1), "probabilities of pixels are summed: their logarithms are."),
            (Chosen(logits).sum(1), "those are logits; log_softmax makes log-probabilities of them."),
            (Chosen(logits.log_softmax(1)).sum(1), "the softmax goes over the pixels: it goes over the colours, the last dimension."),
            (logits.log_softmax(2).sum(2).sum(1), "it sums over all colours: only the one that stands there counts. gather takes it."));
        var many = logLikelihood(zeros(2, 2000, Colours), zeros(2, 2000, int64));
        report.Expect(many is null || !many.shape.SequenceEqual([2]) || many.isfinite().all().item<bool>(), "it is finite for big pictures too",
            "for 2,000 pixels it is minus infinity: the product of that many probabilities is 0 to the machine. Sum the logarithms.");
    });

    /// <summary>Checks painting one element after the other. Each element is drawn at random, given the earlier elements.</summary>
    /// <param name="paint">
    /// Takes the painter, the number of pictures and their length. The painter takes the elements so far, (B, i) int64, and gives logits (B, K) for
    /// the next element. Gives (B, length) int64.
    /// </param>
    /// <exception cref="CheckFailedException">The function paints in another way.</exception>
    public static void Painting(Func<Func<Tensor, Tensor>, long, long, Tensor> paint) => CheckReport.Run("Painting", report =>
    {
        manual_seed(13);
        const long Count = 2000, Length = 5;
        List<Tensor> shown = [];
        // The first colour is 0 with probability 0.5. Each next colour is the same as the one before with probability 0.8.
        Tensor Next(Tensor painted)
        {
            shown.Add(painted.clone());
            if (painted.shape[1] == 0)
                return tensor([0.5f, 0.3f, 0.2f]).log().expand(painted.shape[0], 3).clone();
            return (nn.functional.one_hot(painted.select(1, -1), 3).to_type(ScalarType.Float32) * 0.7f + 0.1f).log();
        }

        var found = paint(Next, Count, Length);

        if (!report.Expect(shown.Count == Length, "the painter is asked once an element", shown.Count == 0 ? "the painter was never asked."
            : $"the painter was asked {shown.Count} times for pictures of {Length} elements: once each, for all pictures together.") || found is null)
        {
            report.Expect(found is not null, "there is a result", "nothing was returned: return what was painted.");
            return;
        }
        var (place, blind) = shown.Index().FirstOrDefault(one => !one.Item.shape.SequenceEqual([Count, one.Index]));
        if (!report.Expect(blind is null, "it sees one element more each time", $"at element {place} the painter does not see what is painted so far, ({Count}, {place}): it was shown ({string.Join(", ", blind?.shape ?? [])}). "
            + "Begin with zeros(count, 0), and cat each new column to it."))
        {
            return;
        }
        if (!report.Expect(found.shape.SequenceEqual([Count, Length]), $"it has shape ({Count}, {Length})", $"it has shape {ShapeText.Of(found)}, expected ({Count}, {Length}): a column for each element."))
            return;
        report.Expect(shown.Index().All(one => one.Item.eq(found[.., ..one.Index]).all().item<bool>()), "what it saw is what was painted", "what the painter was shown is not what you return: each element hangs on those that stand before it in the result.");
        double Share(Tensor which) => which.to_type(ScalarType.Float32).mean().item<float>();
        var (first, stays) = (Share(found.select(1, 0).eq(0)), Share(found[.., 1..].eq(found[.., ..^1])));
        if (!report.Expect(first is > 0.45 and < 0.55, "the first element is 0 in half of the pictures, as the painter says", Invariant($"the first element is 0 in {first:P0} of the pictures, where the painter says 50 %: ") + first switch
        {
            1 when stays == 1 => "always the most probable colour: then all pictures are the same. Draw by lot, multinomial(1) of the probabilities.",
            0 or 1 => "all pictures begin alike: each draws for itself.",
            > 0.3 and < 0.37 => "every colour comes equally often at the start: the painter's probabilities do not count.",
            _ => "softmax makes probabilities of logits.",
        }))
        {
            return;
        }
        report.Expect(stays is > 0.77 and < 0.83, "a colour stays with probability 0.8, as the painter says", Invariant($"a colour stays in {stays:P0}, where the painter says 80 %: ") + stays switch
        {
            1 => "after the first element it is always the most probable colour. Draw by lot each time.",
            > 0.3 and < 0.4 => "no element hangs on the one before. Use the answer that the painter gives at each step.",
            _ => "softmax makes probabilities of logits.",
        });
    });

    /// <summary>Checks a judge of whole faces that is written by hand: minus the mean difference between a face and its mirror image.</summary>
    /// <param name="score">Takes faces (B, C, H, W). Gives a score for each, (B), 0 for a symmetric face and less for others.</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void Symmetry(Func<Tensor, Tensor> score) => CheckReport.Run("A judge for the whole", report =>
    {
        manual_seed(14);
        var faces = rand(Batch, 3, 10, 6) * 2 - 1;
        var before = faces.clone();
        var found = score(faces);
        report.Expect(faces.eq(before).all().item<bool>(), "the faces stayed as they were", "the faces given have changed: a judge only looks at them.");
        Tensor Mean(Tensor difference) => difference.flatten(1).mean([1]);
        var difference = before - before.flip(3);
        Each(report, found, -Mean(difference.abs()), Batch, "minus the mean difference from the mirror image, without signs",
            (Mean(difference.abs()), "it is high for faces that are not symmetric: a judge gives those less. The minus is missing."),
            (-Mean(difference), "the differences have their signs, and cancel each other: abs() comes before the mean."),
            (-Mean((before - before.flip(2)).abs()), "the faces are upside down: left and right is the last dimension, flip(3)."),
            (-Mean((before - before.flip(1)).abs()), "the colours are turned round: left and right is the last dimension, flip(3)."),
            (-Mean(difference.pow(2)), "the differences are squared: here it is their size that counts, abs()."),
            (-difference.abs().flatten(1).sum(1), "it is the sum over the pixels: take the mean."));
    });

    /// <summary>
    /// Checks the prediction and the explanation of an experiment: how far must a painter see to learn that the last bead has the colour of the first,
    /// where it is the only rule and where it follows from stripes?
    /// </summary>
    /// <param name="prediction">"1", "2" or "6", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void BeadsInView(string? prediction, string? statements) => CheckReport.RunOnValues("Beads in view", [prediction, statements], report =>
    {
        Prediction(report, prediction, "1", "2", "6");
        Statements(report, statements,
            ('a', true, "each bead has the colour of the one before the last, so the colour of the first is in view all the way."),
            ('b', true, "what it sees says nothing of the first bead, so each of the three colours is as likely."),
            ('c', false, "the distance is the same, and still one kind needs two beads in view and the other six."),
            ('d', true, "its one number is for the whole bracelet, so both ends are in view from the start."),
            ('e', false, "look at the bars for five times as many: what is not in view cannot be learnt from any number of examples."));
    });
}
