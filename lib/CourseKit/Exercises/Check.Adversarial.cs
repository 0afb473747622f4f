using CourseKit.Data;
using CourseKit.Display;
using CourseKit.Training;
using static System.FormattableString;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Exercises;

// Lecture 2: a GAN that is asked for a digit. G gets a label beside its random numbers, D gets it beside the picture.
public static partial class Check
{
    private const int Batch = 8, Classes = 10, RandomNumbers = 16, Pixels = 64;

    /// <summary>Checks the shapes in a GAN with labels: 5 classes, 20 random numbers, colour pictures 12 pixels high and 10 wide, a minibatch of 32.</summary>
    /// <param name="asked">The shape of G's input, random numbers and label.</param>
    /// <param name="images">The shape of G's output.</param>
    /// <param name="pairs">The shape of D's input, the picture's numbers and the label.</param>
    /// <exception cref="CheckFailedException">A shape is wrong.</exception>
    public static void ShapesWithLabels(long[]? asked, long[]? images, long[]? pairs) => CheckReport.RunOnValues("Shapes", [asked, images, pairs], report =>
    {
        Shape(report, nameof(asked), asked, [32, 25], ([25], "that is what one picture is made of: the minibatch comes first."), ([32, 20], "the label stands beside the random numbers, one number for each class."),
            ([32, 21], "a label is as many numbers as there are classes, with a single 1."), ([25, 32], "the minibatch comes first."));
        Shape(report, nameof(images), images, [32, 3, 12, 10], ([32, 12, 10, 3], "torch puts the channels before height and width."),
            ([32, 3, 10, 12], "height comes before width."), ([32, 360], "those are the numbers of a picture in a row; G gives it its shape back."));
        Shape(report, nameof(pairs), pairs, [32, 365], ([32, 360], "that is the picture alone: the label stands beside it."), ([32, 361], "a label is as many numbers as there are classes."),
            ([32, 125], "in colour each pixel has three numbers."), ([32, 3, 12, 10], "that is the picture as it is: its numbers go in a row, and the label behind them."), ([365], "that is one pair: the minibatch comes first."));
    });

    /// <summary>Checks a generator and a discriminator that the student wrote, for digits of 8x8 pixels and labels of 10 numbers.</summary>
    /// <param name="makeG">Makes a new G: 16 random numbers and a label (B, 26) to pictures (B, 1, 8, 8) in [-1, 1].</param>
    /// <param name="makeD">Makes a new D: the 64 numbers of a picture and a label (B, 74) to logits (B) or (B, 1).</param>
    /// <exception cref="CheckFailedException">A network has another shape or range, a part of it or of its input counts for nothing, or it does not
    /// learn.</exception>
    public static void OwnNetworks(Func<nn.Module<Tensor, Tensor>> makeG, Func<nn.Module<Tensor, Tensor>> makeD) => CheckReport.Run("Two networks", report =>
    {
        manual_seed(1);
        Network(report, "G", makeG(), RandomNumbers, [1, 8, 8], ("random part", "label"));
        if (report.Findings.All(finding => finding.Holds))
            Network(report, "D", makeD(), Pixels, [], ("picture", "label"));
    });

    /// <summary>Checks the two losses of a GAN with labels.</summary>
    /// <param name="lossOfD">Takes D's logits, (B) or (B, 1), of real pictures with their own label, of made ones with the label that was asked for, and
    /// of real ones with another label. The first should be high. The others should be low, and each of these two counts half.</param>
    /// <param name="lossOfG">Takes D's logits of made pictures with the label that was asked for. They should be high.</param>
    /// <exception cref="CheckFailedException">A loss is another one, is infinite where D is very wrong, or stops the gradient.</exception>
    public static void LossesWithLabels(Func<Tensor, Tensor, Tensor, Tensor> lossOfD, Func<Tensor, Tensor> lossOfG) => CheckReport.Run("Two losses", report =>
    {
        manual_seed(2);
        var (right, made, wrong) = (randn(6, 1) + 1, randn(6, 1), randn(6, 1) - 0.5);
        double Real(Tensor scores) => -logsigmoid(scores).mean().item<float>();
        var (good, fake, other) = (Real(right), Real(-made), Real(-wrong));
        var scores = new[] { right, made, wrong }.Select(kind => kind.detach().requires_grad_()).ToArray();
        var found = lossOfD(scores[0], scores[1], scores[2]);
        Value(report, found, good + ((fake + other) / 2), "D's loss",
            (-good - ((fake + other) / 2), "it has the wrong sign: log sigmoid is negative, and a loss is to become small."),
            (good + fake + other, "the two kinds that should score low count half each, so that good and bad weigh the same."),
            (good + fake, "a real picture with another's label is not in it: without it D need not look at the label."),
            (good + other, "what G made is not in it."),
            (good + ((fake + Real(wrong)) / 2), "a real picture with another's label should score low: it is real, but not what the label says."),
            (Real(-right) + ((Real(made) + Real(wrong)) / 2), "the labels real and made are swapped: it rewards what should score low."),
            ((good + ((fake + other) / 2)) * 6, "it is the sum over the minibatch: take the mean, or the step size hangs on the batch size."),
            ((good + ((fake + other) / 2)) / 2, "it is half of what it should be: good and bad are added, not averaged."));
        var ofG = lossOfG(scores[1]);
        Value(report, ofG, Real(made), "G's loss",
            (-fake, "that is log(1 - sigmoid): it wants the same, but is nearly flat as long as D wins. The lecture's loss is -log sigmoid."),
            (fake, "this one is small where D finds out what G made. G wants the opposite."),
            (-Real(made), "it has the wrong sign: log sigmoid is negative, and a loss is to become small."),
            (Real(made) * 6, "it is the sum over the minibatch: take the mean, or the step size hangs on the batch size."));
        if (report.Findings.Any(finding => !finding.Holds))
            return;
        report.Expect(found.requires_grad && ofG.requires_grad, "gradients can pass", "no gradient can pass through the loss: neither detach() nor item() belongs into it.");
        var sure = lossOfD(full(4, -200f), full(4, 200f), full(4, 200f)).item<float>();
        report.Expect(Near(sure, 400), "it stays a number however wrong D is", Invariant($"where D is very sure and wrong, the loss is {sure:G4}, expected 400: sigmoid(-200) is 0 to the machine. Use logsigmoid."));
    });

    /// <summary>Checks one iteration of the algorithm with labels: first D learns while G is fixed, then G learns while D is fixed.</summary>
    /// <param name="iterate">Takes G, D, the optimizers of G and of D, real pictures (B, 1, 8, 8) and their labels (B, 10). Another label of a
    /// picture is that of the one before it in the minibatch.</param>
    /// <exception cref="CheckFailedException">The iteration does something else.</exception>
    public static void IterationWithLabels(Action<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, FusedAdam, FusedAdam, Tensor, Tensor> iterate) => CheckReport.Run("One iteration", report =>
    {
        manual_seed(3);
        // Two labels in turn: the label before and the label behind are then the same.
        var (real, rows) = ((rand(Batch, 1, 8, 8) * 2) - 1, one_hot(arange(Batch).remainder(2), Classes).to_type(ScalarType.Float32));
        var (right, stale, leaking) = (OneIteration(real, rows), OneIteration(real, rows, stale: true), OneIteration(real, rows, leaking: true));
        var (ownG, ownD) = SmallNetworks(real, rows, stale: true);
        var (atG, atD) = (Parameters(ownG), Parameters(ownD));
        List<(bool IsG, bool MovedG, bool MovedD, Tensor Input)> calls = [];
        void Note(bool isG, Tensor input) => calls.Add((isG, !Parameters(ownG).SequenceEqual(atG), !Parameters(ownD).SequenceEqual(atD), input));
        using var G = new Watched("G", ownG, RandomNumbers + Classes, asked => ownG.forward(asked[.., RandomNumbers..]).view(-1, 1, 8, 8), input => Note(true, input));
        using var D = new Watched("D", ownD, Pixels + Classes, ownD.forward, input => Note(false, input));
        using var optimizerG = new FusedAdam(ownG.parameters(), 1e-2);
        using var optimizerD = new FusedAdam(ownD.parameters(), 1e-2);

        iterate(G, D, optimizerG, optimizerD, real, rows);

        var (nowG, nowD) = (Parameters(ownG), Parameters(ownD));
        var asked = calls.Where(call => call.IsG).ToList();
        var shown = calls.Where(call => !call.IsG && !call.MovedD).Select(call => call.Input).ToList();
        var saw = $"D saw {shown.Sum(input => input.shape[0])} pairs in its step, expected among them";
        bool Shown(Tensor pictures, Tensor labels) => shown.Exists(input => Holds(input, cat([pictures.flatten(1), labels], 1)));
        if (!report.Expect(!nowD.SequenceEqual(atD), "D has moved", "D has not moved: after its loss come backward() and optimizerD.Step().")
            || !report.Expect(!nowG.SequenceEqual(atG), "G has moved", "G has not moved: what G makes in step (b) must not be detached, and after the loss come backward() and optimizerG.Step().")
            || !report.Expect(!calls.Exists(call => call.MovedG && !call.MovedD), "D's step comes first", "G has moved before D: G would learn from a D that has not yet seen what G makes now. D's step comes first.")
            || !report.Expect(asked.TrueForAll(call => call.Input.shape[0] == 1 || call.Input[.., ..RandomNumbers].std([0]).min().item<float>() > 0.1), "each picture has random numbers of its own",
                "G got the same random numbers for all pictures, expected new ones for each: randn(B, 16).")
            || !report.Expect(Shown(real, rows), "D saw real pictures with their labels", $"{saw} the {Batch} real pictures with their own labels.")
            || !report.Expect(Shown(right.Made, rows), "D saw what G makes with the labels asked for", $"{saw} the {Batch} that G makes with the labels asked for.")
            || !report.Expect(Shown(real, rows.roll(1, 0)), "D saw real pictures with other labels", $"{saw} the {Batch} real pictures with the labels of others: labels.roll(1, 0)."))
        {
            return;
        }
        if (!report.Expect(Alike(nowD, right.D), "D has made its step, and no other", Alike(nowD, stale.D) ? "D's step went along old gradients as well: ZeroGrad comes before backward."
            : "D's step leads elsewhere than the loss of task 3. Did D move in G's step too, or are two kinds of pairs swapped?"))
        {
            return;
        }
        report.Expect(Alike(nowG, right.G), "G has made its step, and no other", Alike(nowG, stale.G) || Alike(nowG, leaking.G)
            ? "G's step went along gradients that were there before, from an update before or from D's loss: optimizerG.ZeroGrad() comes before backward in step (b)."
            : "G's step leads elsewhere than the loss of task 3. Is that loss small where D takes what G makes for real?");
    });

    /// <summary>Asks a generator for digits. A classifier that was trained on real digits says which they are.</summary>
    /// <param name="trained">Gives G: 16 random numbers and a label (B, 26) to pictures (B, 1, 8, 8); null as long as there is none.</param>
    /// <exception cref="CheckFailedException">Fewer than 85 % of the pictures show the digit that was asked for, or they are all alike, or they are
    /// pictures of the database.</exception>
    public static void AskedDigits(Func<nn.Module<Tensor, Tensor>?> trained) => CheckReport.Run("Ask for a 7", report =>
    {
        var generator = trained();
        if (!report.Expect(generator is not null, "there is a G", "not done yet: there is no trained G. Solve the tasks above, then run the cell that trains."))
            return;
        manual_seed(4);
        const int Each = 100;
        using var noGrad = no_grad();
        var digits = Digits.Load();
        var asked = arange(Classes).repeat_interleave(Each);
        var made = generator!.forward(cat([randn(Classes * Each, RandomNumbers), one_hot(asked, Classes).to_type(ScalarType.Float32)], 1));
        if (!report.Expect(made.shape.SequenceEqual([Classes * Each, 1, 8, 8]), "pictures of 8x8 pixels", $"G gave {ShapeText.Of(made)}, expected ({Classes * Each}, 1, 8, 8)."))
            return;
        var (nearest, spread) = (cat([.. made.flatten(1).split(250).Select(some => cdist(some, digits.Train.Images.flatten(1)).amin([1]))]), Spread(made, asked));
        var copies = nearest.lt(1).to_type(ScalarType.Float32).mean().item<float>();
        if (!report.Expect(copies < 0.05, "they are no pictures of the database", Invariant($"{copies:P0} are copies of pictures of the database, expected under 5 %: G is to make its own.")))
            return;
        var (least, of) = (spread.argmin().item<long>(), Spread(digits.Train.Images, digits.Train.Labels!));
        var share = (spread / of)[least].item<float>();
        report.Expect(share > 0.3, "one digit has many shapes", Invariant($"all the pictures of a {least} are nearly alike: they spread {share:P0} as far as real ones, expected over 30 %. ")
            + "G has collapsed, or does not use its random numbers.");
        using var judge = ClassifierTrainer.Train(digits.Train.Images, digits.Train.Labels!, Classes);
        var hits = judge.forward(made).argmax(1).eq(asked).to_type(ScalarType.Float32).view(Classes, Each).mean([1]);
        var (all, worst) = (hits.mean().item<float>(), hits.argmin().item<long>());
        report.Expect(all >= 0.85, Invariant($"{all:P0} of 1,000 show the digit that was asked for"), Invariant($"{all:P0} of 1,000 show the digit that was asked for, expected 85 % or more; of the {worst} it is {hits[worst].item<float>():P0}. ")
            + (all < 0.25 ? "That is hardly more than guessing: does the label reach G and D, and does D see wrong pairs?" : "Look at the pictures: did the training run to its end, with the networks that passed their check?"));
    });

    /// <summary>Checks the prediction and the explanation of an experiment: what if D never sees a label?</summary>
    /// <param name="prediction">"all", "half" or "tenth", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void BlindDiscriminator(string? prediction, string? statements) => CheckReport.RunOnValues("A discriminator that sees no label", [prediction, statements], report =>
    {
        Prediction(report, prediction, "all", "half", "tenth");
        Statements(report, statements,
            ('a', true, "G learns from D alone, and to this D a good 3 is good, whatever was asked for."),
            ('b', false, "G's layers have the label as before, and in the first run the same layers obeyed."),
            ('c', true, "without its label the same real picture is shown as good and as bad: the two parts of the loss pull against each other."),
            ('d', true, "of ten digits one is the right one, and G has no reason to prefer it."),
            ('e', false, "more updates bring more of the same slope, and in this slope there is no label."));
    });

    // Shape, range, gradients, parts that count and learning of one network.
    private static void Network(CheckReport report, string name, nn.Module<Tensor, Tensor> network, int first, long[] shape, (string First, string Second) parts)
    {
        var input = cat([randn(Pixels, first), one_hot(arange(Pixels).remainder(Classes), Classes).to_type(ScalarType.Float32)], 1).requires_grad_();
        var parameters = network.named_parameters().ToList();
        if (!report.Expect(parameters.Count > 0, Invariant($"{name} has {parameters.Sum(one => one.parameter.numel()):N0} parameters"), $"{name} has no parameters that could learn: its constructor ends with RegisterComponents()."))
            return;
        var borrowed = network.modules().Append(network).FirstOrDefault(part => part.GetType().Assembly == typeof(Check).Assembly);
        if (!report.Expect(borrowed is null, $"{name} is your own", $"{name} is made of the course's {borrowed?.GetType().Name}: here the layers are yours to write."))
            return;
        var output = network.forward(input);
        var fits = output is not null && (output.shape.SequenceEqual([Pixels, .. shape]) || (shape.Length == 0 && output.shape.SequenceEqual([Pixels, 1])));
        if (!report.Expect(fits, $"{name} gives what it should", output is null ? $"{name}'s forward returned nothing." : $"for a minibatch of {Pixels}, {name} gives {ShapeText.Of(output)}, expected ({string.Join(", ", shape.Prepend(Pixels))})"
            + (shape.Length == 0 ? " or (64, 1): one number for each pair." : ": the last layer's numbers get their picture's shape with view(-1, 1, 8, 8).")))
        {
            return;
        }
        using (no_grad())
        {
            report.Expect(network.forward(input).allclose(network.forward(input)), "the same input gives the same output", $"{name} gives another output for the same input: layers are made once, in the constructor, and nothing is random in forward.");
            var far = network.forward(input * 100);
            var (low, high) = (far.min().item<float>(), far.max().item<float>());
            if (shape.Length > 0)
                report.Expect(low >= -1 && high <= 1, "pixels stay in [-1, 1]", Invariant($"pixels go from {low:G3} to {high:G3}, expected -1 to 1: tanh() at the end."));
            else
                report.Expect(low < 0 || high > 1, "scores are logits", Invariant($"all scores lie between {low:G3} and {high:G3}, expected any numbers: the sigmoid is in the loss, so leave it out here."));
            var (a, b) = (input[..32], input[32..]);
            Tensor Before(Tensor x) => shape.Length > 0 ? network.forward(x).clamp(-0.999, 0.999).atanh() : network.forward(x);
            report.Expect(!Before((a + b) / 2).allclose((Before(a) + Before(b)) / 2, rtol: 1e-2, atol: 1e-3), "it is not linear", $"{name} is linear: without relu or leaky_relu between, its layers together are a single one.");
        }
        (output! * randn_like(output!)).sum().backward();
        var idle = parameters.FirstOrDefault(one => !HasGradient(one.parameter)).name;
        report.Expect(idle is null, "gradients reach every layer", $"no gradient reaches {idle}: is this layer used in forward, and nothing detached?");
        var slope = input.grad!.abs().sum([0]);
        foreach (var (part, counts) in new[] { (parts.First, slope[..first]), (parts.Second, slope[first..]) })
            report.Expect(counts.min().item<float>() > 0, $"{name} uses the {part}", $"{counts.eq(0).sum().item<long>()} of the {counts.numel()} numbers of the {part} never change what {name} gives, expected none.");
        if (report.Findings.Any(finding => !finding.Holds))
            return;
        // Learning by heart: one random answer for each input. Every network that learns can do that.
        var (target, known) = ((rand_like(output!) * 1.6) - 0.8, input.detach());
        double Error() => (network.forward(known) - target).pow(2).mean().item<float>();
        var before = Error();
        using var optimizer = new FusedAdam(network.parameters(), 3e-3);
        for (var update = 0; update < 300; update++)
        {
            using var scope = NewDisposeScope();
            optimizer.ZeroGrad();
            (network.forward(known) - target).pow(2).mean().backward();
            optimizer.Step();
        }
        var after = Error();
        report.Expect(after < 0.5 * before, $"{name} learns", Invariant($"{name} hardly learns: asked to learn {Pixels} answers by heart, its error went from {before:G3} to {after:G3} in 300 steps, expected under {0.5 * before:G3}. ")
            + "Wider layers (64 to 256), relu or leaky_relu between them?");
    }

    // Always the same two networks. G looks at the label only: what it makes, and both steps, are then known, although the student draws the random numbers.
    // Stale ones have large gradients that point the wrong way, such as an update before leaves behind.
    private static (nn.Module<Tensor, Tensor> G, nn.Module<Tensor, Tensor> D) SmallNetworks(Tensor real, Tensor rows, bool stale)
    {
        manual_seed(4);
        var G = nn.Sequential(nn.Linear(Classes, 16), nn.LeakyReLU(0.2), nn.Linear(16, Pixels), nn.Tanh());
        var D = nn.Sequential(nn.Linear(Pixels + Classes, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1));
        if (stale)
            ((D.forward(cat([real.flatten(1), rows], 1)).mean() + D.forward(cat([G.forward(rows), rows], 1)).mean()) * 1000).backward();
        return (G, D);
    }

    // Where the small networks are after one iteration, and what G made in step (a). The right one, or one that adds to the gradients of before; one that
    // leaks adds the gradient of D's loss to G's.
    private static (float[] G, float[] D, Tensor Made) OneIteration(Tensor real, Tensor rows, bool stale = false, bool leaking = false)
    {
        var (G, D) = SmallNetworks(real, rows, stale);
        using var optimizerG = new FusedAdam(G.parameters(), 1e-2);
        using var optimizerD = new FusedAdam(D.parameters(), 1e-2);
        Tensor Score(Tensor pictures, Tensor labels) => D.forward(cat([pictures.flatten(1), labels], 1));
        var made = leaking ? G.forward(rows) : G.forward(rows).detach();
        (-logsigmoid(Score(real, rows)).mean() - ((logsigmoid(-Score(made, rows)).mean() + logsigmoid(-Score(real, rows.roll(1, 0))).mean()) / 2)).backward();
        optimizerD.Step();
        (-logsigmoid(Score(G.forward(rows), rows)).mean()).backward();
        optimizerG.Step();
        return (Parameters(G), Parameters(D), made.detach());
    }

    // Adam's first step goes by the sign of a gradient. Where it is nearly 0, rounding decides; so a few parameters may differ.
    private static bool Alike(float[] found, float[] expected) => found.Zip(expected, (a, b) => Math.Abs(a - b) < 1e-3f).Count(near => near) > 0.97 * expected.Length;

    // Whether all rows of the expected minibatch are among those that were shown: several minibatches may go through D at once.
    private static bool Holds(Tensor shown, Tensor expected) => shown.ndim == 2 && shown.shape[1] == expected.shape[1] && cdist(expected, shown).amin([1]).max().item<float>() < 1e-2;

    // How far the pictures of each class spread around their mean, (10).
    private static Tensor Spread(Tensor images, Tensor labels) => stack([.. Enumerable.Range(0, Classes).Select(one => images[labels.eq(one)].flatten(1).var([0]).sum().sqrt())]);

    // Tells what goes into a network.
    private sealed class Watched : nn.Module<Tensor, Tensor>
    {
        private readonly long size;
        private readonly Func<Tensor, Tensor> compute;
        private readonly Action<Tensor> watch;

        public Watched(string name, nn.Module network, long size, Func<Tensor, Tensor> compute, Action<Tensor> watch) : base(name)
        {
            (this.size, this.compute, this.watch) = (size, compute, watch);
            register_module("network", network);
        }

        public override Tensor forward(Tensor input)
        {
            if (input.ndim != 2 || input.shape[1] != size)
                throw new ArgumentException($"{GetName()} got {ShapeText.Of(input)}, expected (B, {size}): the label stands beside the rest.");
            watch(input.detach().clone());
            return compute(input);
        }
    }
}
