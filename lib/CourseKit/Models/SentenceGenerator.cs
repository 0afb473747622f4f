using CourseKit.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// The lecture's other generator: it eats a vector and gives a sentence, as a matrix of one-hot rows. Only the last step differs from the
/// one that gives images. Choosing the symbol with the largest logit has no gradient, so the way forward takes the arg-max and the way
/// back pretends that it had been the softmax (straight-through; Bengio et al., 2013).
/// </summary>
public sealed class SentenceGenerator : MlpGenerator
{
    private static readonly Scalar One = 1;
    private readonly SentenceCode code;

    /// <param name="latentSize">Length Z of the latent vector.</param>
    /// <param name="code">Characters or words: the L positions and V symbols of a sentence.</param>
    /// <param name="hidden">Width of the hidden layers.</param>
    public SentenceGenerator(long latentSize, SentenceCode code, long hidden = 256)
        : base(latentSize, 1, code.Length, code.Symbols.Count, hidden) => this.code = code;

    /// <summary>Sentences for latent vectors, as text.</summary>
    /// <param name="latent">(B, Z).</param>
    /// <returns>B sentences, or what comes out where one should be.</returns>
    public IReadOnlyList<string> Write(Tensor latent)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return code.Decode(forward(latent));
    }

    /// <summary>The symbol with the largest logit at each position; the gradient is that of the softmax.</summary>
    /// <param name="values">Logits, (B, 1, L, V).</param>
    /// <returns>(B, 1, L, V), each row with a single 1, else 0.</returns>
    protected override Tensor Head(Tensor values) => StraightThrough(values);

    /// <summary>One-hot rows forward, the softmax backward.</summary>
    /// <param name="logits">(..., V).</param>
    /// <returns>(..., V), each row with a single 1, else 0.</returns>
    public static Tensor StraightThrough(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var chosen = nn.functional.one_hot(logits.argmax(-1), logits.shape[^1]).to_type(logits.dtype);
        if (logits.requires_grad)
        {
            var soft = logits.softmax(-1);
            chosen = chosen.add(soft.add(soft.detach().neg(), One), One); // the bracket is exactly 0 and has the softmax's gradient
        }
        return chosen.MoveToOuterDisposeScope();
    }

    private protected override MlpGenerator Fresh(long hidden) => new SentenceGenerator(LatentSize, code, hidden);
}
