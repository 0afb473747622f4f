using System.Diagnostics;
using CourseKit.Display;
using CourseKit.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>Trains plain and variational auto-encoders to give an output that is like the input.</summary>
public static class AutoEncoderTrainer
{
    private const int BatchSize = 64, ReportEvery = 10;
    private const double LearningRate = 1e-3;

    // These scalars live as long as the program. The garbage collector can take a temporary scalar while native code still reads it.
    private static readonly Scalar One = 1, MinusOne = -1, Two = 2;

    /// <summary>Trains a plain auto-encoder. The loss is the squared difference between a picture and its decoded picture.</summary>
    /// <param name="network">The network that learns.</param>
    /// <param name="images">(N, C, H, W), values in [-1, 1].</param>
    /// <param name="updates">How many minibatches of 64.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="cancel">Stops after the update in progress. The network keeps what it has learnt.</param>
    /// <returns>The reports of every tenth update and of the last one.</returns>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public static IReadOnlyList<AutoEncoderProgress> Train(AutoEncoder network, Tensor images, int updates,
        IProgress<AutoEncoderProgress>? progress = null, CancellationToken cancel = default) =>
        Run(network.parameters(), images, updates, (minibatch, _) =>
        {
            var error = Error(network.forward(minibatch), minibatch);
            return (error, error, null);
        }, progress, cancel);

    /// <summary>
    /// Trains a variational auto-encoder. The loss is the squared difference divided by twice the decoder's variance, plus the exact divergence of the
    /// codes from the standard normal distribution. The variance is the squared error that a pixel may have. With a large variance the divergence
    /// matters more: the codes of pictures overlap, so neighbouring codes give similar pictures. With a small variance the pictures must be sharp.
    /// </summary>
    /// <param name="network">The network that learns.</param>
    /// <param name="images">(N, C, H, W), values in [-1, 1].</param>
    /// <param name="updates">How many minibatches of 64.</param>
    /// <param name="variance">The decoder's variance at the start, above 0.</param>
    /// <param name="finalVariance">The decoder's variance in the last update, above 0. Each update changes the variance by the same factor. null
    /// keeps the variance constant.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="cancel">Stops after the update in progress. The network keeps what it has learnt.</param>
    /// <returns>The reports of every tenth update and of the last one.</returns>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    public static IReadOnlyList<AutoEncoderProgress> Train(VariationalAutoEncoder network, Tensor images, int updates,
        double variance, double? finalVariance = null, IProgress<AutoEncoderProgress>? progress = null, CancellationToken cancel = default)
    {
        var fall = (finalVariance ?? variance) / variance;
        return Run(network.parameters(), images, updates, (minibatch, done) =>
        {
            using Scalar precision = 1 / (2 * variance * Math.Pow(fall, done));
            var (mean, logScale) = network.Encode(minibatch);
            var error = Error(network.Decoder.forward(VariationalAutoEncoder.Disturb(mean, logScale)), minibatch);
            var divergence = VariationalAutoEncoder.Divergence(mean, logScale).mean();
            return (error.mul(precision).add(divergence, One), error, divergence);
        }, progress, cancel);
    }

    private static List<AutoEncoderProgress> Run(IEnumerable<Parameter> parameters, Tensor images, int updates,
        Func<Tensor, double, (Tensor Loss, Tensor Error, Tensor? Divergence)> lossOf,
        IProgress<AutoEncoderProgress>? progress, CancellationToken cancel)
    {
        using var optimizer = new FusedAdam(parameters, LearningRate);
        var history = new List<AutoEncoderProgress>();
        var clock = Stopwatch.StartNew();
        for (var update = 1; update <= updates; update++)
        {
            cancel.ThrowIfCancellationRequested();
            NotebookHost.ThrowIfStopped();
            using var scope = NewDisposeScope();
            // In the second half the learning rate falls, because smaller steps reduce the error further.
            optimizer.LearningRate = LearningRate * Math.Min(1, 2.0 * (updates - update + 1) / updates);
            var minibatch = images.index_select(0, randint(images.shape[0], [BatchSize])); // (64, C, H, W)
            optimizer.ZeroGrad();
            var (loss, error, divergence) = lossOf(minibatch, (double)update / updates);
            loss.backward();
            optimizer.Step();
            if (update % ReportEvery != 0 && update != updates)
                continue;
            history.Add(new(update, updates, error.item<float>(), divergence?.item<float>() ?? 0, clock.Elapsed));
            progress?.Report(history[^1]);
        }
        return history;
    }

    // The squared difference is summed over the pixels. The result is the mean over the minibatch.
    private static Tensor Error(Tensor made, Tensor images) => made.add(images, MinusOne).pow(Two).flatten(1).sum(1).mean();
}
