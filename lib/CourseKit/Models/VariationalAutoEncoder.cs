using CourseKit.Display;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// The variational auto-encoder (Kingma and Welling, 2014). The encoder gives a code m and a log-scale s for each number of the code.
/// In training, the decoder gets m + exp(s) * e, where e is standard normal noise. The decoder must make the image again in spite of the noise. Encoder and decoder
/// may be any two networks.
/// </summary>
public sealed class VariationalAutoEncoder : nn.Module<Tensor, Tensor>
{
    // These scalars live as long as the program. The garbage collector can take a temporary scalar while native code still reads it.
    private static readonly Scalar One = 1, MinusOne = -1, Half = 0.5, Two = 2;

    private readonly nn.Module<Tensor, Tensor> encoder, decoder;

    /// <param name="latentSize">Length Z of a code.</param>
    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="height">H of the image in pixels.</param>
    /// <param name="width">W of the image in pixels.</param>
    public VariationalAutoEncoder(long latentSize, long channels, long height, long width)
        : this(new MlpEncoder(channels * height * width, 2 * latentSize), new MlpDecoder(latentSize, channels, height, width)) { }

    /// <param name="encoder">Images (B, C, H, W) to m and s side by side, (B, 2Z).</param>
    /// <param name="decoder">Codes (B, Z) to images.</param>
    public VariationalAutoEncoder(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder) : base(nameof(VariationalAutoEncoder))
    {
        (this.encoder, this.decoder) = (encoder, decoder);
        RegisterComponents();
    }

    /// <summary>The generator: codes (B, Z) to images (B, C, H, W). Random codes are standard normal.</summary>
    public nn.Module<Tensor, Tensor> Decoder => decoder;

    /// <summary>Encodes images (B, C, H, W). Gives the code m and the log-scale s, each (B, Z). exp(s) is the noise's standard deviation.</summary>
    /// <exception cref="InvalidOperationException">The encoder does not give (B, 2Z).</exception>
    public (Tensor Mean, Tensor LogScale) Encode(Tensor images)
    {
        using var both = encoder.forward(images); // (B, 2Z)
        if (both.shape is not [_, var numbers] || numbers % 2 != 0)
            throw new InvalidOperationException($"the encoder gives {ShapeText.Of(both)}; expected (B, 2Z), the code m and the log-scale s side by side");
        var halves = both.chunk(2, 1);
        return (halves[0], halves[1]);
    }

    /// <summary>m + exp(s) * e with fresh noise e, (B, Z).</summary>
    public static Tensor Disturb(Tensor mean, Tensor logScale)
    {
        using var scope = NewDisposeScope();
        return mean.add(logScale.exp() * randn_like(mean), One).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The exact Kullback-Leibler divergence of the codes m + exp(s) * e from the standard normal distribution, in nats:
    /// the sum over the Z numbers of (exp(2s) + m^2 - 1 - 2s) / 2. The lecture's exp(s) - (1 + s) + m^2 is twice this value, because
    /// the lecture's s is the logarithm of the variance (here 2s), and the lecture leaves out the factor 1/2.
    /// </summary>
    /// <param name="mean">m, (B, Z).</param>
    /// <param name="logScale">s, (B, Z).</param>
    /// <returns>(B), at least 0.</returns>
    public static Tensor Divergence(Tensor mean, Tensor logScale)
    {
        using var scope = NewDisposeScope();
        var logVariance = logScale.mul(Two);
        var terms = logVariance.exp().add(mean * mean, One).add(logVariance, MinusOne).sub(One); // (B, Z)
        return terms.sum(1).mul(Half).MoveToOuterDisposeScope();
    }

    /// <summary>Encodes images and decodes the codes m without noise, (B, C, H, W) to the same shape.</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    public override Tensor forward(Tensor images)
    {
        using var scope = NewDisposeScope();
        return decoder.forward(Encode(images).Mean).MoveToOuterDisposeScope();
    }
}
