using CourseKit.Data;
using CourseKit.Display;
using CourseKit.Models;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Runs the lecture's algorithm, iteration after iteration (<see cref="GanStep"/>). It adds what a run needs: minibatches, an annealed learning
/// rate, the moving average of G, snapshots and reports. G and D may be any networks, also such that are written in a notebook's cell.
/// </summary>
/// <example>
/// <code>
/// var digits = Digits.Load();
/// var trainer = GanTrainer.For(digits.Train);
/// trainer.Train(updates: 2000, progress: LiveTraining.Of(trainer));
/// ImageGrid.Of(trainer.Averaged.forward(trainer.SampleLatent(40)).detach(), columns: 10) // (40, C, H, W)
/// </code>
/// </example>
public sealed class GanTrainer : IDisposable, ICheckpointed
{
    private const int FixedSize = 4096;

    // The statistics of batch normalisation come from as many vectors as give a million pixels, at least 256: layers in between hold many times as much.
    private const long StatisticsPixels = 1 << 20;

    private readonly Tensor images, fixedLatent;
    private readonly GanStep step;
    private readonly double learningRate, r1;
    private readonly List<GanProgress> history = [];
    private readonly GanSnapshots snapshots;
    private Tensor order;
    private long taken;

    /// <param name="generator">G: latent vectors (B, Z) to images (B, C, H, W).</param>
    /// <param name="discriminator">D: images (B, C, H, W) to logits (B) or (B, 1), without a sigmoid at the end.</param>
    /// <param name="images">The database of real images, (N, C, H, W) in [-1, 1].</param>
    /// <param name="batchSize">Number of images per step.</param>
    /// <param name="learningRate">Adam's step size for both networks. In the second half of a run it falls linearly towards 0.</param>
    /// <param name="r1">Weight of the R1 penalty; 0 for none. Larger images need a larger weight.</param>
    /// <param name="latentSize">Length Z of the latent vector, for a generator that does not know it (<see cref="IGenerator"/>).</param>
    /// <exception cref="ArgumentException">A setting is out of its range, the images are fewer than one minibatch or not in [-1, 1], or a network does
    /// not fit them. Two inputs have gone through each network to find out.</exception>
    public GanTrainer(
        nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator, Tensor images,
        int batchSize = 64, double learningRate = 1e-3, double r1 = 1, long latentSize = 0)
    {
        TrainingCheck.Points(nameof(images), images, areImages: true);
        TrainingCheck.BatchSize(batchSize, images, generator, discriminator);
        latentSize = IGenerator.SizeOf(generator, latentSize);
        TrainingCheck.Generator(generator, latentSize, images);
        TrainingCheck.Scores("discriminator", discriminator, images);
        (Generator, Discriminator, Averaged) = (generator, discriminator, new MovingAverage(generator, latentSize: latentSize));
        (this.images, BatchSize, this.learningRate, this.r1) = (images, batchSize, learningRate, r1);
        step = new GanStep(generator, discriminator, batchSize, learningRate, r1);
        snapshots = new(discriminator, images);
        fixedLatent = SampleLatent(FixedSize).DetachFromDisposeScope();
        order = Shuffled();
    }

    /// <summary>
    /// Makes a trainer with networks and settings for images of this size. Up to 8x8 the layers are wide, because they cost little there. Larger images get
    /// narrow layers: the same seconds then hold twice as many updates, and that gives better images. The weight of the penalty grows with the number
    /// of pixels, because the same slope per pixel adds up over more pixels; in colour much more, because the channels of a pixel change together.
    /// </summary>
    /// <param name="images">The real images.</param>
    public static GanTrainer For(ImageSet images)
    {
        long pixels = images.Height * images.Width, values = images.Channels * pixels;
        var (latentSize, hidden) = values switch { <= 64 => (16, 256), <= 1024 => (32, 128), _ => (64, 256) };
        return new(
            new MlpGenerator(latentSize, images.Channels, images.Height, images.Width, hidden),
            new MlpDiscriminator(images.Channels, images.Height, images.Width, hidden),
            images.Images,
            batchSize: Math.Min(values <= 64 ? 128 : 64, images.Count),
            learningRate: values <= 64 ? 2e-3 : 3e-3,
            r1: Math.Max(0.6, pixels * images.Channels * images.Channels / 1024.0));
    }

    /// <summary>G, which learns.</summary>
    public nn.Module<Tensor, Tensor> Generator { get; }

    /// <summary>The moving average of G. It is steadier than G itself, so draw samples from it.</summary>
    public MovingAverage Averaged { get; }

    /// <summary>Length Z of the latent vector.</summary>
    public long LatentSize => Averaged.LatentSize;

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
    public IReadOnlyList<GanSnapshot> Snapshots => snapshots.All;

    /// <summary>A batch of latent vectors from the standard normal distribution, shape (B, Z).</summary>
    public Tensor SampleLatent(long batch) => Averaged.SampleLatent(batch);

    /// <summary>Runs the algorithm for a number of updates.</summary>
    /// <param name="updates">The number of updates, 1 or more.</param>
    /// <param name="snapshotsAt">The updates after which a snapshot is kept. They are counted from the trainer's first update.</param>
    /// <param name="progress">Gets a report of every tenth update and of the last one.</param>
    /// <param name="checkpoint">The file to save the state in and to go on from; null for none.</param>
    /// <param name="cancel">Stops after the update in progress. The networks keep what they have learnt.</param>
    /// <exception cref="Files.TensorFileException">The checkpoint is damaged. Nothing has changed.</exception>
    /// <exception cref="ArgumentException">The number of updates is below 1.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="TrainingDivergedException">A gradient is not finite. Its network is as it was before this update.</exception>
    public void Train(
        long updates, IEnumerable<long>? snapshotsAt = null, IProgress<GanProgress>? progress = null, Checkpoint? checkpoint = null, CancellationToken cancel = default)
    {
        TrainingCheck.Updates(updates);
        var moments = snapshotsAt?.ToHashSet() ?? [];
        var (begin, end) = (Updates, Updates + updates);
        using var few = images.narrow(0, 0, BatchSize);
        using var vectors = fixedLatent.narrow(0, 0, BatchSize);
        var saving = checkpoint?.Open(Invariant($"GAN: minibatches of {BatchSize}, rate {learningRate}, r1 {r1}, updates {begin} to {end}, pictures at {string.Join(' ', moments.Order())}"),
            [(Generator, vectors), (Discriminator, few)], images, this, progress as ICheckpointed);
        var log = new TrainingLog<GanProgress>(history, begin, end, report => report.Elapsed, progress);
        try
        {
            while (Updates < end)
            {
                cancel.ThrowIfCancellationRequested();
                NotebookHost.ThrowIfStopped();
                using var scope = NewDisposeScope();
                step.LearningRate = learningRate * Math.Min(1, 2.0 * (end - Updates) / updates);
                var generated = Generator.forward(SampleLatent(BatchSize));
                var (lossD, realLogits, generatedLogits) = step.UpdateDiscriminator(NextMinibatch(), generated);
                var lossG = UpdateGenerator(generated);
                log.After(Updates, () => new(Updates, end, lossD.item<float>(), lossG.item<float>(), GanSnapshots.Probability(realLogits), GanSnapshots.Probability(generatedLogits), log.Elapsed));
                if (moments.Contains(Updates))
                    TakeSnapshot();
                saving?.After(Updates, end);
            }
        }
        catch (TrainingDivergedException)
        {
            progress?.Report(new(Updates + 1, end, double.NaN, double.NaN, double.NaN, double.NaN, log.Elapsed));
            throw;
        }
        finally
        {
            // A stopped run needs this too. With other statistics than its own, the averaged generator draws noise.
            TakeStatistics();
        }
    }

    /// <summary>Step (a): G is fixed, and D learns to score real images high and G's images low.</summary>
    /// <param name="real">A minibatch of real images, (B, C, H, W).</param>
    /// <returns>The loss without the penalty, and D's logits (B) for the real and for the generated minibatch, before the update.</returns>
    public (Tensor Loss, Tensor RealLogits, Tensor GeneratedLogits) UpdateDiscriminator(Tensor real)
    {
        using var frozen = Freeze.Of(Generator);
        using var latent = SampleLatent(BatchSize);
        using var generated = Generator.forward(latent);
        return step.UpdateDiscriminator(real, generated);
    }

    /// <summary>Step (b): D is fixed, and G learns to make images that score high.</summary>
    /// <returns>The loss before the update.</returns>
    public Tensor UpdateGenerator()
    {
        using var latent = SampleLatent(BatchSize);
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
    /// snapshot i calls the images of snapshot j real. These are images of the averaged G; D is as it was at that moment.
    /// </summary>
    /// <param name="others">More images, (B, C, H, W) each, such as real ones: a further column for each.</param>
    public double[,] Tournament(params Tensor[] others) => snapshots.Tournament(others);

    /// <summary>Releases the trainer's own objects, including the tensors of the snapshots. The networks and the average stay.</summary>
    public void Dispose()
    {
        order.Dispose();
        fixedLatent.Dispose();
        step.Dispose();
        snapshots.Dispose();
    }

    void ICheckpointed.Exchange(TrainingState state)
    {
        state.Module("generator", Generator);
        state.Module("discriminator", Discriminator);
        Averaged.Exchange(state);
        step.Exchange(state);
        state.InPlace("order", order);
        state.InPlace("fixed latent vectors", fixedLatent);
        (taken, Updates) = (state.Number("taken", taken), state.Number("updates", Updates));
        state.Rows("history", history, 7,
            now => [now.Update, now.Updates, now.DiscriminatorLoss, now.GeneratorLoss, now.RealScore, now.GeneratedScore, now.Elapsed.Ticks],
            row => new((long)row[0], (long)row[1], row[2], row[3], row[4], row[5], new((long)row[6])));
        snapshots.Exchange(state);
    }

    private Tensor UpdateGenerator(Tensor generated)
    {
        var loss = step.UpdateGenerator(generated);
        Averaged.Update();
        Updates++;
        return loss;
    }

    private void TakeSnapshot()
    {
        TakeStatistics();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        snapshots.Add(Updates, Averaged.forward(fixedLatent.narrow(0, 0, GanSnapshots.Size)));
    }

    /// <summary>Computes the average's running statistics of batch normalisation.</summary>
    /// <param name="most">From how many latent vectors at most.</param>
    internal void TakeStatistics(long most = FixedSize)
    {
        using var latent = fixedLatent.narrow(0, 0, Math.Min(most, Math.Clamp(StatisticsPixels * images.shape[0] / images.numel(), GanSnapshots.Size, FixedSize)));
        Averaged.TakeStatistics(latent);
    }

    private Tensor Shuffled() => randperm(images.shape[0], device: images.device).DetachFromDisposeScope();
}
