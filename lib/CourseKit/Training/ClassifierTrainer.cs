using CourseKit.Display;
using CourseKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>Trains the classifier for the metrics. They compare the features of generated and of real images.</summary>
public static class ClassifierTrainer
{
    private const int Updates = 1500, BatchSize = 128;

    // The metrics of two runs can be compared only if they use the same classifier. So this seed does not depend on the lecture's seed.
    private const long Seed = 20260;

    /// <summary>
    /// Trains a classifier on the images. This takes about 1.5 seconds for the digits. Noise on the inputs reduces overfitting.
    /// On the CPU, torch's random numbers continue afterwards as if the training had drawn none.
    /// </summary>
    /// <param name="images">(N, C, H, W), values in [-1, 1].</param>
    /// <param name="labels">(N) int64 in [0, classes).</param>
    /// <param name="classes">The number of classes, even if the images show fewer.</param>
    /// <returns>The classifier in evaluation mode.</returns>
    /// <exception cref="OperationCanceledException">The user has stopped the notebook cell.</exception>
    public static ImageClassifier Train(Tensor images, Tensor labels, long classes)
    {
        using var own = new OwnRandomNumbers();
        manual_seed(Seed);
        return Learn(images, labels, classes);
    }

    private static ImageClassifier Learn(Tensor images, Tensor labels, long classes)
    {
        using var grad = enable_grad();
        var classifier = new ImageClassifier(images.numel() / images.shape[0], classes);
        using var optimizer = new FusedAdam(classifier.parameters());
        using Scalar noise = 0.3;
        for (var update = 0; update < Updates; update++)
        {
            NotebookHost.ThrowIfStopped();
            using var scope = NewDisposeScope();
            optimizer.LearningRate = 2e-3 * (1 - (double)update / Updates);
            var rows = randint(images.shape[0], [BatchSize]);
            var minibatch = images.index_select(0, rows); // (B, C, H, W)
            minibatch = minibatch.add(randn_like(minibatch), noise);
            optimizer.ZeroGrad();
            nn.functional.cross_entropy(classifier.forward(minibatch), labels.index_select(0, rows)).backward();
            optimizer.Step();
        }
        classifier.eval();
        return classifier;
    }
}
