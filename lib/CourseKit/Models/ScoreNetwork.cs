using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Models;

/// <summary>
/// A discriminator whose score points can climb. It gives one number for each point, and a point can have any shape. Its activation is SiLU (Elfwing
/// et al., 2018), because the score is then smooth. A ReLU network is linear in pieces, and its slope does not tell where a piece ends.
/// </summary>
public sealed class ScoreNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1, fc2, fc3;

    /// <param name="values">How many numbers a point has: C*H*W for an image, 2 in the plane.</param>
    /// <param name="hidden">Width of the two hidden layers.</param>
    public ScoreNetwork(long values, long hidden = 256) : base(nameof(ScoreNetwork))
    {
        fc1 = nn.Linear(values, hidden);
        fc2 = nn.Linear(hidden, hidden);
        fc3 = nn.Linear(hidden, 1);
        RegisterComponents();
    }

    /// <summary>Scores for points.</summary>
    /// <param name="points">(B, ...), images in [-1, 1].</param>
    /// <returns>Logits, shape (B). Above 0 a point looks real, below 0 it looks made up. The sigmoid of a logit is a probability.</returns>
    public override Tensor forward(Tensor points)
    {
        using var scope = NewDisposeScope();
        var h = silu(fc1.forward(points.flatten(1)));               // (B, hidden)
        h = silu(fc2.forward(h));                                   // (B, hidden)
        return fc3.forward(h).squeeze(1).MoveToOuterDisposeScope(); // (B)
    }
}
