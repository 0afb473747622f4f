using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

/// <summary>Networks and images small enough that hundreds of updates take a moment.</summary>
internal static class SmallGan
{
    // Bright above, dark below, no two alike, none of it drawn from torch's random numbers; kept for the life of the process, as the trainer does not own them.
    private static readonly Tensor Images = MakeImages();

    public static MlpGenerator Generator() => new(4, 1, 4, 4, hidden: 16);

    public static MlpDiscriminator Discriminator() => new(1, 4, 4, hidden: 16);

    /// <summary>The other network with this one's parameters, buffers and mode.</summary>
    public static T CopiedInto<T>(this T network, T other) where T : nn.Module
    {
        other.load_state_dict(network.state_dict());
        other.train(network.training);
        return other;
    }

    public static GanTrainer Trainer(double learningRate = 1e-2, double r1 = 1) =>
        new(Generator(), Discriminator(), Images, batchSize: 8, learningRate, r1);

    private static Tensor MakeImages()
    {
        using var scope = NewDisposeScope();
        var bright = tensor(new[] { 0.8f, 0.8f, -0.8f, -0.8f }).view(1, 1, 4, 1);
        return (bright + arange(640).to_type(ScalarType.Float32).sin().view(40, 1, 4, 4) * tensor(0.2f)).DetachFromDisposeScope();
    }
}
