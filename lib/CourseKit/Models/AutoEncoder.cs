using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// Two networks in a row: the encoder squeezes an image into a code of a few numbers, the decoder makes the image of the code again. Nobody
/// says what the codes should be; they are found in training.
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

    /// <summary>The images as they come back, (B, C, H, W) to the same shape.</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    public override Tensor forward(Tensor images)
    {
        using var codes = Encode(images);
        return decoder.forward(codes);
    }
}
