using static System.FormattableString;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Exercises;

// Lecture 8.
public static partial class Check
{
    /// <summary>Checks the probability that the best possible discriminator gives: p / (p + q), from the logarithms of the two densities.</summary>
    /// <param name="judge">Takes log p (B) and log q (B) at B places. Gives probabilities (B).</param>
    /// <exception cref="CheckFailedException">The function gives something else.</exception>
    public static void PerfectJudge(Func<Tensor, Tensor, Tensor> judge) => CheckReport.Run("A perfect judge", report =>
    {
        manual_seed(18);
        var (p, q) = (randn(Batch) - 1, randn(Batch) - 1);
        var expected = (p - q).sigmoid();
        var found = judge(p, q);
        string Told(string misconception) => found is not { ndim: > 0 } || found.numel() == 0 ? misconception
            : Invariant($"{misconception} (found {found.flatten()[0].to_type(ScalarType.Float32).item<float>():G4} for the first, expected {expected[0].item<float>():G4}).");
        Each(report, found, expected, Batch, "it is p / (p + q)",
            ((q - p).sigmoid(), Told("that is the share of the made points, q / (p + q)")),
            (p - q, Told("that is the score, the logarithm of p / q: the probability comes from its sigmoid")),
            ((p - q).exp(), Told("that is p / q: how many real points there are to one made point")),
            (p / (p + q), Told("these are logarithms of densities, not densities")),
            (p.exp(), Told("that is p alone: it matters how many made points come to the same place")));
        var far = judge(full(Batch, -2000f), full(Batch, -2001f));
        var value = far is { } one && one.numel() == Batch ? one[0].to_type(ScalarType.Float32).item<float>() : float.NaN;
        report.Expect(Math.Abs(value - 0.7311) < 1e-3, "it stays right where both densities are too small for the machine",
            Invariant($"far out, at log p = -2000 and log q = -2001, found {value:G4}, expected 0.7311: exp(-2000) is 0 to the machine, and 0 / 0 no number. What is the score there?"));
    });

    /// <summary>Checks the two losses of the generator, as functions of D's scores of what it made.</summary>
    /// <param name="saturating">Takes scores (B), before any sigmoid. Gives the mean of log(1 - d).</param>
    /// <param name="nonSaturating">Takes scores (B), before any sigmoid. Gives the mean of -log d.</param>
    /// <exception cref="CheckFailedException">A function gives something else.</exception>
    public static void GeneratorLosses(Func<Tensor, Tensor> saturating, Func<Tensor, Tensor> nonSaturating) => CheckReport.Run("Two losses of G", report =>
    {
        manual_seed(19);
        var scores = randn(Batch) - 1;
        float Number(Tensor one) => one.to_type(ScalarType.Float32).mean().item<float>();
        void One(string name, Tensor? found, float expected, float other)
        {
            string Told(string misconception) => found?.numel() == 1 ? Invariant($"{misconception} (found {Number(found):G4}, expected {expected:G4}).") : misconception;
            Value(report, found, expected, name,
                (-expected, Told("it has the wrong sign")),
                (other, Told("that is the other of the two")),
                (-other, Told("that is the other of the two, with the wrong sign")),
                (expected * Batch, Told("it is the sum: take the mean, or the step size hangs on the size of the minibatch")));
        }
        var (low, high) = (Number(logsigmoid(-scores)), -Number(logsigmoid(scores)));
        One("the saturating loss is mean log(1 - d)", saturating(scores), low, high);
        One("the non-saturating loss is -mean log d", nonSaturating(scores), high, low);
        void Stays(string name, Tensor? found, double score, double expected) => report.Expect(found?.numel() != 1 || Near(Number(found), expected), $"{name} stays a number however sure D is",
            Invariant($"at the score {score}, {name} is {Number(found!):G4}, expected {expected}: 1 - sigmoid(200) is 0 to the machine. logsigmoid knows how to compute it."));
        Stays("the saturating loss", saturating(full(4, 200f)), 200, -200);
        Stays("the non-saturating loss", nonSaturating(full(4, -200f)), -200, 200);
    });

    /// <summary>Checks three numbers: the slopes of the two losses with respect to D's score, where D gives a made point the probability 0.01.</summary>
    /// <param name="saturating">The slope of log(1 - d).</param>
    /// <param name="nonSaturating">The slope of -log d.</param>
    /// <param name="times">How many times the second is as steep as the first.</param>
    /// <exception cref="CheckFailedException">A number is wrong.</exception>
    public static void LossSlopes(double? saturating, double? nonSaturating, double? times) => CheckReport.RunOnValues("Two slopes", [saturating, nonSaturating, times], report =>
    {
        void Number(string name, double? found, double expected, params IReadOnlyList<(double Value, string Misconception)> mistakes) => report.Expect(
            found is { } value && Math.Abs(value - expected) <= 0.005 * Math.Abs(expected), Invariant($"{name} is {expected}"), found is null ? $"{name} is not answered yet."
            : Invariant($"{name}: found {found:G4}, expected another number: ") + (mistakes.FirstOrDefault(mistake => Math.Abs(found.Value - mistake.Value) <= 0.005 * Math.Abs(mistake.Value)).Misconception
                ?? "let autograd measure it at the score log(0.01 / 0.99)."));
        Number(nameof(saturating), saturating, -0.01, (0.01, "does this loss rise or fall when the score rises?"), (-0.99, "which of the two losses is nearly flat where D is sure?"),
            (-1 / 0.99, "that is the slope with respect to the probability, not to the score."));
        Number(nameof(nonSaturating), nonSaturating, -0.99, (0.99, "does this loss rise or fall when the score rises?"), (-0.01, "which of the two losses is nearly flat where D is sure?"),
            (-100, "that is the slope with respect to the probability, not to the score."));
        Number(nameof(times), times, 99, (1 / 99.0, "the other way round."));
    });

    /// <summary>Checks the count of clumps of real points in which there are made points.</summary>
    /// <param name="live">Takes made points (M, 2), the middles of the clumps (K, 2), how far a clump reaches, and the least share of the made
    /// points that a living clump has. Gives a count.</param>
    /// <exception cref="CheckFailedException">The function counts something else.</exception>
    public static void LivingClumps(Func<Tensor, Tensor, double, double, int> live) => CheckReport.Run("Clumps that live", report =>
    {
        manual_seed(20);
        var middles = tensor(new[,] { { 0f, 0 }, { 4, 0 }, { 0, 4 }, { 4, 4 }, { -4, 2 } });
        Tensor Around(int clump, int count) => middles[clump] + (rand(count, 2) - 0.5) * 0.2;
        void Counts(string what, Tensor made, int expected, string why)
        {
            var found = live(made, middles, 0.5, 0.05);
            report.Expect(found == expected, $"{what}: {expected}", $"{what}: found {found}, expected {expected}; {why}");
        }
        Counts("100 points in each of five clumps", cat([.. Enumerable.Range(0, 5).Select(clump => Around(clump, 100))]), 5, "is every middle looked at?");
        Counts("all 200 points in one clump", Around(2, 200), 1, "count clumps, not points.");
        Counts("no point near a middle", full(200, 2, 2f), 0, "a point belongs to a clump only within the given distance.");
        Counts("two clumps, and 4 % of the points in a third", cat([Around(0, 50), Around(1, 46), Around(3, 4)]), 2, "a clump with less than the least share does not live.");
        Counts("two clumps, and 6 % of the points in a third", cat([Around(0, 50), Around(1, 44), Around(3, 6)]), 3, "it is the share of all made points that counts.");
        Counts("points at (0.4, 0.4) from a middle", middles[1] + full(50, 2, 0.4f), 0, "the distance is the root of the sum of squares, 0.57, and the clump reaches to 0.5.");
    });

    /// <summary>Checks two counts about a training that does not learn: what its step (b) does to the six tensors of D.</summary>
    /// <param name="moved">How many of D's tensors step (b) changes.</param>
    /// <param name="left">In how many of D's tensors a gradient of step (b) still counts in the next step (a).</param>
    /// <exception cref="CheckFailedException">A count is wrong.</exception>
    public static void Diagnosis(int? moved, int? left) => CheckReport.RunOnValues("What is the matter?", [moved, left], report =>
    {
        void Count(string name, int? found, int expected, string how) => report.Expect(found == expected, $"{name} is {expected}",
            found is null ? $"{name} is not answered yet." : $"{name}: found {found}, the patient shows another number: {how}");
        Count(nameof(moved), moved, 0, "compare D's fingerprints before and after step (b) alone.");
        Count(nameof(left), left, 6, "look at D's gradients after step (b), and at what step (a) does with them before it computes its own.");
    });

    /// <summary>Checks a training loop: on a ring of eight that stands elsewhere, made points must come to at least six of the eight clumps.</summary>
    /// <param name="train">Takes G from latent vectors (B, 2) to points (B, 2), D from points (B, 2) to scores (B), a function that draws a minibatch
    /// of real points of the given size, and the number of iterations.</param>
    /// <exception cref="CheckFailedException">The loop does not train the two networks.</exception>
    public static void RepairedLoop(Action<nn.Module<Tensor, Tensor>, nn.Module<Tensor, Tensor>, Func<int, Tensor>, int> train) => CheckReport.Run("The patient, cured", report =>
    {
        manual_seed(21);
        using var G = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2));
        using var D = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1), nn.Flatten(0));
        var angles = (arange(8) + 0.5) * (Math.PI / 4);
        var middles = stack([angles.cos(), angles.sin()], 1).to_type(ScalarType.Float32);
        var (atG, atD, drawn) = (Parameters(G), Parameters(D), 0L);
        train(G, D, count =>
        {
            drawn++;
            return middles.index_select(0, randint(8, [count])) + randn(count, 2) * 0.05;
        }, 800);
        report.Expect(drawn >= 800, "D saw real points in each iteration", $"real points were drawn {drawn} times, expected at least once in each of 800 iterations.");
        report.Expect(!atG.SequenceEqual(Parameters(G)), "G has moved", "G has not moved: is there a step (b), and does its gradient reach G?");
        report.Expect(!atD.SequenceEqual(Parameters(D)), "D has moved", "D has not moved: is there a step (a)?");
        var shares = cdist(G.forward(randn(1000, 2)), middles).lt(0.15).to_type(ScalarType.Float32).mean([0]);
        var alive = shares.ge(1 / 64.0).sum().item<long>();
        report.Expect(alive >= 6, $"{alive} of eight clumps live", $"found {alive} of eight clumps alive after 800 iterations, expected 6 or more.");
    });
}
