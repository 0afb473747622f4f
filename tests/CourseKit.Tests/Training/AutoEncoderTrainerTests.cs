using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class AutoEncoderTrainerTests
{
    public AutoEncoderTrainerTests() => Torch.Begin();

    [Fact]
    public void What_goes_in_comes_out()
    {
        using var scope = NewDisposeScope();
        var images = Waves();
        var network = new AutoEncoder(2, 1, 4, 4);
        var history = AutoEncoderTrainer.Train(network, images, 205, cancel: TestContext.Current.CancellationToken);
        Assert.True(history[^1].Error < 0.1 * history[0].Error, $"{history[0].Error} -> {history[^1].Error}");
        Assert.Equal([10, 20], history.Take(2).Select(step => step.Update));
        Assert.Equal((205, 205), (history[^1].Update, history[^1].Updates));
        Assert.All(history, step => Assert.Equal(0, step.Divergence));
    }

    [Fact]
    public void A_large_variance_makes_codes_that_carry_less()
    {
        using var scope = NewDisposeScope();
        double Divergence(double variance)
        {
            manual_seed(1);
            var network = new VariationalAutoEncoder(2, 1, 4, 4);
            return AutoEncoderTrainer.Train(network, Waves(), 200, variance, cancel: TestContext.Current.CancellationToken)[^1].Divergence;
        }
        var (little, much) = (Divergence(100), Divergence(0.1));
        Assert.True(little < 0.3, $"{little}");
        Assert.True(much > 2, $"{much}");
    }

    [Fact]
    public void The_variance_falls_while_the_network_learns()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var network = new VariationalAutoEncoder(2, 1, 4, 4);
        var history = AutoEncoderTrainer.Train(network, Waves(), 300, variance: 100, finalVariance: 0.1, cancel: TestContext.Current.CancellationToken);
        Assert.True(history[5].Divergence < 0.5, $"{history[5].Divergence}");
        Assert.True(history[^1].Divergence > 1.5, $"{history[^1].Divergence}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        Dictionary<string, ulong> Learn()
        {
            manual_seed(5);
            var network = new VariationalAutoEncoder(2, 1, 4, 4);
            AutoEncoderTrainer.Train(network, Waves(), 20, 1, 0.5, cancel: TestContext.Current.CancellationToken);
            return Freeze.Fingerprints(network).ToDictionary();
        }
        Assert.Equal(Learn(), Learn());
    }

    [Fact]
    public void A_stop_ends_it_after_the_update_in_progress_and_leaves_no_tensors()
    {
        using var scope = NewDisposeScope();
        using var stop = new CancellationTokenSource();
        var network = new AutoEncoder(2, 1, 4, 4);
        var images = Waves();
        AutoEncoderTrainer.Train(network, images, 1, cancel: TestContext.Current.CancellationToken);   // makes the gradients
        var seen = new List<long>();
        var progress = new Told(step => { seen.Add(step.Update); stop.Cancel(); });
        Assert.Equal(0, LiveTensors.LeftBy(() =>
            Assert.Throws<OperationCanceledException>(() => AutoEncoderTrainer.Train(network, images, 100, progress, cancel: stop.Token))));
        Assert.Equal([10], seen);
    }

    private sealed class Told(Action<AutoEncoderProgress> action) : IProgress<AutoEncoderProgress>
    {
        public void Report(AutoEncoderProgress value) => action(value);
    }

    // Pictures that one number describes.
    private static Tensor Waves() => (arange(100).to_type(ScalarType.Float32).view(100, 1) / tensor(30f)
        + arange(16).to_type(ScalarType.Float32) / tensor(5f)).sin().view(100, 1, 4, 4);
}
