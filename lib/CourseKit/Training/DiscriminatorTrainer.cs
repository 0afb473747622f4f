using System.Diagnostics;
using CourseKit.Display;
using CourseKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// The lecture's way to generate with a discriminator D alone. Each update has two steps. First, D generates points with a high score: points climb
/// D's score along its gradient. Then D learns to score real points high and these points low. The loss is binary cross-entropy, as in a GAN,
/// with the R1 penalty on the gradient at the real points (Mescheder et al., 2018).
/// </summary>
public sealed class DiscriminatorTrainer : IDisposable
{
    private const int ReportEvery = 10;

    private readonly Tensor real;
    private readonly FusedAdam optimizer;
    private readonly DiscriminatorUpdate update;
    private readonly MovingAverage average;
    private readonly Scalar blur;
    private readonly double learningRate;
    private readonly List<DiscriminatorProgress> history = [];

    /// <param name="discriminator">D.</param>
    /// <param name="real">The real points, (N, ...), e.g. images (N, C, H, W) in [-1, 1].</param>
    /// <param name="sampler">The way in which points climb D's score.</param>
    /// <param name="buffer">The points that earlier climbs have reached. The next climbs start from them.</param>
    /// <param name="steps">Number of steps in a climb.</param>
    /// <param name="batchSize">Number B of real points per update, and also of negatives.</param>
    /// <param name="learningRate">Adam's step size. In the second half of a run it falls linearly towards 0.</param>
    /// <param name="r1">Weight of the R1 penalty; 0 for none.</param>
    /// <param name="blur">Standard deviation of noise on the real points. The samples have noise, and D must not recognise them by it.</param>
    public DiscriminatorTrainer(
        ScoreNetwork discriminator, Tensor real, Langevin sampler, ReplayBuffer buffer,
        int steps = 20, int batchSize = 64, double learningRate = 1e-3, double r1 = 0.1, double blur = 0.1)
    {
        (Discriminator, Averaged, Sampler, Buffer) = (discriminator, discriminator.Copy(), sampler, buffer);
        (this.real, Steps, BatchSize, this.learningRate, this.blur) = (real, steps, batchSize, learningRate, blur);
        optimizer = new FusedAdam(discriminator.parameters(), learningRate, beta1: 0.5, beta2: 0.99);
        update = new DiscriminatorUpdate(discriminator, optimizer, batchSize, r1);
        average = new MovingAverage(discriminator, Averaged);
    }

    /// <summary>D, which learns.</summary>
    public ScoreNetwork Discriminator { get; }

    /// <summary>The moving average of D. It is steadier than D, so use it to generate new samples.</summary>
    public ScoreNetwork Averaged { get; }

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
    /// <param name="updates">The number of updates.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="cancel">Stops after the update in progress. D keeps what it has learnt.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Train(long updates, IProgress<DiscriminatorProgress>? progress = null, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var end = Updates + updates;
        while (Updates < end)
        {
            cancel.ThrowIfCancellationRequested();
            NotebookHost.ThrowIfStopped();
            using var scope = NewDisposeScope();
            optimizer.LearningRate = learningRate * Math.Min(1, 2.0 * (end - Updates) / updates);
            var (loss, realLogits, negativeLogits) = Update(NextMinibatch(), NextNegatives());
            if (Updates % ReportEvery != 0 && Updates != end)
                continue;
            history.Add(new(Updates, end, loss.item<float>(), realLogits.mean().item<float>(), negativeLogits.mean().item<float>(), clock.Elapsed));
            progress?.Report(history[^1]);
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
        average.Update();
        Updates++;
        return step;
    }

    /// <summary>A random minibatch of real points, (B, ...), with noise of standard deviation blur added.</summary>
    public Tensor NextMinibatch()
    {
        using var scope = NewDisposeScope();
        var points = real.index_select(0, randint(real.shape[0], [BatchSize]));
        return points.add(randn_like(points), blur).MoveToOuterDisposeScope();
    }

    /// <summary>Releases the trainer's own objects. The networks and the buffer stay.</summary>
    public void Dispose()
    {
        update.Dispose();
        optimizer.Dispose();
        blur.Dispose();
    }
}
