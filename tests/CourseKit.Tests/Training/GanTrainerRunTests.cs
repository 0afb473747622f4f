using CourseKit.Tests.Files;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class GanTrainerRunTests
{
    public GanTrainerRunTests() => Torch.Begin();

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        static Dictionary<string, ulong>[] Run(long seed)
        {
            manual_seed(seed);
            using var trainer = SmallGan.Trainer();
            trainer.Learn(30);
            return [.. new nn.Module[] { trainer.Generator, trainer.Averaged, trainer.Discriminator }.Select(Freeze.Fingerprints)];
        }
        var first = Run(3);
        Assert.Equal(first, Run(3));
        Assert.All(first.Zip(Run(4)), pair => Assert.Empty(pair.First.Intersect(pair.Second)));
    }

    [Fact]
    public void Progress_tells_of_every_tenth_update_and_the_last_and_history_keeps_it()
    {
        using var trainer = SmallGan.Trainer();
        var told = new Told();
        trainer.Learn(25, progress: told);
        trainer.Learn(7, progress: told);
        Assert.Equal([(10, 25), (20, 25), (25, 25), (30, 32), (32, 32)], told.Select(now => (now.Update, now.Updates)));
        Assert.Equal(told, trainer.History);
        Assert.All(told, now =>
        {
            Assert.InRange(now.RealScore, 0, 1);
            Assert.InRange(now.GeneratedScore, 0, 1);
            Assert.True(now.DiscriminatorLoss > 0 && now.GeneratorLoss > 0);
        });
        Assert.True(told[1].Elapsed > told[0].Elapsed);
        Assert.Equal(32, trainer.Updates);
    }

    [Fact]
    public void Snapshots_are_kept_at_the_moments_asked_for_counted_over_all_runs()
    {
        using var trainer = SmallGan.Trainer();
        trainer.Learn(12, snapshotsAt: [12, 3, 3, 20]);
        trainer.Learn(8, snapshotsAt: [3, 20]);
        Assert.Equal([3, 12, 20], trainer.Snapshots.Select(snapshot => snapshot.Update));
        Assert.All(trainer.Snapshots, snapshot => Assert.Equal([256, 1, 4, 4], snapshot.Images.shape));
        Assert.False(Bits.Same(trainer.Snapshots[0].Images, trainer.Snapshots[1].Images));
        Assert.Equal(Freeze.Fingerprints(trainer.Discriminator).Keys, trainer.Snapshots[2].Discriminator.Keys);
        Assert.All(trainer.Discriminator.state_dict(), entry => Assert.True(Bits.Same(entry.Value, trainer.Snapshots[2].Discriminator[entry.Key])));
    }

    [Fact]
    public void Snapshots_show_the_same_latent_vectors_every_time()
    {
        using var trainer = SmallGan.Trainer(learningRate: 0);
        trainer.Learn(6, snapshotsAt: [2, 6]);
        Assert.True(Bits.Same(trainer.Snapshots[0].Images, trainer.Snapshots[1].Images));
    }

    [Fact]
    public void Looking_at_snapshots_and_progress_changes_nothing_that_is_learnt()
    {
        static Dictionary<string, ulong> Run(long[] snapshotsAt)
        {
            manual_seed(3);
            using var trainer = SmallGan.Trainer();
            trainer.Learn(12, snapshotsAt, new Told());
            trainer.Tournament();
            trainer.Learn(12, snapshotsAt);
            return Freeze.Fingerprints(trainer.Averaged);
        }
        Assert.Equal(Run([]), Run([2, 5, 12, 20]));
    }

    [Fact]
    public void A_stopped_training_keeps_what_was_learnt_can_draw_and_can_go_on()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => trainer.Train(1000, progress: new Told { After = 20, Stop = stop }, cancel: stop.Token));
        Assert.Equal(20, trainer.Updates);
        Assert.Equal(20, trainer.History[^1].Update);

        var latent = trainer.Averaged.SampleLatent(5000);
        using var fresh = SmallGan.Generator();
        fresh.load_state_dict(trainer.Averaged.state_dict());
        fresh.TakeStatistics(latent);
        Assert.False(trainer.Averaged.training);
        Assert.Equal(0, (trainer.Averaged.forward(latent) - fresh.forward(latent)).abs().mean().item<float>(), 0.02);

        trainer.Learn(10);
        Assert.Equal(30, trainer.Updates);
        Assert.Throws<OperationCanceledException>(() => trainer.Train(10, cancel: stop.Token));
        Assert.Equal(30, trainer.Updates);
    }

    [Fact]
    public void Two_hundred_updates_leave_no_tensors_and_a_whole_run_none_after_its_end()
    {
        var left = LiveTensors.LeftBy(() =>
        {
            using var trainer = SmallGan.Trainer();
            trainer.Learn(8, snapshotsAt: [8]);   // the first updates make the gradients
            Assert.Equal(0, LiveTensors.LeftBy(() => trainer.Learn(200)));
            Assert.Equal(0, LiveTensors.LeftBy(() => trainer.Tournament()));
            trainer.Generator.Dispose();
            trainer.Averaged.Dispose();
            trainer.Discriminator.Dispose();
        });
        Assert.Equal(0, left);
    }

    [Fact]
    public void It_learns_what_the_images_are_like()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        trainer.Learn(300);
        var rows = trainer.Averaged.forward(trainer.Averaged.SampleLatent(500)).mean([0, 1, 3]).data<float>().ToArray();
        Assert.All(rows.Zip([0.8f, 0.8f, -0.8f, -0.8f]), pair => Assert.Equal(pair.Second, pair.First, 0.2f));
    }

    [Fact]
    public void The_learning_rate_anneals_over_the_second_half()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        double Travelled(Action train)
        {
            var before = trainer.Discriminator.get_parameter("fc2.weight")!.clone();
            train();
            return (trainer.Discriminator.get_parameter("fc2.weight")! - before).norm().item<float>();
        }
        trainer.Learn(200, snapshotsAt: [90, 100, 190, 200]);
        double Between(int i, int j) =>
            (trainer.Snapshots[i].Discriminator["fc2.weight"] - trainer.Snapshots[j].Discriminator["fc2.weight"]).norm().item<float>();
        Assert.True(Between(2, 3) < 0.3 * Between(0, 1));
        Assert.True(Travelled(() => trainer.Learn(10)) > Between(2, 3));
    }

    /// <summary>Keeps what it is told, at once, on the same thread; may stop the run.</summary>
    private sealed class Told : List<GanProgress>, IProgress<GanProgress>
    {
        public long After { get; init; }

        public CancellationTokenSource? Stop { get; init; }

        public void Report(GanProgress value)
        {
            Add(value);
            if (value.Update == After)
                Stop?.Cancel();
        }
    }
}
