using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// A convolutional discriminator, <see cref="ConvGenerator"/> backwards: each block halves the side and doubles the channels, until 4x4 pixels are left
/// and become one number. It has no batch normalisation, because the score of an image must not depend on the other images of its minibatch: the penalty
/// R1 is about the slope of each score for itself.
/// </summary>
public sealed class ConvDiscriminator : nn.Module<Tensor, Tensor>
{
    // The scalar is static, because the garbage collector could free a temporary one while native code still reads it.
    private static readonly Scalar Slope = 0.2;
    private readonly ModuleList<Conv2d> blocks = [];
    private readonly Linear last;

    /// <param name="size">Side S of the image in pixels: a power of two, from 8 on.</param>
    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="width">Channels of the first block.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is no power of two, or below 8.</exception>
    public ConvDiscriminator(int size = 64, long channels = 3, long width = 64) : base(nameof(ConvDiscriminator))
    {
        ConvGenerator.CheckSize(size);
        var wide = width;
        blocks.Add(nn.Conv2d(channels, width, 4, stride: 2, padding: 1));
        for (var side = size / 2; side > 4; side /= 2, wide *= 2)
            blocks.Add(nn.Conv2d(wide, wide * 2, 4, stride: 2, padding: 1));
        last = nn.Linear(wide * 4 * 4, 1);
        RegisterComponents();
    }

    /// <summary>Scores for images.</summary>
    /// <param name="images">(B, C, S, S), values in [-1, 1].</param>
    /// <returns>
    /// Logits, shape (B). Above 0 an image looks real, below 0 it looks generated. The sigmoid of a logit is the probability that the image is real.
    /// </returns>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var h = images;
        foreach (var block in blocks)
            h = block.forward(h).leaky_relu(Slope);                            // (B, width, S / 2, S / 2), ... (B, W, 4, 4), W = width * S / 8
        return last.forward(h.flatten(1)).squeeze(1).MoveToOuterDisposeScope(); // (B)
    }
}
