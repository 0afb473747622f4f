using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// The lecture's generator: a network that takes a vector and gives an image. It has three hidden layers with batch normalisation
/// (Ioffe and Szegedy, 2015), and tanh at the end. Batch normalisation helps to keep the generator from giving the same picture for every vector.
/// A generator with only two hidden layers makes more samples that look like a mixture of two digits.
/// </summary>
public class MlpGenerator : nn.Module<Tensor, Tensor>, IGenerator
{
    private readonly Linear fc1, fc2, fc3, fc4;
    private readonly BatchNorm1d bn1, bn2, bn3;

    /// <param name="latentSize">Length Z of the latent vector.</param>
    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="height">H of the image in pixels.</param>
    /// <param name="width">W of the image in pixels.</param>
    /// <param name="hidden">Width of the hidden layers.</param>
    public MlpGenerator(long latentSize, long channels, long height, long width, long hidden = 256) : base(nameof(MlpGenerator))
    {
        LatentSize = latentSize;
        ImageShape = [channels, height, width];
        fc1 = nn.Linear(latentSize, hidden);
        bn1 = nn.BatchNorm1d(hidden);
        fc2 = nn.Linear(hidden, hidden);
        bn2 = nn.BatchNorm1d(hidden);
        fc3 = nn.Linear(hidden, hidden);
        bn3 = nn.BatchNorm1d(hidden);
        fc4 = nn.Linear(hidden, channels * height * width);
        RegisterComponents();
    }

    /// <summary>Length Z of the latent vector that this generator takes.</summary>
    public long LatentSize { get; }

    /// <summary>(C, H, W) of the images it gives.</summary>
    public IReadOnlyList<long> ImageShape { get; }

    /// <summary>A batch of latent vectors from the standard normal distribution, shape (B, Z).</summary>
    public Tensor SampleLatent(long batch) => randn(batch, LatentSize, device: fc1.weight.device);

    /// <summary>
    /// Computes the running statistics of batch normalisation again from one large batch. A generator whose weights were changed from outside needs
    /// this. Afterwards the network is in evaluation mode.
    /// </summary>
    /// <param name="latent">(B, Z), at least about a thousand vectors.</param>
    public void TakeStatistics(Tensor latent) => EvaluationMode.TakeStatistics(this, latent);

    /// <summary>Images for latent vectors.</summary>
    /// <param name="latent">(B, Z).</param>
    /// <returns>(B, C, H, W), values in [-1, 1].</returns>
    public override Tensor forward(Tensor latent)
    {
        using var scope = NewDisposeScope();
        var h = nn.functional.relu(bn1.forward(fc1.forward(latent))); // (B, hidden)
        h = nn.functional.relu(bn2.forward(fc2.forward(h)));          // (B, hidden)
        h = nn.functional.relu(bn3.forward(fc3.forward(h)));          // (B, hidden)
        var values = fc4.forward(h).view([latent.shape[0], .. ImageShape]);
        return Head(values).MoveToOuterDisposeScope();                // (B, C, H, W)
    }

    /// <summary>Turns the last layer's numbers into pixels.</summary>
    /// <param name="values">(B, C, H, W), any values.</param>
    /// <returns>(B, C, H, W), values in [-1, 1].</returns>
    protected virtual Tensor Head(Tensor values) => values.tanh();
}
