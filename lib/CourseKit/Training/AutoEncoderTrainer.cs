using CourseKit.Display;
using CourseKit.Models;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>Trains plain and variational auto-encoders to give an output that is like the input.</summary>
public static class AutoEncoderTrainer
{
    private const int BatchSize = 64;
    private const double LearningRate = 1e-3;

    // These scalars live as long as the program. The garbage collector can take a temporary scalar while native code still reads it.
    private static readonly Scalar One = 1, MinusOne = -1, Two = 2;

    /// <summary>Trains a plain auto-encoder. The loss is the squared difference between a picture and its decoded picture.</summary>
    /// <param name="network">The network that learns: images to images of the same shape, such as an <see cref="AutoEncoder"/> of any two networks.</param>
    /// <param name="images">(N, C, H, W), values in [-1, 1].</param>
    /// <param name="updates">How many minibatches of 64.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="checkpoint">The file to save the state in and to go on from; null for none.</param>
    /// <param name="cancel">Stops after the update in progress. The network keeps what it has learnt.</param>
    /// <returns>The reports of every tenth update and of the last one.</returns>
    /// <exception cref="ArgumentException">A setting is out of its range, the images are not in [-1, 1], or the network does not fit them.</exception>
    /// <exception cref="Files.TensorFileException">The checkpoint is damaged. Nothing has changed.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    /// <exception cref="TrainingDivergedException">A gradient is not finite. The network is as it was before this update.</exception>
    public static IReadOnlyList<AutoEncoderProgress> Train(nn.Module<Tensor, Tensor> network, Tensor images, int updates,
        IProgress<AutoEncoderProgress>? progress = null, Checkpoint? checkpoint = null, CancellationToken cancel = default) =>
        network is VariationalAutoEncoder ? throw new ArgumentException("A variational auto-encoder learns with a variance: Train(network, images, updates, variance: 0.2).", nameof(network))
        : Run.Of(network, images, "auto-encoder", updates, (minibatch, _) =>
        {
            var error = Error(network.forward(minibatch), minibatch);
            return (error, error, null);
        }, progress, checkpoint, cancel);

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
    /// <param name="checkpoint">The file to save the state in and to go on from; null for none.</param>
    /// <param name="cancel">Stops after the update in progress. The network keeps what it has learnt.</param>
    /// <returns>The reports of every tenth update and of the last one.</returns>
    /// <exception cref="ArgumentException">A setting is out of its range, the images are not in [-1, 1], or the network does not fit them.</exception>
    /// <exception cref="Files.TensorFileException">The checkpoint is damaged. Nothing has changed.</exception>
    /// <exception cref="OperationCanceledException">The training was stopped.</exception>
    /// <exception cref="TrainingDivergedException">A gradient is not finite. The network is as it was before this update.</exception>
    public static IReadOnlyList<AutoEncoderProgress> Train(VariationalAutoEncoder network, Tensor images, int updates,
        double variance, double? finalVariance = null, IProgress<AutoEncoderProgress>? progress = null, Checkpoint? checkpoint = null, CancellationToken cancel = default)
    {
        TrainingCheck.Variance(nameof(variance), variance);
        TrainingCheck.Variance(nameof(finalVariance), finalVariance ?? variance);
        var fall = (finalVariance ?? variance) / variance;
        return Run.Of(network, images, Invariant($"variational auto-encoder, variance {variance} to {finalVariance ?? variance}"), updates, (minibatch, done) =>
        {
            using Scalar precision = 1 / (2 * variance * Math.Pow(fall, done));
            var (mean, logScale) = network.Encode(minibatch);
            var error = Error(network.Decoder.forward(VariationalAutoEncoder.Disturb(mean, logScale)), minibatch);
            var divergence = VariationalAutoEncoder.Divergence(mean, logScale).mean();
            return (error.mul(precision).add(divergence, One), error, divergence);
        }, progress, checkpoint, cancel);
    }

    // The squared difference is summed over the pixels. The result is the mean over the minibatch.
    private static Tensor Error(Tensor made, Tensor images) => made.add(images, MinusOne).pow(Two).flatten(1).sum(1).mean();

    private sealed class Run(nn.Module<Tensor, Tensor> network, FusedAdam optimizer) : ICheckpointed
    {
        private readonly List<AutoEncoderProgress> history = [];
        private long update;

        public static List<AutoEncoderProgress> Of(nn.Module<Tensor, Tensor> network, Tensor images, string settings, long updates,
            Func<Tensor, double, (Tensor Loss, Tensor Error, Tensor? Divergence)> lossOf, IProgress<AutoEncoderProgress>? progress, Checkpoint? checkpoint, CancellationToken cancel)
        {
            TrainingCheck.Updates(updates);
            TrainingCheck.Points(nameof(images), images, areImages: true);
            TrainingCheck.Images("auto-encoder", network, images);
            using var optimizer = new FusedAdam(network.parameters(), LearningRate) { Network = "auto-encoder" };
            using var few = images.narrow(0, 0, Math.Min(BatchSize, images.shape[0]));
            var run = new Run(network, optimizer);
            var saving = checkpoint?.Open($"{settings}, {updates} updates", [(network, few)], images, run, progress as ICheckpointed);
            run.Train(images, updates, lossOf, progress, saving, cancel);
            return run.history;
        }

        public void Exchange(TrainingState state)
        {
            state.Module("network", network);
            state.Optimizer("optimizer", optimizer);
            update = state.Number("updates", update);
            state.Rows("history", history, 5, now => [now.Update, now.Updates, now.Error, now.Divergence, now.Elapsed.Ticks],
                row => new((long)row[0], (long)row[1], row[2], row[3], new((long)row[4])));
        }

        private void Train(Tensor images, long updates, Func<Tensor, double, (Tensor Loss, Tensor Error, Tensor? Divergence)> lossOf,
            IProgress<AutoEncoderProgress>? progress, Checkpoint.Saving? saving, CancellationToken cancel)
        {
            var log = new TrainingLog<AutoEncoderProgress>(history, 0, updates, report => report.Elapsed, progress);
            while (update < updates)
            {
                cancel.ThrowIfCancellationRequested();
                NotebookHost.ThrowIfStopped();
                using var scope = NewDisposeScope();
                // In the second half the learning rate falls, because smaller steps reduce the error further.
                optimizer.LearningRate = LearningRate * Math.Min(1, 2.0 * (updates - update) / updates);
                var minibatch = images.index_select(0, randint(images.shape[0], [BatchSize])); // (64, C, H, W)
                optimizer.ZeroGrad();
                var (loss, error, divergence) = lossOf(minibatch, (update + 1.0) / updates);
                loss.backward();
                try
                {
                    optimizer.Step();
                }
                catch (TrainingDivergedException)
                {
                    progress?.Report(new(update + 1, updates, double.NaN, double.NaN, log.Elapsed));
                    throw;
                }
                update++;
                log.After(update, () => new(update, updates, error.item<float>(), divergence?.item<float>() ?? 0, log.Elapsed));
                saving?.After(update, updates);
            }
        }
    }
}
