using CourseKit.Display;
using CourseKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>Trains the classifier that the metrics look through.</summary>
public static class ClassifierTrainer
{
    private const int Updates = 1500, BatchSize = 128;

    // A yardstick must not move with the experiment: the classifier comes out the same whatever seed the lecture runs with.
    private const long Seed = 20260;

    /// <summary>
    /// A classifier trained on the given images, about a second and a half for the digits. Noise on its inputs keeps it from learning
    /// the pictures by heart. torch's random numbers continue afterwards as if nothing had been drawn.
    /// </summary>
    /// <param name="images">(N, C, H, W), values in [-1, 1].</param>
    /// <param name="labels">(N) int64 in [0, classes).</param>
    /// <param name="classes">How many classes there are, also where the images show fewer.</param>
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
