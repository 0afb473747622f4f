using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// The lecture's discriminator: a network that takes an image and gives one number. A higher number means that the image looks more real.
/// </summary>
public sealed class MlpDiscriminator : nn.Module<Tensor, Tensor>
{
    // The scalar is static, because the garbage collector could free a temporary one while native code still reads it.
    private static readonly Scalar Slope = 0.2;
    private readonly Linear fc1, fc2, fc3;

    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="height">H of the image in pixels.</param>
    /// <param name="width">W of the image in pixels.</param>
    /// <param name="hidden">Width of the two hidden layers.</param>
    public MlpDiscriminator(long channels, long height, long width, long hidden = 256) : base(nameof(MlpDiscriminator))
    {
        fc1 = nn.Linear(channels * height * width, hidden);
        fc2 = nn.Linear(hidden, hidden);
        fc3 = nn.Linear(hidden, 1);
        RegisterComponents();
    }

    /// <summary>Scores for images.</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    /// <returns>
    /// Logits, shape (B). Above 0 an image looks real, below 0 it looks generated. The sigmoid of a logit is the probability that the image is real.
    /// </returns>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var h = fc1.forward(images.flatten(1)).leaky_relu(Slope); // (B, hidden)
        h = fc2.forward(h).leaky_relu(Slope);                     // (B, hidden)
        return fc3.forward(h).squeeze(1).MoveToOuterDisposeScope(); // (B)
    }
}
