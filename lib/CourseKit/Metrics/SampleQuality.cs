using CourseKit.Data;
using CourseKit.Display;
using CourseKit.Models;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Metrics;

/// <summary>
/// Measures generated images. Is a classifier confident about them? Are their features distributed like those of real images? Do all classes occur?
/// Are the images new, or copies of training images?
/// </summary>
public sealed class SampleQuality : IDisposable
{
    // Each image is compared with every training image. More of them would take long and change the share little.
    private const long MostCompared = 2000;
    private static readonly Scalar Sure = 0.9f;
    private readonly ImageClassifier classifier;
    private readonly Tensor train, heldOutFeatures;
    private readonly Scalar copyDistance;

    /// <param name="data">
    /// Labelled images. The classifier is trained on the training part, and generated images are compared with this part to find copies. The Frechet
    /// distance is measured to the held-out part. For the part of MNIST that ships, the classifier ships too, so that all machines measure with the same.
    /// </param>
    /// <exception cref="ArgumentException">The images have no labels.</exception>
    public SampleQuality(DataSplit data)
    {
        if (data.Train.Labels is not { } labels || data.HeldOut.Labels is not { } heldOutLabels)
            throw new ArgumentException($"{data.Train.Name} has no labels: a classifier to measure with needs them.", nameof(data));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        classifier = ShippedJudge.For(data.Train) ?? ClassifierTrainer.Train(data.Train.Images, labels, data.Train.ClassNames.Count);
        train = data.Train.Images.flatten(1).DetachFromDisposeScope();                       // (N, C*H*W)
        heldOutFeatures = classifier.Features(data.HeldOut.Images).DetachFromDisposeScope(); // (M, 64)
        var heldOut = data.HeldOut.Images.narrow(0, 0, Math.Min(data.HeldOut.Count, MostCompared));
        var nearest = NearestTraining(heldOut);
        copyDistance = quantile(nearest, tensor(0.05f)).item<float>();
        FrechetFloor = DistanceOf(classifier.Features(data.Train.Images));
        Real = Measure(heldOut, nearest) with { FrechetDistance = FrechetFloor };
        ClassifierAccuracy = Mean(classifier.forward(data.HeldOut.Images).argmax(1) == heldOutLabels);
    }

    /// <summary>Share of the held-out images that the classifier labels correctly.</summary>
    public double ClassifierAccuracy { get; }

    /// <summary>
    /// The Frechet distance between as many training images as are held out and the held-out images. The classifier
    /// has learnt from the training images, so a generator that is as good as the data may come closer.
    /// </summary>
    public double FrechetFloor { get; }

    /// <summary>The figures of held-out real images, at most 2,000. The Frechet distance is <see cref="FrechetFloor"/>.</summary>
    public QualityReport Real { get; }

    /// <summary>Measures a set of images.</summary>
    /// <param name="samples">(B, C, H, W) in [-1, 1]; B a few thousand, and for the Frechet distance at least the number of held-out images.
    /// The first 2,000 are compared with the training images.</param>
    /// <exception cref="ArgumentException">The images are not of the size of the data, or hold NaN or infinite values.</exception>
    public QualityReport Measure(Tensor samples)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (samples.dim() < 2 || samples.numel() == 0 || samples.numel() / samples.shape[0] != train.shape[1])
            throw new ArgumentException($"The images are {ShapeText.Of(samples)}: expected {train.shape[1]} numbers for each, as the data has.", nameof(samples));
        if (!TrainingCheck.IsFinite(samples))
            throw new ArgumentException("The images hold NaN or infinite values: the training has diverged. Begin anew with a lower learning rate.", nameof(samples));
        return Measure(samples, NearestTraining(samples.narrow(0, 0, Math.Min(samples.shape[0], MostCompared))));
    }

    private QualityReport Measure(Tensor samples, Tensor nearest)
    {
        var features = classifier.Features(samples);                                 // (B, 64)
        var (confidence, classes) = nn.functional.softmax(classifier.forward(samples), 1).max(1); // (B), (B)
        var counts = classes.bincount(null, classifier.Classes).cpu().data<long>();
        return new QualityReport(
            Confident: Mean(confidence > Sure),
            FrechetDistance: DistanceOf(features),
            ClassShares: [.. counts.Select(count => (double)count / samples.shape[0])],
            Copies: Mean(nearest < copyDistance));
    }

    /// <summary>Releases the classifier and the tensors. The images of the data set stay.</summary>
    public void Dispose()
    {
        classifier.Dispose();
        heldOutFeatures.Dispose();
        train.Dispose();
        copyDistance.Dispose();
    }

    // The distance shrinks with the number of images. So it is measured with one number, that of the held-out images, and averaged over as many draws as
    // there are images for. Fewer images seem farther away than they are.
    private double DistanceOf(Tensor features)
    {
        var size = heldOutFeatures.shape[0];
        return features.shape[0] < size ? FrechetDistance.Between(features, heldOutFeatures)
            : features.split(size).Where(draw => draw.shape[0] == size).Average(draw => FrechetDistance.Between(draw, heldOutFeatures));
    }

    // Euclidean distance of each image to the nearest training image, (B). Works in chunks, because all distances at once are B x N numbers.
    private Tensor NearestTraining(Tensor images) =>
        cat([.. images.flatten(1).split(256).Select(chunk => cdist(chunk, train).amin([1]))]);

    private static double Mean(Tensor flags) => flags.to_type(ScalarType.Float64).mean().item<double>();
}
