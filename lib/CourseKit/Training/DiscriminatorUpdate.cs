using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Training;

/// <summary>
/// The update of a discriminator D. It is the same wherever the made-up points come from. The loss is binary cross-entropy plus the R1
/// penalty (Mescheder et al., 2018): r1 / 2 times the squared length of D's gradient at a real point, as the mean over the minibatch.
/// </summary>
internal sealed class DiscriminatorUpdate : IDisposable
{
    // The penalty needs a second derivative, which is the most expensive part of the step. So the loss has the penalty only at every fourth update,
    // with four times the weight (lazy regularisation; Karras et al., 2020).
    private const int PenaltyEvery = 4;

    // These scalars live as long as the program. TorchSharp's `a + b` and `square()` make a temporary scalar at every call. The garbage collector
    // may take a temporary scalar away while native code reads it.
    private static readonly Scalar One = 1, Two = 2;

    private readonly nn.Module<Tensor, Tensor> discriminator;
    private readonly FusedAdam optimizer;
    private readonly Scalar? penaltyWeight;
    private bool? scoresEachAlone;
    private long updates;

    /// <param name="discriminator">D: points (B, ...) to logits (B).</param>
    /// <param name="optimizer">The optimizer of D's parameters.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="r1">Weight of the penalty; 0 for none.</param>
    public DiscriminatorUpdate(nn.Module<Tensor, Tensor> discriminator, FusedAdam optimizer, long batchSize, double r1)
    {
        (this.discriminator, this.optimizer) = (discriminator, optimizer);
        penaltyWeight = r1 > 0 ? r1 / 2 * PenaltyEvery / batchSize : null;
    }

    /// <summary>D learns to score real points high and made-up points low.</summary>
    /// <param name="real">(B, ...).</param>
    /// <param name="made">(B, ...). The network that made these points gets no gradients.</param>
    /// <returns>The loss without the penalty, and D's logits (B) for both kinds of points, before the update.</returns>
    public (Tensor Loss, Tensor RealLogits, Tensor MadeLogits) Run(Tensor real, Tensor made)
    {
        using var scope = NewDisposeScope();
        optimizer.ZeroGrad();
        var penalty = updates++ % PenaltyEvery == 0 ? penaltyWeight : null;
        real = real.detach().requires_grad_(penalty is not null);
        made = made.detach();
        var (realLogits, madeLogits) = penalty is null && (scoresEachAlone ??= ScoresEachAlone(real, made)) ? AtOnce(real, made)
            : (discriminator.forward(real), discriminator.forward(made));
        // Binary cross-entropy: a real point with logit x costs -log sigmoid(x), and a made-up point costs -log sigmoid(-x).
        var loss = -logsigmoid(realLogits).mean().add(logsigmoid(-madeLogits).mean(), One);
        (penalty is null ? loss : loss.add(SquaredSlope(realLogits, real) * penalty, One)).backward();
        optimizer.Step();
        return scope.MoveToOuter(loss.detach(), realLogits.detach(), madeLogits.detach());
    }

    /// <summary>The state of the updates in a checkpoint.</summary>
    public void Exchange(TrainingState state)
    {
        updates = state.Number("penalties", updates);
        var alone = state.Number("scores each alone", scoresEachAlone is { } known ? known ? 1 : 0 : -1);
        scoresEachAlone = alone < 0 ? null : alone == 1;
    }

    /// <summary>Releases the weight of the penalty. D and the optimizer stay.</summary>
    public void Dispose() => penaltyWeight?.Dispose();

    private (Tensor RealLogits, Tensor MadeLogits) AtOnce(Tensor real, Tensor made)
    {
        var logits = discriminator.forward(cat([real, made])); // (2B)
        return (logits.narrow(0, 0, real.shape[0]), logits.narrow(0, real.shape[0], made.shape[0]));
    }

    /// <summary>
    /// Tests whether the score of a point is independent of the other points in the minibatch. If so, real and made-up points can go through D
    /// together, which is faster. With batch normalisation or dropout, the scores are not independent.
    /// </summary>
    private bool ScoresEachAlone(Tensor real, Tensor made)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var frozen = Freeze.Of(discriminator, check: false);
        var (realLogits, madeLogits) = AtOnce(real, made);
        return realLogits.allclose(discriminator.forward(real), 1e-3, 1e-4) && madeLogits.allclose(discriminator.forward(made), 1e-3, 1e-4);
    }

    private static Tensor SquaredSlope(Tensor logits, Tensor points) =>
        autograd.grad([logits.sum()], [points], retain_graph: true, create_graph: true)[0].pow(Two).sum();
}
