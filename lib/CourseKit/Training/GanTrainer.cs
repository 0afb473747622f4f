using System.Diagnostics;
using CourseKit.Data;
using CourseKit.Display;
using CourseKit.Models;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Runs the lecture's algorithm, iteration after iteration (<see cref="GanStep"/>). It adds what a run needs: minibatches, an annealed learning
/// rate, the moving average of G, snapshots and reports.
/// </summary>
public sealed class GanTrainer : IDisposable
{
    private const int ReportEvery = 10;
    private const int SnapshotSize = 256;

    private readonly Tensor images, fixedLatent;
    private readonly GanStep step;
    private readonly MovingAverage average;
    private readonly double learningRate;
    private readonly List<GanProgress> history = [];
    private readonly List<GanSnapshot> snapshots = [];
    private Tensor order;
    private long taken;

    /// <param name="generator">G.</param>
    /// <param name="discriminator">D: (B, C, H, W) to logits (B).</param>
    /// <param name="images">The database of real images, (N, C, H, W) in [-1, 1].</param>
    /// <param name="batchSize">Number of images per step.</param>
    /// <param name="learningRate">Adam's step size for both networks. In the second half of a run it falls linearly towards 0.</param>
    /// <param name="r1">Weight of the R1 penalty; 0 for none. Larger images need a larger weight.</param>
    /// <exception cref="ArgumentException">There are fewer images than one minibatch holds.</exception>
    public GanTrainer(
        MlpGenerator generator, nn.Module<Tensor, Tensor> discriminator, Tensor images,
        int batchSize = 64, double learningRate = 1e-3, double r1 = 1)
    {
        if (images.shape[0] < batchSize)
            throw new ArgumentException($"{images.shape[0]} images are fewer than a minibatch of {batchSize}: give more images or a smaller batchSize.", nameof(images));
        (Generator, Discriminator, Averaged) = (generator, discriminator, generator.Copy());
        (this.images, BatchSize, this.learningRate) = (images, batchSize, learningRate);
        step = new GanStep(generator, discriminator, batchSize, learningRate, r1);
        average = new MovingAverage(generator, Averaged);
        fixedLatent = generator.SampleLatent(4096).DetachFromDisposeScope();
        order = Shuffled();
        Averaged.eval();
    }

    /// <summary>
    /// Makes a trainer with networks and settings for images of this size. More pixels need wider networks and a longer latent vector. They also need a
    /// larger weight of the penalty, because the same slope per pixel adds up over more pixels.
    /// </summary>
    /// <param name="images">The real images.</param>
    public static GanTrainer For(ImageSet images)
    {
        long values = (long)images.Channels * images.Height * images.Width;
        var (latentSize, hidden) = values switch { <= 64 => (16, 256), <= 1024 => (32, 256), _ => (64, 512) };
        return new(
            new MlpGenerator(latentSize, images.Channels, images.Height, images.Width, hidden),
            new MlpDiscriminator(images.Channels, images.Height, images.Width, hidden),
            images.Images,
            batchSize: Math.Min(values <= 64 ? 128 : 64, images.Count),
            learningRate: 2e-3,
            r1: Math.Max(0.6, values / 450.0));
    }

    /// <summary>G, which learns.</summary>
    public MlpGenerator Generator { get; }

    /// <summary>The moving average of G. It is steadier than G itself, so draw samples from it.</summary>
    public MlpGenerator Averaged { get; }

    /// <summary>Latent vectors, (4096, Z), that stay the same during the training. So pictures of different moments can be compared.</summary>
    internal Tensor FixedLatent => fixedLatent;

    /// <summary>D, which learns.</summary>
    public nn.Module<Tensor, Tensor> Discriminator { get; }

    /// <summary>Number of images per step.</summary>
    public int BatchSize { get; }

    /// <summary>Updates of both networks so far.</summary>
    public long Updates { get; private set; }

    /// <summary>The reports of every tenth update and of the last one of each run.</summary>
    public IReadOnlyList<GanProgress> History => history;

    /// <summary>The snapshots that <see cref="Train"/> has taken so far.</summary>
    public IReadOnlyList<GanSnapshot> Snapshots => snapshots;

    /// <summary>Runs the algorithm for a number of updates.</summary>
    /// <param name="updates">The number of updates.</param>
    /// <param name="snapshotsAt">The updates after which a snapshot is kept. They are counted from the trainer's first update.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="cancel">Stops after the update in progress. The networks keep what they have learnt.</param>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Train(
        long updates, IEnumerable<long>? snapshotsAt = null, IProgress<GanProgress>? progress = null, CancellationToken cancel = default)
    {
        var moments = snapshotsAt?.ToHashSet() ?? [];
        var clock = Stopwatch.StartNew();
        var end = Updates + updates;
        try
        {
            while (Updates < end)
            {
                cancel.ThrowIfCancellationRequested();
                NotebookHost.ThrowIfStopped();
                using var scope = NewDisposeScope();
                step.LearningRate = learningRate * Math.Min(1, 2.0 * (end - Updates) / updates);
                var generated = Generator.forward(Generator.SampleLatent(BatchSize));
                var (lossD, realLogits, generatedLogits) = step.UpdateDiscriminator(NextMinibatch(), generated);
                var lossG = UpdateGenerator(generated);
                if (Updates % ReportEvery == 0 || Updates == end)
                {
                    history.Add(new(Updates, end, lossD.item<float>(), lossG.item<float>(),
                        Probability(realLogits), Probability(generatedLogits), clock.Elapsed));
                    progress?.Report(history[^1]);
                }
                if (moments.Contains(Updates))
                    snapshots.Add(TakeSnapshot());
            }
        }
        finally
        {
            // A stopped run needs this too. With other statistics than its own, the averaged generator draws noise.
            Averaged.TakeStatistics(fixedLatent);
        }
    }

    /// <summary>Step (a): G is fixed, and D learns to score real images high and G's images low.</summary>
    /// <param name="real">A minibatch of real images, (B, C, H, W).</param>
    /// <returns>The loss without the penalty, and D's logits (B) for the real and for the generated minibatch, before the update.</returns>
    public (Tensor Loss, Tensor RealLogits, Tensor GeneratedLogits) UpdateDiscriminator(Tensor real)
    {
        using var frozen = Freeze.Of(Generator);
        using var latent = Generator.SampleLatent(BatchSize);
        using var generated = Generator.forward(latent);
        return step.UpdateDiscriminator(real, generated);
    }

    /// <summary>Step (b): D is fixed, and G learns to make images that score high.</summary>
    /// <returns>The loss before the update.</returns>
    public Tensor UpdateGenerator()
    {
        using var latent = Generator.SampleLatent(BatchSize);
        using var generated = Generator.forward(latent);
        return UpdateGenerator(generated);
    }

    /// <summary>
    /// The next minibatch of real images, (B, C, H, W). The images come in a random order, and each image comes at most once. Then a new random order
    /// begins. Images at the end of an order that do not fill a minibatch are left out of this order.
    /// </summary>
    public Tensor NextMinibatch()
    {
        if (taken + BatchSize > images.shape[0])
        {
            order.Dispose();
            order = Shuffled();
            taken = 0;
        }
        taken += BatchSize;
        using var rows = order.narrow(0, taken - BatchSize, BatchSize);
        return images.index_select(0, rows);
    }

    /// <summary>
    /// Scores the images of every snapshot with the discriminator of every snapshot. Row i, column j is the mean probability, in [0, 1], with which D of
    /// snapshot i calls the images of snapshot j real.
    /// </summary>
    public double[,] Tournament()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var present = CopyOf(Discriminator);
        var scores = new double[snapshots.Count, snapshots.Count];
        try
        {
            for (var i = 0; i < snapshots.Count; i++)
            {
                Discriminator.load_state_dict(snapshots[i].Discriminator);
                for (var j = 0; j < snapshots.Count; j++)
                    scores[i, j] = Probability(Discriminator.forward(snapshots[j].Images));
            }
        }
        finally
        {
            Discriminator.load_state_dict(present);
        }
        return scores;
    }

    /// <summary>Releases the trainer's own objects, including the tensors of the snapshots. The networks stay.</summary>
    public void Dispose()
    {
        order.Dispose();
        fixedLatent.Dispose();
        step.Dispose();
        foreach (var tensor in snapshots.SelectMany(snapshot => snapshot.Discriminator.Values.Append(snapshot.Images)))
            tensor.Dispose();
    }

    private Tensor UpdateGenerator(Tensor generated)
    {
        var loss = step.UpdateGenerator(generated);
        average.Update();
        Updates++;
        return loss;
    }

    private GanSnapshot TakeSnapshot()
    {
        Averaged.TakeStatistics(fixedLatent);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return new(Updates, Averaged.forward(fixedLatent.narrow(0, 0, SnapshotSize)).DetachFromDisposeScope(),
            CopyOf(Discriminator).ToDictionary(entry => entry.Key, entry => entry.Value.DetachFromDisposeScope()));
    }

    private static Dictionary<string, Tensor> CopyOf(nn.Module module) =>
        module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());

    private Tensor Shuffled() => randperm(images.shape[0], device: images.device).DetachFromDisposeScope();

    private static double Probability(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return logits.sigmoid().mean().item<float>();
    }
}
