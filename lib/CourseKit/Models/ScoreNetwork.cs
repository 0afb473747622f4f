using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Models;

/// <summary>
/// A discriminator to be climbed on: it eats points of any shape and gives one number each, and its surface is smooth (SiLU; Elfwing et
/// al., 2018). On the flat facets of a ReLU network the slope would say nothing of where the facet ends.
/// </summary>
public sealed class ScoreNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1, fc2, fc3;

    /// <param name="values">Numbers in a point: C*H*W of an image, 2 in the plane.</param>
    /// <param name="hidden">Width of the two hidden layers.</param>
    public ScoreNetwork(long values, long hidden = 256) : base(nameof(ScoreNetwork))
    {
        fc1 = nn.Linear(values, hidden);
        fc2 = nn.Linear(hidden, hidden);
        fc3 = nn.Linear(hidden, 1);
        RegisterComponents();
    }

    /// <summary>A second network of the same shape with the same parameters.</summary>
    public ScoreNetwork Copy()
    {
        var copy = new ScoreNetwork(fc1.weight.shape[1], fc1.weight.shape[0]);
        copy.load_state_dict(state_dict());
        copy.to(fc1.weight.device);
        return copy;
    }

    /// <summary>Scores for points.</summary>
    /// <param name="points">(B, ...), images in [-1, 1].</param>
    /// <returns>Logits, shape (B): above 0 looks real, below 0 looks made up; sigmoid of it is a probability.</returns>
    public override Tensor forward(Tensor points)
    {
        using var scope = NewDisposeScope();
        var h = silu(fc1.forward(points.flatten(1)));               // (B, hidden)
        h = silu(fc2.forward(h));                                   // (B, hidden)
        return fc3.forward(h).squeeze(1).MoveToOuterDisposeScope(); // (B)
    }
}
