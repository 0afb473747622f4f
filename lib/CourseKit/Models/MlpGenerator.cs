using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// The lecture's generator: a network that eats a vector and gives an image. Three hidden layers with batch normalisation
/// (Ioffe and Szegedy, 2015), which keeps a generator from giving the same picture for every vector, and tanh at the end. With two
/// layers the way from one digit to the next is longer, so that more samples fall between them.
/// </summary>
public class MlpGenerator : nn.Module<Tensor, Tensor>
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

    /// <summary>Length Z of the latent vector this generator eats.</summary>
    public long LatentSize { get; }

    /// <summary>(C, H, W) of the images it gives.</summary>
    public IReadOnlyList<long> ImageShape { get; }

    /// <summary>A second generator of the same shape with the same parameters and buffers, in the same mode (training or evaluation).</summary>
    public MlpGenerator Copy()
    {
        var copy = Fresh(fc1.weight.shape[0]);
        copy.load_state_dict(state_dict());
        copy.to(fc1.weight.device);
        copy.train(training);
        return copy;
    }

    /// <summary>A batch of latent vectors from the standard normal distribution, shape (B, Z).</summary>
    public Tensor SampleLatent(long batch) => randn(batch, LatentSize, device: fc1.weight.device);

    /// <summary>
    /// Takes the statistics of batch normalisation anew, from one large batch, and leaves the network in evaluation mode: weights that are an
    /// average of others give other activations than any of those, so the statistics recorded in training are not theirs.
    /// </summary>
    /// <param name="latent">(B, Z), some thousand vectors.</param>
    public void TakeStatistics(Tensor latent)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        bn1.momentum = bn2.momentum = bn3.momentum = 1;
        train();
        forward(latent);
        bn1.momentum = bn2.momentum = bn3.momentum = 0.1;
        eval();
    }

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

    /// <summary>What turns the last layer's numbers into pixels.</summary>
    /// <param name="values">(B, C, H, W), any size.</param>
    /// <returns>(B, C, H, W).</returns>
    protected virtual Tensor Head(Tensor values) => values.tanh();

    /// <summary>A generator of the same kind and shape with parameters of its own.</summary>
    private protected virtual MlpGenerator Fresh(long hidden) => new(LatentSize, ImageShape[0], ImageShape[1], ImageShape[2], hidden);
}
