using CourseKit.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// The lecture's generator of sentences: it takes a vector and gives a sentence, as a matrix of one-hot rows. Only the last step differs from the
/// generator of images. The forward pass takes the arg-max of the logits. The arg-max has no useful gradient, so the backward pass uses the gradient
/// of the softmax (straight-through; Bengio et al., 2013).
/// </summary>
public sealed class SentenceGenerator : MlpGenerator
{
    private static readonly Scalar One = 1;
    private readonly SentenceCode code;

    /// <param name="latentSize">Length Z of the latent vector.</param>
    /// <param name="code">How a sentence becomes symbols, either characters or words. It determines L, the number of positions, and V, the number of symbols.</param>
    /// <param name="hidden">Width of the hidden layers.</param>
    public SentenceGenerator(long latentSize, SentenceCode code, long hidden = 256)
        : base(latentSize, 1, code.Length, code.Symbols.Count, hidden) => this.code = code;

    /// <summary>Sentences for latent vectors, as text.</summary>
    /// <param name="latent">(B, Z).</param>
    /// <returns>B texts. A text need not be a sentence of the grammar.</returns>
    public IReadOnlyList<string> Write(Tensor latent)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return code.Decode(forward(latent));
    }

    /// <summary>Chooses the symbol with the largest logit at each position. The backward pass uses the gradient of the softmax.</summary>
    /// <param name="values">Logits, (B, 1, L, V).</param>
    /// <returns>(B, 1, L, V). Each row has a single 1 and is 0 elsewhere.</returns>
    protected override Tensor Head(Tensor values) => StraightThrough(values);

    /// <summary>Gives one-hot rows in the forward pass and the softmax's gradient in the backward pass.</summary>
    /// <param name="logits">(..., V).</param>
    /// <returns>(..., V). Each row has a single 1 and is 0 elsewhere.</returns>
    public static Tensor StraightThrough(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var chosen = nn.functional.one_hot(logits.argmax(-1), logits.shape[^1]).to_type(logits.dtype);
        if (logits.requires_grad)
        {
            var soft = logits.softmax(-1);
            chosen = chosen.add(soft.add(soft.detach().neg(), One), One); // the added term is 0 and has the softmax's gradient
        }
        return chosen.MoveToOuterDisposeScope();
    }
}
