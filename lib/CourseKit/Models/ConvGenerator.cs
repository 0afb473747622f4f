using System.Numerics;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Models;

/// <summary>
/// A convolutional generator (Radford et al., 2016). A vector becomes a coarse picture of 4x4 pixels with many channels. Each block doubles the side and
/// halves the channels by a transposed convolution. Its kernel of 4 is a multiple of its stride of 2, so that each pixel is made of equally many numbers:
/// otherwise the picture shows a checkerboard.
/// </summary>
public sealed class ConvGenerator : nn.Module<Tensor, Tensor>, IGenerator
{
    private readonly Linear first;
    private readonly BatchNorm2d firstNorm;
    private readonly ModuleList<ConvTranspose2d> blocks = [];
    private readonly ModuleList<BatchNorm2d> norms = [];
    private readonly ConvTranspose2d last;
    private readonly long widest;

    /// <param name="size">Side S of the image in pixels: a power of two, from 8 on.</param>
    /// <param name="latentSize">Length Z of the latent vector.</param>
    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="width">Channels of the last hidden block. With 64 and 64 pixels, G and D have 3.3 and 2.8 million parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is no power of two, or below 8.</exception>
    public ConvGenerator(int size = 64, long latentSize = 64, long channels = 3, long width = 64) : base(nameof(ConvGenerator))
    {
        CheckSize(size);
        LatentSize = latentSize;
        widest = width * size / 8;
        first = nn.Linear(latentSize, widest * 4 * 4, hasBias: false);
        firstNorm = nn.BatchNorm2d(widest);
        for (var wide = widest; wide > width; wide /= 2)
        {
            blocks.Add(nn.ConvTranspose2d(wide, wide / 2, 4, stride: 2, padding: 1, bias: false));
            norms.Add(nn.BatchNorm2d(wide / 2));
        }
        last = nn.ConvTranspose2d(width, channels, 4, stride: 2, padding: 1);
        RegisterComponents();
    }

    /// <summary>Length Z of the latent vector that this generator takes.</summary>
    public long LatentSize { get; }

    /// <summary>Images for latent vectors.</summary>
    /// <param name="latent">(B, Z).</param>
    /// <returns>(B, C, S, S), values in [-1, 1].</returns>
    public override Tensor forward(Tensor latent)
    {
        using var scope = NewDisposeScope();
        var h = first.forward(latent).view(-1, widest, 4, 4);     // (B, W, 4, 4), W = width * S / 8
        h = relu(firstNorm.forward(h));
        foreach (var (block, norm) in blocks.Zip(norms))
            h = relu(norm.forward(block.forward(h)));              // (B, W / 2, 8, 8), ... (B, width, S / 2, S / 2)
        return last.forward(h).tanh().MoveToOuterDisposeScope();  // (B, C, S, S)
    }

    internal static void CheckSize(int size)
    {
        if (size < 8 || !BitOperations.IsPow2(size))
            throw new ArgumentOutOfRangeException(nameof(size), size, "size: expected a power of two from 8 on, such as 32 or 64.");
    }
}
