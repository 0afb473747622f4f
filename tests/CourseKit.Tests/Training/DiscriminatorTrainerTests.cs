using CourseKit.Models;
using CourseKit.Tests.Files;
using CourseKit.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class DiscriminatorTrainerTests
{
    public DiscriminatorTrainerTests() => Torch.Begin();

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        static (Dictionary<string, ulong>, byte[]) Run(long seed)
        {
            manual_seed(seed);
            using var trainer = Trainer();
            trainer.Train(20, cancel: TestContext.Current.CancellationToken);
            return (Freeze.Fingerprints(trainer.Averaged), trainer.Buffer.Points.bytes.ToArray());
        }
        var (network, points) = Run(3);
        var (again, pointsAgain) = Run(3);
        Assert.Equal(network, again);
        Assert.Equal(points, pointsAgain);
        Assert.NotEqual(points, Run(4).Item2);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void The_gradient_is_that_of_the_loss_and_on_every_fourth_update_four_times_the_penalty(double r1)
    {
        using var scope = NewDisposeScope();
        using var trainer = Trainer(learningRate: 0, r1);
        var (real, made) = (rand(6, 2), rand(6, 2));
        for (var update = 0; update < 6; update++)
        {
            trainer.Update(real, made);
            var expected = Gradient(trainer.Discriminator, real, made, update % 4 == 0 ? 4 * r1 : 0);
            using var gradient = trainer.Discriminator.get_parameter("fc1.weight")!.grad!;
            Assert.Equal(0, (gradient - expected).abs().max().item<float>(), 1e-5);
        }
    }

    [Fact]
    public void Negatives_are_chains_of_the_buffer_taken_further_and_put_back()
    {
        using var scope = NewDisposeScope();
        using var trainer = Trainer();
        var before = trainer.Buffer.Points.clone();
        var made = trainer.NextNegatives();
        Assert.Equal([6, 2], made.shape);
        // A row may be drawn twice. Then the later of its two points is in the buffer.
        var moved = before.ne(trainer.Buffer.Points).any(1).sum().item<long>();
        Assert.InRange(moved, 1, 6);
        Assert.Equal(moved, Enumerable.Range(0, 6).Count(i => trainer.Buffer.Points.eq(made[i]).all(1).any().item<bool>()));
    }

    [Theory]
    [InlineData(0.5, 0.5)] // a point at the bound: half of the noise would lead outside
    [InlineData(0.5, double.PositiveInfinity)]
    public void Noise_on_the_real_points_leads_no_further_than_the_samples_can_go(double at, double bound)
    {
        using var scope = NewDisposeScope();
        using var trainer = new DiscriminatorTrainer(new ScoreNetwork(2, hidden: 4), full([500, 2], (float)at), new Langevin(bound: bound), new ReplayBuffer(10, [2]),
            batchSize: 500, blur: 0.2);
        var points = trainer.NextMinibatch();
        var share = points.eq((float)at).to_type(ScalarType.Float64).mean().item<double>();
        Assert.InRange(points.max().item<float>(), 0.5, double.IsFinite(bound) ? 0.5 : 2);
        Assert.Equal(double.IsFinite(bound) ? 0.5 : 0, share, 0.06);
        Assert.Equal(0.16, points.lt(0.3f).to_type(ScalarType.Float64).mean().item<double>(), 0.04); // lower by more than a deviation
    }

    [Fact]
    public void Real_points_rise_and_its_own_samples_gather_there()
    {
        using var scope = NewDisposeScope();
        using var trainer = Trainer();
        trainer.Train(300, cancel: TestContext.Current.CancellationToken);
        var ends = trainer.Sampler.Climb(trainer.Averaged, trainer.Buffer.Noise(200), 100);
        Assert.InRange((ends - Real()[0]).norm(1, false, 2).mean().item<float>(), 0, 0.25);
        Assert.True(trainer.Averaged.forward(Real()).mean().item<float>() > trainer.Averaged.forward(-Real()).mean().item<float>());
    }

    [Fact]
    public void A_stopped_training_keeps_what_was_learnt_and_can_go_on()
    {
        using var trainer = Trainer();
        using var stop = new CancellationTokenSource();
        var told = new Told { After = 20, Stop = stop };
        Assert.Throws<OperationCanceledException>(() => trainer.Train(1000, told, cancel: stop.Token));
        Assert.Equal([10, 20], told.Select(now => now.Update));
        trainer.Train(5, told, cancel: TestContext.Current.CancellationToken);
        Assert.Equal((25, 25), (told[^1].Update, told[^1].Updates));
        Assert.Equal(told, trainer.History);
        Assert.Equal(25, trainer.Updates);
    }

    [Fact]
    public void Updates_leave_no_tensors()
    {
        using var trainer = Trainer();
        trainer.Train(8, cancel: TestContext.Current.CancellationToken);   // the first updates make the gradients
        Assert.Equal(0, LiveTensors.LeftBy(() => trainer.Train(50, cancel: TestContext.Current.CancellationToken)));
    }

    private static Tensor Real() => tensor(new[] { 0.5f, 0.4f }).expand(40, 2);

    private static DiscriminatorTrainer Trainer(double learningRate = 1e-2, double r1 = 0.1) => new(
        new ScoreNetwork(2, hidden: 16), Real().DetachFromDisposeScope(), new Langevin(), new ReplayBuffer(100, [2]),
        steps: 5, batchSize: 6, learningRate, r1);

    private static Tensor Gradient(nn.Module<Tensor, Tensor> network, Tensor real, Tensor made, double r1)
    {
        using var scope = NewDisposeScope();
        var positives = real.clone().requires_grad_();
        var loss = softplus(-network.forward(positives)).mean() + softplus(network.forward(made)).mean();
        var slope = autograd.grad([network.forward(positives).sum()], [positives], retain_graph: true, create_graph: true)[0];
        loss += slope.pow(2).sum(1).mean() * (r1 / 2);
        return autograd.grad([loss], [network.get_parameter("fc1.weight")!])[0].MoveToOuterDisposeScope();
    }

    private sealed class Told : List<DiscriminatorProgress>, IProgress<DiscriminatorProgress>
    {
        public long After { get; init; }

        public CancellationTokenSource? Stop { get; init; }

        public void Report(DiscriminatorProgress value)
        {
            Add(value);
            if (value.Update == After)
                Stop?.Cancel();
        }
    }
}
