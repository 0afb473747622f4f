using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>Images of the averaged generator, and the discriminator's parameters, at one moment of the training.</summary>
/// <param name="Update">The number of updates so far.</param>
/// <param name="Images">The averaged generator's images for the same 256 latent vectors in every snapshot, (256, C, H, W) in [-1, 1].</param>
/// <param name="Discriminator">A copy of the discriminator's parameters and buffers, by name.</param>
public sealed record GanSnapshot(long Update, Tensor Images, Dictionary<string, Tensor> Discriminator);
