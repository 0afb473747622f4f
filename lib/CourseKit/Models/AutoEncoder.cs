using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// Two networks in a row. The encoder squeezes an image into a code of a few numbers. The decoder makes the image again from the code.
/// Nobody prescribes the codes. The training finds them. The two networks may be any.
/// </summary>
public sealed class AutoEncoder : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> encoder, decoder;

    /// <param name="latentSize">Length Z of a code.</param>
    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="height">H of the image in pixels.</param>
    /// <param name="width">W of the image in pixels.</param>
    public AutoEncoder(long latentSize, long channels, long height, long width)
        : this(new MlpEncoder(channels * height * width, latentSize), new MlpDecoder(latentSize, channels, height, width)) { }

    /// <param name="encoder">Images (B, C, H, W) to codes (B, Z).</param>
    /// <param name="decoder">Codes to images.</param>
    public AutoEncoder(nn.Module<Tensor, Tensor> encoder, nn.Module<Tensor, Tensor> decoder) : base(nameof(AutoEncoder))
    {
        (this.encoder, this.decoder) = (encoder, decoder);
        RegisterComponents();
    }

    /// <summary>The generator: codes (B, Z) to images (B, C, H, W).</summary>
    public nn.Module<Tensor, Tensor> Decoder => decoder;

    /// <summary>The codes (B, Z) of images (B, C, H, W).</summary>
    public Tensor Encode(Tensor images) => encoder.forward(images);

    /// <summary>Encodes and decodes images, (B, C, H, W) to the same shape.</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    public override Tensor forward(Tensor images)
    {
        using var codes = Encode(images);
        return decoder.forward(codes);
    }
}
