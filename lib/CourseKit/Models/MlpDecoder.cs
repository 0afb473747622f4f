using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>The second half of an auto-encoder. It is a generator: it takes a code and gives an image. It mirrors <see cref="MlpEncoder"/>.</summary>
public sealed class MlpDecoder : nn.Module<Tensor, Tensor>, IGenerator
{
    private readonly Linear fc1, fc2, fc3;

    /// <param name="latentSize">Length Z of a code.</param>
    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="height">H of the image in pixels.</param>
    /// <param name="width">W of the image in pixels.</param>
    public MlpDecoder(long latentSize, long channels, long height, long width) : base(nameof(MlpDecoder))
    {
        LatentSize = latentSize;
        ImageShape = [channels, height, width];
        fc1 = nn.Linear(latentSize, 128);
        fc2 = nn.Linear(128, 256);
        fc3 = nn.Linear(256, channels * height * width);
        RegisterComponents();
    }

    /// <summary>Length Z of a code.</summary>
    public long LatentSize { get; }

    /// <summary>(C, H, W) of the images it gives.</summary>
    public IReadOnlyList<long> ImageShape { get; }

    /// <summary>A batch of codes from the standard normal distribution, shape (B, Z).</summary>
    public Tensor SampleLatent(long batch) => randn(batch, LatentSize, device: fc1.weight.device);

    /// <summary>Images for codes.</summary>
    /// <param name="codes">(B, Z).</param>
    /// <returns>(B, C, H, W), values in [-1, 1].</returns>
    public override Tensor forward(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var h = nn.functional.silu(fc1.forward(codes)); // (B, 128)
        h = nn.functional.silu(fc2.forward(h));         // (B, 256)
        var images = tanh(fc3.forward(h));              // (B, C*H*W)
        return images.view([codes.shape[0], .. ImageShape]).MoveToOuterDisposeScope();
    }
}
