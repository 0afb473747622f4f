using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>The two networks at one moment of their chase.</summary>
/// <param name="Update">After how many updates.</param>
/// <param name="Images">What the averaged generator makes of the trainer's fixed latent batch, (B, C, H, W) in [-1, 1].</param>
/// <param name="Discriminator">A copy of the discriminator's parameters and buffers, by name.</param>
public sealed record GanSnapshot(long Update, Tensor Images, Dictionary<string, Tensor> Discriminator);
