using CourseKit.Display;
using CourseKit.Models;
using TorchSharp.Modules;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// What a trainer checks before it begins. A wrong setting, or a network that does not fit, is told in a sentence, and nothing has changed.
/// </summary>
internal static class TrainingCheck
{
    private const int Few = 2;

    /// <summary>Checks how many updates to make.</summary>
    public static void Updates(long updates)
    {
        if (updates < 1)
            throw new ArgumentOutOfRangeException(nameof(updates), updates, "updates: expected 1 or more.");
    }

    /// <summary>Checks Adam's step size. 0 is allowed: nothing is learnt.</summary>
    public static void LearningRate(double learningRate)
    {
        if (learningRate is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "learningRate: expected a number from 0 to 1; usual are 0.0001 to 0.01.");
    }

    /// <summary>Checks a setting that may be any finite number from <paramref name="least"/> on, such as the weight of a penalty.</summary>
    public static void Number(string name, double value, double least = 0)
    {
        if (!double.IsFinite(value) || value < least)
            throw new ArgumentOutOfRangeException(name, value, Invariant($"{name}: expected a finite number, {least} or more."));
    }

    /// <summary>Checks a decoder's variance.</summary>
    public static void Variance(string name, double variance)
    {
        if (!double.IsFinite(variance) || variance <= 0)
            throw new ArgumentOutOfRangeException(name, variance, $"{name}: expected a finite number above 0, e.g. 0.1.");
    }

    /// <summary>Checks the size of a minibatch.</summary>
    public static void BatchSize(int batchSize)
    {
        if (batchSize < 1)
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, "batchSize: expected 1 or more.");
    }

    /// <summary>Checks the size of a minibatch against the data and the networks.</summary>
    public static void BatchSize(int batchSize, Tensor images, params nn.Module[] networks)
    {
        BatchSize(batchSize);
        if (images.shape[0] < batchSize)
            throw new ArgumentException($"{images.shape[0]} images are fewer than a minibatch of {batchSize}: give more images or a smaller batchSize.", nameof(images));
        if (batchSize == 1 && networks.FirstOrDefault(network => network.modules().OfType<NormBase>().Any(layer => layer is BatchNorm1d or BatchNorm2d or BatchNorm3d)) is { } norm)
            throw new ArgumentOutOfRangeException(nameof(batchSize), batchSize, $"batchSize: {norm.GetType().Name} has batch normalisation, which needs 2 or more.");
    }

    /// <summary>Whether a tensor holds neither NaN nor infinite values.</summary>
    public static bool IsFinite(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.isfinite().all().item<bool>();
    }

    /// <summary>The largest absolute value in a tensor.</summary>
    public static float Farthest(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.abs().max().item<float>();
    }

    /// <summary>Checks points to learn from: (N, ...) float32, all finite.</summary>
    /// <param name="name">The name of the trainer's parameter.</param>
    /// <param name="points">The points.</param>
    /// <param name="areImages">Whether they are images, (N, C, H, W) in [-1, 1].</param>
    public static void Points(string name, Tensor points, bool areImages)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (points.dtype != ScalarType.Float32 || points.dim() < 2 || points.numel() == 0 || areImages && points.dim() != 4)
            throw new ArgumentException($"{name} is {points.dtype} {ShapeText.Of(points)}: expected Float32 {(areImages ? "(N, C, H, W)" : "(N, ...)")}, none of them 0.", name);
        var (low, high) = (points.min().item<float>(), points.max().item<float>());
        if (!float.IsFinite(low) || !float.IsFinite(high))
            throw new ArgumentException($"{name} holds NaN or infinite values; expected finite numbers{(areImages ? " from -1 to 1" : "")}.", name);
        if (areImages && !(low >= -1 && high <= 1))
            throw new ArgumentException(Invariant($"{name} holds values from {low} to {high}; expected -1 to 1: grey 0..255 becomes v / 127.5 - 1, and 0..1 becomes 2 * v - 1."), name);
    }

    /// <summary>
    /// Sends two inputs through a network, in evaluation mode, and checks what comes out. torch's random numbers go on as if nothing had happened.
    /// </summary>
    /// <param name="name">The trainer's name for the network, e.g. "generator".</param>
    /// <param name="network">The network.</param>
    /// <param name="input">(2, ...).</param>
    /// <param name="what">What the input is, e.g. "latent vectors".</param>
    /// <param name="expected">The shape that must come out, in words.</param>
    /// <param name="fits">Whether a shape is right.</param>
    /// <exception cref="ArgumentException">The input does not go through, or something else comes out.</exception>
    public static void Forward(string name, nn.Module<Tensor, Tensor> network, Tensor input, string what, string expected, Func<long[], bool> fits)
    {
        if (!network.parameters().Any())
            throw new ArgumentException($"The {name} ({network.GetType().Name}) has no parameters to learn: does its constructor end with RegisterComponents()?", name);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var own = new OwnRandomNumbers();
        using var mode = EvaluationMode.Of(network);
        Tensor output;
        try
        {
            output = network.forward(input);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ArgumentException($"The {name} ({network.GetType().Name}) cannot take {what} of shape {ShapeText.Of(input)}: {e.Message.Split('\n')[0].TrimEnd('.')}.", name, e);
        }
        if (output is null || !fits(output.shape))
            throw new ArgumentException($"The {name} ({network.GetType().Name}) makes {(output is null ? "nothing" : ShapeText.Of(output))} of {what} {ShapeText.Of(input)}: expected {expected}.", name);
        if (output.dtype != ScalarType.Float32 || output.device_type != input.device_type)
            throw new ArgumentException($"The {name} ({network.GetType().Name}) gives {output.dtype} on {output.device}: expected Float32 on {input.device}, as its input is.", name);
    }

    /// <summary>Checks a generator: latent vectors (B, Z) to what looks like the real images.</summary>
    public static void Generator(nn.Module<Tensor, Tensor> generator, long latentSize, Tensor images)
    {
        if (latentSize < 1)
        {
            throw new ArgumentException($"The generator ({generator.GetType().Name}) does not know how long its latent vectors are: give latentSize, e.g. latentSize: 16.",
                nameof(latentSize));
        }
        using var scope = NewDisposeScope();
        long[] expected = [Few, .. images.shape[1..]];
        Forward("generator", generator, zeros([Few, latentSize], device: images.device), "latent vectors", $"{ShapeText.Of(expected)}, as the images are",
            shape => shape.SequenceEqual(expected));
    }

    /// <summary>Checks a network that scores points: (B, ...) to (B) or (B, 1).</summary>
    public static void Scores(string name, nn.Module<Tensor, Tensor> network, Tensor points)
    {
        if (network.modules().LastOrDefault() is Sigmoid)
            throw new ArgumentException($"The {name} ({network.GetType().Name}) ends with a sigmoid. The loss takes logits and applies the sigmoid itself: leave that layer out.", name);
        using var scope = NewDisposeScope();
        var few = points.narrow(0, 0, 1).expand([Few, .. points.shape[1..]]);
        Forward(name, network, few, "a minibatch", $"({Few}), one score for each", shape => shape is [Few] or [Few, 1]);
    }

    /// <summary>Checks an auto-encoder: images to images of the same shape.</summary>
    public static void Images(string name, nn.Module<Tensor, Tensor> network, Tensor images)
    {
        using var scope = NewDisposeScope();
        var few = images.narrow(0, 0, 1).expand([Few, .. images.shape[1..]]);
        Forward(name, network, few, "images", ShapeText.Of(few), shape => shape.SequenceEqual(few.shape));
    }
}
