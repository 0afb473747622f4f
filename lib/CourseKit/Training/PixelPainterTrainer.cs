using CourseKit.Display;
using CourseKit.Models;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Trains a painter to predict the next pixel of real pictures from the pixels in view. This is classification with cross entropy. All pixels of the
/// real pictures are known, so the training can use them in any order.
/// </summary>
public sealed class PixelPainterTrainer : IDisposable, ICheckpointed
{
    private readonly Tensor numbers, framed;
    private readonly FusedAdam optimizer;
    private readonly int batchSize;
    private readonly double learningRate;
    private readonly List<PixelPainterProgress> history = [];
    private long updatesSoFar;

    /// <param name="painter">The painter, which learns.</param>
    /// <param name="images">Real pictures, (N, 3, H, W) in the painter's palette.</param>
    /// <param name="batchSize">Number of pixels per step. They are drawn at random from all pictures.</param>
    /// <param name="learningRate">Adam's step size. During a run it falls linearly towards 0.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, the pictures do not have the shape (N, 3, H, W) with the painter's H and W, a colour is not in the
    /// palette, or the painter's own network does not give a score for each colour.</exception>
    public PixelPainterTrainer(PixelPainter painter, Tensor images, int batchSize = 512, double learningRate = 3e-3)
    {
        if (images.shape is not [> 0, 3, var height, var width] || height != painter.Height || width != painter.Width)
            throw new ArgumentException($"images has shape {ShapeText.Of(images)}; expected (N, 3, {painter.Height}, {painter.Width}).", nameof(images));
        TrainingCheck.BatchSize(batchSize);
        (Painter, this.batchSize, this.learningRate) = (painter, batchSize, learningRate);
        numbers = painter.Palette.ToNumbers(images).DetachFromDisposeScope();
        framed = painter.Frame(numbers).DetachFromDisposeScope();
        using (var scope = NewDisposeScope())
            TrainingCheck.Forward("painter", painter, FirstTwoViews, "views", $"(2, {painter.Palette.Count}), a score for each colour", shape => shape is [2, var colours] && colours == painter.Palette.Count);
        optimizer = new FusedAdam(painter.parameters(), learningRate) { Network = "painter" };
    }

    /// <summary>The painter, which learns.</summary>
    public PixelPainter Painter { get; }

    /// <summary>The reports of every tenth update and of the last one of each run.</summary>
    public IReadOnlyList<PixelPainterProgress> History => history;

    /// <summary>Trains the painter for a number of updates.</summary>
    /// <param name="updates">The number of updates, 1 or more.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="checkpoint">The file to save the state in and to go on from; null for none.</param>
    /// <param name="cancel">Stops after the update in progress. The painter keeps what it has learnt.</param>
    /// <exception cref="Files.TensorFileException">The checkpoint is damaged. Nothing has changed.</exception>
    /// <exception cref="ArgumentException">The number of updates is below 1.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="TrainingDivergedException">A gradient is not finite. The painter is as it was before this update.</exception>
    public void Train(long updates, IProgress<PixelPainterProgress>? progress = null, Checkpoint? checkpoint = null, CancellationToken cancel = default)
    {
        TrainingCheck.Updates(updates);
        var (begin, end) = (updatesSoFar, updatesSoFar + updates);
        var saving = checkpoint is null ? null : Open(checkpoint, Invariant($"painter: minibatches of {batchSize}, rate {learningRate}, updates {begin} to {end}"), progress);
        var log = new TrainingLog<PixelPainterProgress>(history, begin, end, report => report.Elapsed, progress);
        while (updatesSoFar < end)
        {
            cancel.ThrowIfCancellationRequested();
            NotebookHost.ThrowIfStopped();
            using var scope = NewDisposeScope();
            optimizer.LearningRate = learningRate * (end - updatesSoFar) / updates;
            var pixels = randint(numbers.numel(), [batchSize], ScalarType.Int64);
            var (pictures, places) = (pixels.div(PixelsEach, RoundingMode.floor), pixels.remainder(PixelsEach));
            var logits = Painter.forward(Painter.Views(framed, pictures, places)); // (B, K)
            var loss = nn.functional.cross_entropy(logits, numbers.view(-1).index_select(0, pixels));
            optimizer.ZeroGrad();
            loss.backward();
            try
            {
                optimizer.Step();
            }
            catch (TrainingDivergedException)
            {
                progress?.Report(new(updatesSoFar + 1, end, double.NaN, log.Elapsed));
                throw;
            }
            updatesSoFar++;
            log.After(updatesSoFar, () => new(updatesSoFar, end, loss.item<float>(), log.Elapsed));
            saving?.After(updatesSoFar, end);
        }
    }

    private Checkpoint.Saving Open(Checkpoint checkpoint, string settings, IProgress<PixelPainterProgress>? progress)
    {
        using var scope = NewDisposeScope();
        return checkpoint.Open(settings, [(Painter, FirstTwoViews)], numbers, this, progress as ICheckpointed);
    }

    void ICheckpointed.Exchange(TrainingState state)
    {
        state.Module("painter", Painter);
        state.Optimizer("optimizer", optimizer);
        updatesSoFar = state.Number("updates", updatesSoFar);
        state.Rows("history", history, 4, now => [now.Update, now.Updates, now.Loss, now.Elapsed.Ticks], row => new((long)row[0], (long)row[1], row[2], new((long)row[3])));
    }

    /// <summary>Releases the trainer's own objects. The painter stays.</summary>
    public void Dispose()
    {
        numbers.Dispose();
        framed.Dispose();
        optimizer.Dispose();
    }

    private Tensor FirstTwoViews => Painter.Views(framed, tensor(new long[] { 0, 0 }), tensor(new long[] { 0, 1 }));

    private Tensor PixelsEach => tensor((long)Painter.Height * Painter.Width);
}
