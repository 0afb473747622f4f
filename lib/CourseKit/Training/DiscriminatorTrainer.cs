using CourseKit.Display;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// The lecture's way to generate with a discriminator D alone. Each update has two steps. First, D generates points with a high score: points climb
/// D's score along its gradient. Then D learns to score real points high and these points low. The loss is binary cross-entropy, as in a GAN,
/// with the R1 penalty on the gradient at the real points (Mescheder et al., 2018).
/// </summary>
public sealed class DiscriminatorTrainer : IDisposable, ICheckpointed
{
    private readonly Tensor real;
    private readonly FusedAdam optimizer;
    private readonly DiscriminatorUpdate update;
    private readonly Scalar blur;
    private readonly double learningRate, r1;
    private readonly List<DiscriminatorProgress> history = [];

    /// <param name="discriminator">D: points (B, ...) to logits (B) or (B, 1). Its score should be smooth, as with SiLU, since points climb it.</param>
    /// <param name="real">The real points, (N, ...), within the sampler's bound, e.g. images (N, C, H, W) in [-1, 1].</param>
    /// <param name="sampler">The way in which points climb D's score.</param>
    /// <param name="buffer">The points that earlier climbs have reached. The next climbs start from them.</param>
    /// <param name="steps">Number of steps in a climb.</param>
    /// <param name="batchSize">Number B of real points per update, and also of negatives.</param>
    /// <param name="learningRate">Adam's step size. In the second half of a run it falls linearly towards 0.</param>
    /// <param name="r1">Weight of the R1 penalty; 0 for none.</param>
    /// <param name="blur">Standard deviation of noise on the real points. The samples have noise, and D must not recognise them by it. The noisy points are
    /// clamped to the sampler's bound, since no sample lies outside.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, a point is not finite or lies outside the sampler's bound, there are fewer real points
    /// than one minibatch, or D cannot score them. Two points have gone through D to find out.</exception>
    public DiscriminatorTrainer(
        nn.Module<Tensor, Tensor> discriminator, Tensor real, Langevin sampler, ReplayBuffer buffer,
        int steps = 20, int batchSize = 64, double learningRate = 1e-3, double r1 = 0.1, double blur = 0.1)
    {
        TrainingCheck.Points(nameof(real), real, areImages: false);
        TrainingCheck.BatchSize(batchSize, real, discriminator);
        TrainingCheck.Number(nameof(steps), steps, least: 1);
        TrainingCheck.Number(nameof(r1), r1);
        TrainingCheck.Number(nameof(blur), blur);
        TrainingCheck.Scores("discriminator", discriminator, real);
        if (!buffer.Points.shape.AsSpan(1).SequenceEqual(real.shape.AsSpan(1)))
            throw new ArgumentException($"The buffer holds {ShapeText.Of(buffer.Points)}: expected points such as the real ones, {ShapeText.Of(real)}.", nameof(buffer));
        if (TrainingCheck.Farthest(real) is var far && far > sampler.Bound)
            throw new ArgumentException(Invariant($"A real point has a coordinate of size {far:G3}: the sampler keeps its points within [-{sampler.Bound}, {sampler.Bound}]. Scale the points, or give the sampler a larger bound."), nameof(real));
        (Discriminator, Averaged, Sampler, Buffer) = (discriminator, new MovingAverage(discriminator), sampler, buffer);
        (this.real, Steps, BatchSize, this.learningRate, this.r1, this.blur) = (real, steps, batchSize, learningRate, r1, blur);
        optimizer = new FusedAdam(discriminator.parameters(), learningRate, beta1: 0.5, beta2: 0.99) { Network = "discriminator" };
        update = new DiscriminatorUpdate(discriminator, optimizer, batchSize, r1);
    }

    /// <summary>D, which learns.</summary>
    public nn.Module<Tensor, Tensor> Discriminator { get; }

    /// <summary>The moving average of D. It is steadier than D, so use it to generate new samples.</summary>
    public MovingAverage Averaged { get; }

    /// <summary>The way in which points climb D's score.</summary>
    public Langevin Sampler { get; }

    /// <summary>The points that earlier climbs have reached. The next climbs start from them.</summary>
    public ReplayBuffer Buffer { get; }

    /// <summary>Number of steps in a climb.</summary>
    public int Steps { get; }

    /// <summary>Number B of real points per update, and also of negatives.</summary>
    public int BatchSize { get; }

    /// <summary>Updates so far.</summary>
    public long Updates { get; private set; }

    /// <summary>The reports of every tenth update and of the last one of each run.</summary>
    public IReadOnlyList<DiscriminatorProgress> History => history;

    /// <summary>Runs the two steps for a number of updates.</summary>
    /// <param name="updates">The number of updates, 1 or more.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="checkpoint">The file to save the state in and to go on from; null for none. The buffer is part of the state.</param>
    /// <param name="cancel">Stops after the update in progress. D keeps what it has learnt.</param>
    /// <exception cref="Files.TensorFileException">The checkpoint is damaged. Nothing has changed.</exception>
    /// <exception cref="ArgumentException">The number of updates is below 1.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="TrainingDivergedException">A gradient is not finite. D is as it was before this update.</exception>
    public void Train(long updates, IProgress<DiscriminatorProgress>? progress = null, Checkpoint? checkpoint = null, CancellationToken cancel = default)
    {
        TrainingCheck.Updates(updates);
        var (begin, end) = (Updates, Updates + updates);
        using var few = real.narrow(0, 0, BatchSize);
        var saving = checkpoint?.Open(Invariant($"D alone: minibatches of {BatchSize}, rate {learningRate}, r1 {r1}, blur {blur.ToDouble()}, {Steps} steps of {Sampler}, {Buffer}, updates {begin} to {end}"),
            [(Discriminator, few)], real, this, progress as ICheckpointed);
        var log = new TrainingLog<DiscriminatorProgress>(history, begin, end, report => report.Elapsed, progress);
        try
        {
            while (Updates < end)
            {
                cancel.ThrowIfCancellationRequested();
                NotebookHost.ThrowIfStopped();
                using var scope = NewDisposeScope();
                optimizer.LearningRate = learningRate * Math.Min(1, 2.0 * (end - Updates) / updates);
                var (loss, realLogits, negativeLogits) = Update(NextMinibatch(), NextNegatives());
                log.After(Updates, () => new(Updates, end, loss.item<float>(), realLogits.mean().item<float>(), negativeLogits.mean().item<float>(), log.Elapsed));
                saving?.After(Updates, end);
            }
        }
        catch (TrainingDivergedException)
        {
            progress?.Report(new(Updates + 1, end, double.NaN, double.NaN, double.NaN, log.Elapsed));
            throw;
        }
    }

    /// <summary>First step: D generates. Points from the buffer climb D's score, and the results go back into the buffer.</summary>
    /// <returns>The next negatives, (B, ...).</returns>
    public Tensor NextNegatives()
    {
        using var scope = NewDisposeScope();
        var (rows, points) = Buffer.Draw(BatchSize);
        points = Sampler.Climb(Discriminator, points, Steps);
        Buffer.Put(rows, points);
        return points.MoveToOuterDisposeScope();
    }

    /// <summary>Second step: D learns to score real points high and negatives low.</summary>
    /// <param name="positives">Real points, (B, ...).</param>
    /// <param name="negatives">D's own samples, (B, ...).</param>
    /// <returns>The loss without the penalty, and D's logits (B) for both kinds of points, before the update.</returns>
    public (Tensor Loss, Tensor RealLogits, Tensor NegativeLogits) Update(Tensor positives, Tensor negatives)
    {
        var step = update.Run(positives, negatives);
        Averaged.Update();
        Updates++;
        return step;
    }

    /// <summary>A random minibatch of real points, (B, ...), with noise of standard deviation blur added, within the sampler's bound.</summary>
    public Tensor NextMinibatch()
    {
        using var scope = NewDisposeScope();
        var points = real.index_select(0, randint(real.shape[0], [BatchSize]));
        return Sampler.Confine(points.add(randn_like(points), blur)).MoveToOuterDisposeScope();
    }

    void ICheckpointed.Exchange(TrainingState state)
    {
        state.Module("discriminator", Discriminator);
        Averaged.Exchange(state);
        state.Optimizer("optimizer", optimizer);
        update.Exchange(state);
        state.InPlace("buffer", Buffer.Points);
        Updates = state.Number("updates", Updates);
        state.Rows("history", history, 6, now => [now.Update, now.Updates, now.Loss, now.RealScore, now.NegativeScore, now.Elapsed.Ticks],
            row => new((long)row[0], (long)row[1], row[2], row[3], row[4], new((long)row[5])));
    }

    /// <summary>Releases the trainer's own objects. The networks and the buffer stay.</summary>
    public void Dispose()
    {
        update.Dispose();
        optimizer.Dispose();
        blur.Dispose();
    }
}
