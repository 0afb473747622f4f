using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>The first half of an auto-encoder: a network that takes an image and gives a few numbers.</summary>
public sealed class MlpEncoder : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1, fc2, fc3;

    /// <param name="values">C*H*W of the images.</param>
    /// <param name="outputs">How many numbers the encoder gives for an image.</param>
    public MlpEncoder(long values, long outputs) : base(nameof(MlpEncoder))
    {
        fc1 = nn.Linear(values, 256);
        fc2 = nn.Linear(256, 128);
        fc3 = nn.Linear(128, outputs);
        RegisterComponents();
    }

    /// <summary>Encodes images.</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    /// <returns>(B, outputs), any values.</returns>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        var h = nn.functional.silu(fc1.forward(images.flatten(1))); // (B, 256)
        h = nn.functional.silu(fc2.forward(h));                     // (B, 128)
        return fc3.forward(h).MoveToOuterDisposeScope();            // (B, outputs)
    }
}
