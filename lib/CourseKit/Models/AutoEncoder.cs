using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// Two networks in a row. The encoder squeezes an image into a code of a few numbers. The decoder makes the image again from the code.
/// Nobody prescribes the codes. The training finds them.
/// </summary>
public sealed class AutoEncoder : nn.Module<Tensor, Tensor>
{
    private readonly MlpEncoder encoder;
    private readonly MlpDecoder decoder;

    /// <param name="latentSize">Length Z of a code.</param>
    /// <param name="channels">C of the image: 1 grey, 3 colour.</param>
    /// <param name="height">H of the image in pixels.</param>
    /// <param name="width">W of the image in pixels.</param>
    public AutoEncoder(long latentSize, long channels, long height, long width) : base(nameof(AutoEncoder))
    {
        encoder = new MlpEncoder(channels * height * width, latentSize);
        decoder = new MlpDecoder(latentSize, channels, height, width);
        RegisterComponents();
    }

    /// <summary>The generator: codes (B, Z) to images (B, C, H, W).</summary>
    public MlpDecoder Decoder => decoder;

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
