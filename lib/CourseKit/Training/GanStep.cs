using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Training;

/// <summary>
/// One iteration of the lecture's algorithm, for any two networks: (a) fix G and update D so that real images score high and generated ones low;
/// (b) fix D and update G so that G's images score high. The loss is the non-saturating one (Goodfellow et al., 2014). G does not change in
/// step (a), so its images serve in step (b) too: <c>var made = G.forward(latent); step.UpdateDiscriminator(real, made);
/// step.UpdateGenerator(made);</c>.
/// </summary>
public sealed class GanStep : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> discriminator;
    private readonly FusedAdam optimizerG, optimizerD;
    private readonly DiscriminatorUpdate update;

    /// <param name="generator">G: latent vectors (B, Z) to images (B, C, H, W).</param>
    /// <param name="discriminator">D: images to logits (B).</param>
    /// <param name="batchSize">B.</param>
    /// <param name="learningRate">Adam's step size for both networks.</param>
    /// <param name="r1">Weight of a penalty on D's gradient at the real images (R1; Mescheder et al., 2018). The penalty makes the training stable.
    /// 0 means no penalty.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public GanStep(nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator, long batchSize, double learningRate = 1e-3, double r1 = 1)
    {
        TrainingCheck.Number(nameof(r1), r1);
        this.discriminator = discriminator;
        optimizerG = new FusedAdam(generator.parameters(), learningRate, beta1: 0.5, beta2: 0.99) { Network = "generator" };
        optimizerD = new FusedAdam(discriminator.parameters(), learningRate, beta1: 0.5, beta2: 0.99) { Network = "discriminator" };
        update = new DiscriminatorUpdate(discriminator, optimizerD, batchSize, r1);
    }

    /// <summary>Adam's step size for both networks. It may be changed between updates.</summary>
    public double LearningRate
    {
        get => optimizerD.LearningRate;
        set => optimizerD.LearningRate = optimizerG.LearningRate = value;
    }

    /// <summary>Step (a): G is fixed, and D learns to score real images high and G's images low.</summary>
    /// <param name="real">A minibatch of real images, (B, C, H, W).</param>
    /// <param name="generated">Images that G made from random vectors, (B, C, H, W).</param>
    /// <returns>The loss without the penalty, and D's logits (B) for the real and for the generated minibatch, before the update.</returns>
    /// <exception cref="TrainingDivergedException">A gradient of D is not finite. D has not changed.</exception>
    public (Tensor Loss, Tensor RealLogits, Tensor GeneratedLogits) UpdateDiscriminator(Tensor real, Tensor generated) => update.Run(real, generated);

    /// <summary>Step (b): D is fixed, and G learns to make images that score high.</summary>
    /// <param name="generated">Images that G made from random vectors after its last update, (B, C, H, W). They must carry gradients back to G.</param>
    /// <returns>The loss before the update.</returns>
    /// <exception cref="TrainingDivergedException">A gradient of G is not finite. G has not changed.</exception>
    public Tensor UpdateGenerator(Tensor generated)
    {
        using var scope = NewDisposeScope();
        using var frozen = Freeze.Of(discriminator, check: false); // D's parameters need no gradients here; no check, because only G's optimiser makes a step
        optimizerG.ZeroGrad();
        var loss = -logsigmoid(discriminator.forward(generated)).mean();
        loss.backward();
        optimizerG.Step();
        return loss.detach().MoveToOuterDisposeScope();
    }

    /// <summary>The state of the step in a checkpoint.</summary>
    internal void Exchange(TrainingState state)
    {
        state.Optimizer("optimizer of G", optimizerG);
        state.Optimizer("optimizer of D", optimizerD);
        update.Exchange(state);
    }

    /// <summary>Releases the optimisers. The networks stay.</summary>
    public void Dispose()
    {
        update.Dispose();
        optimizerG.Dispose();
        optimizerD.Dispose();
    }
}
