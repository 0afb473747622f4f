using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>The two networks at one moment of the training.</summary>
/// <param name="Update">The number of updates before the snapshot.</param>
/// <param name="Images">The averaged generator's images for the trainer's fixed latent batch, (B, C, H, W) in [-1, 1].</param>
/// <param name="Discriminator">A copy of the discriminator's parameters and buffers, by name.</param>
public sealed record GanSnapshot(long Update, Tensor Images, Dictionary<string, Tensor> Discriminator);
