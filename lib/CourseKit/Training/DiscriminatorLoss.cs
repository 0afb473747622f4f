using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Training;

/// <summary>What every discriminator of the lecture learns by, whoever makes its bad examples.</summary>
internal static class DiscriminatorLoss
{
    /// <summary>
    /// The penalty needs a second derivative, the dearest part of the step: it is taken at every fourth update with four times the weight
    /// (lazy regularisation; Karras et al., 2020).
    /// </summary>
    public const int PenaltyEvery = 4;

    // For the life of the program: TorchSharp's `a + b` and `square()` make a temporary scalar at every call, which the garbage collector may
    // take away while native code reads it.
    private static readonly Scalar One = 1, Two = 2;

    /// <summary>Binary cross-entropy: -log sigmoid(x) is the cost of calling x made up, -log sigmoid(-x) that of calling it real.</summary>
    /// <param name="real">D's logits for real points, (B).</param>
    /// <param name="made">D's logits for made-up ones, (B).</param>
    public static Tensor Of(Tensor real, Tensor made) => -(logsigmoid(real).mean().add(logsigmoid(-made).mean(), One));

    /// <summary>The loss with the R1 penalty on top (Mescheder et al., 2018): the squared length of D's gradient at each real point, summed over the minibatch.</summary>
    /// <param name="loss">The loss without it.</param>
    /// <param name="logits">D's logits for the real points, (B).</param>
    /// <param name="real">The real points, which take a gradient, (B, ...).</param>
    /// <param name="weight">Of the penalty, already times <see cref="PenaltyEvery"/>.</param>
    public static Tensor Penalised(Tensor loss, Tensor logits, Tensor real, Scalar weight) =>
        loss.add(autograd.grad([logits.sum()], [real], retain_graph: true, create_graph: true)[0].pow(Two).sum() * weight, One);
}
