using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Exercises;

// Lecture 2. The checks run the student's step on small networks. The generator makes the same picture for every latent vector. So the right loss is
// known, although the step draws its vectors at random.
public static partial class Check
{
    private const int Batch = 8;
    private const string Stale = "gradients of the update before were still there and were added to: ZeroGrad comes before backward.";

    /// <summary>Checks the shapes in a GAN for colour images 12 pixels high and 10 wide, with latent vectors of 20 numbers and a minibatch of 32.</summary>
    /// <param name="latent">The shape of G's input.</param>
    /// <param name="images">The shape of G's output, which is D's input.</param>
    /// <param name="logits">The shape of D's output.</param>
    /// <exception cref="CheckFailedException">A shape is wrong.</exception>
    public static void ShapesOfAGan(long[]? latent, long[]? images, long[]? logits) => CheckReport.RunOnValues("Shapes", [latent, images, logits], report =>
    {
        Shape(report, nameof(latent), latent, [32, 20], ([20], "that is one vector: the first number is always that of the minibatch."), ([20, 32], "the minibatch comes first."));
        Shape(report, nameof(images), images, [32, 3, 12, 10], ([32, 12, 10, 3], "torch puts the channels before height and width."),
            ([32, 3, 10, 12], "height comes before width."), ([32, 360], "those are the numbers of an image in a row; G gives it its shape back."));
        Shape(report, nameof(logits), logits, [32], ([32, 1], "one number an image, without a dimension of its own: D squeezes it."), ([1], "each image of the minibatch gets a score."));
    });

    /// <summary>Checks step (a) of the algorithm: G is fixed, D learns to tell real images from generated ones.</summary>
    /// <param name="step">Takes G, D, D's optimizer and a minibatch of real images (B, C, H, W); updates D once and returns the loss before the
    /// update.</param>
    /// <exception cref="CheckFailedException">The step does something else.</exception>
    public static void DiscriminatorStep(Func<MlpGenerator, MlpDiscriminator, FusedAdam, Tensor, Tensor> step) => CheckReport.Run("The discriminator's step", report =>
    {
        manual_seed(1);
        using var G = SmallGenerator();
        using var D = new MlpDiscriminator(1, 4, 4, hidden: 16);
        var real = rand(Batch, 1, 4, 4) * 2 - 1;
        var made = G.forward(G.SampleLatent(Batch)).detach();
        Tensor Loss(Func<Tensor, Tensor> reduce) => -(reduce(logsigmoid(D.forward(real))) + reduce(logsigmoid(-D.forward(made))));
        var (expected, sum) = (Loss(x => x.mean()).item<float>(), Loss(x => x.sum()).item<float>());
        Tensor Right() => D.forward(real).mean() - D.forward(made).mean();
        var apart = Right().item<float>();
        // Leaves a large gradient in D, as an earlier update does. It points the wrong way, so that D becomes worse if the step does not clear it.
        (Right() * 1000).backward();
        var (atG, atD, stale) = (Parameters(G), Parameters(D), Steepest(D));

        using var optimizer = new FusedAdam(D.parameters(), 1e-2);
        var loss = step(G, D, optimizer, real);

        report.Expect(!G.parameters().Any(HasGradient), "G got no gradient", "G's gradients were computed too: detach the fake batch, G is fixed in this step.");
        report.Expect(atG.SequenceEqual(Parameters(G)), "G stayed as it was", "G has moved: in this step only D learns. Which parameters did you change?");
        if (report.Expect(!atD.SequenceEqual(Parameters(D)), "D has moved", "D has not moved: after the loss come backward() and then the optimizer's Step()."))
        {
            report.Expect(Right().item<float>() > apart, "D now tells real from generated better than before", Steepest(D) > stale / 2 ? Stale
                : "D has become worse at telling real from generated: are the two labels swapped?");
        }
        Value(report, loss, expected, "the loss is -mean log sigmoid(D(x)) - mean log sigmoid(-D(G(z)))",
            (sum, "it is the sum over the minibatch: take the mean, or the step size hangs on the batch size."),
            (expected / 2, "it is half of what it should be: the two parts are added, not averaged."),
            (logsigmoid(D.forward(real)).mean().item<float>(), "it has the wrong sign: log sigmoid is negative, and a loss is to become small."));
    });

    /// <summary>Checks step (b) of the algorithm: D is fixed, G learns to make images that score high.</summary>
    /// <param name="step">Takes G, D, G's optimizer and the batch size B; updates G once and returns the loss before the update.</param>
    /// <exception cref="CheckFailedException">The step does something else.</exception>
    public static void GeneratorStep(Func<MlpGenerator, MlpDiscriminator, FusedAdam, long, Tensor> step) => CheckReport.Run("The generator's step", report =>
    {
        manual_seed(2);
        using var G = SmallGenerator();
        using var D = new MlpDiscriminator(1, 4, 4, hidden: 16);
        Tensor Logits() => D.forward(G.forward(G.SampleLatent(Batch)));
        var logits = Logits().detach();
        var (expected, saturating) = (-logsigmoid(logits).mean().item<float>(), logsigmoid(-logits).mean().item<float>());
        var score = logits.mean().item<float>();
        (Logits().mean() * 1000).backward(); // leaves a large gradient in G, as an earlier update does; it points the wrong way
        var (atG, atD, stale) = (Parameters(G), Parameters(D), Steepest(G));

        using var optimizer = new FusedAdam(G.parameters(), 1e-2);
        var loss = step(G, D, optimizer, Batch);

        report.Expect(atD.SequenceEqual(Parameters(D)), "D stayed as it was", "D has moved: in this step only G learns. Step G's optimizer, not D's.");
        if (report.Expect(!atG.SequenceEqual(Parameters(G)), "G has moved",
            "G has not moved: no gradient came through to it, or no Step() was made. Here the fake batch must not be detached."))
        {
            report.Expect(Logits().mean().item<float>() > score, "what G makes now scores higher than before", Steepest(G) > stale / 2 ? Stale
                : "what G makes scores lower than before: G has learnt what D should, to be told apart.");
        }
        Value(report, loss, expected, "the loss is -mean log sigmoid(D(G(z)))",
            (saturating, "it is log(1 - D(G(z))), which is nearly flat as long as D wins: G would hardly learn at the start. Use -log D(G(z))."),
            (-expected, "it has the wrong sign: log sigmoid is negative, and a loss is to become small."),
            (expected * Batch, "it is the sum over the minibatch: take the mean, or the step size hangs on the batch size."));
    });

    /// <summary>Checks one iteration of the algorithm: first D's step, then G's step.</summary>
    /// <param name="iterate">Takes the two steps, in the order D, G, and calls them.</param>
    /// <exception cref="CheckFailedException">The steps are called in another order or number.</exception>
    public static void Iteration(Action<Action, Action> iterate) => CheckReport.Run("One iteration", report =>
    {
        var calls = "";
        iterate(() => calls += "D", () => calls += "G");
        report.Expect(calls == "DG", "D's step, then G's", calls switch
        {
            "" => "neither step was called: write `stepD();`, with the brackets.",
            "GD" => "you updated G before D: G would learn from a D that has not yet seen what G makes now.",
            "D" or "G" => $"only {calls} was updated: an iteration has a step for each of the two.",
            _ => $"the steps came in the order {string.Join(", ", calls.Take(12))}: an iteration is one step of D, then one of G.",
        });
    });

    /// <summary>Checks the prediction and the explanation of an experiment: what happens to a discriminator if the generator never learns?</summary>
    /// <param name="prediction">"up", "down" or "stays", written before the run.</param>
    /// <param name="statements">The letters of the statements that hold.</param>
    /// <exception cref="CheckFailedException">There is no prediction, or the explanation is wrong. A wrong prediction is allowed.</exception>
    public static void LonelyDiscriminator(string? prediction, string? statements) => CheckReport.RunOnValues("A discriminator alone", [prediction, statements], report =>
    {
        Prediction(report, prediction, "up", "down", "stays");
        Statements(report, statements,
            ('a', true, "nobody answers D, so it parts the two kinds further and further."),
            ('b', false, "2 log 2 = 1.39 is the loss of a D that can only guess; this one hardly errs."),
            ('c', true, "-log D falls steeply where D is near 0, log(1 - D) is flat there: that is why G's loss is the first."),
            ('d', false, "nothing updates G: its pictures are as bad at the end as at the start."));
    });

    // The largest absolute value in the gradients of all parameters; 0 if there are no gradients.
    private static float Steepest(nn.Module module) =>
        module.parameters().Select(parameter => parameter.grad).OfType<Tensor>().Select(gradient => gradient.abs().max().item<float>()).DefaultIfEmpty().Max();

    private static MlpGenerator SmallGenerator()
    {
        var generator = new MlpGenerator(4, 1, 4, 4, hidden: 16);
        using var noGrad = no_grad();
        using var last = generator.named_parameters().Last(entry => entry.parameter.ndim == 2).parameter.zero_();
        return generator;
    }
}
