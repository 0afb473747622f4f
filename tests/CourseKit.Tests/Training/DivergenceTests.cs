using CourseKit.Models;
using CourseKit.Plots;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

/// <summary>A training stops where it diverges, and keeps the last state that was good.</summary>
[Collection("process-wide state")]
public sealed class DivergenceTests
{
    public DivergenceTests() => Torch.Begin();

    [Theory]
    [InlineData("generator", "discriminator")]
    [InlineData("discriminator", "generator")]
    public void A_GAN_names_the_network_and_the_update_and_keeps_both_networks(string broken, string other)
    {
        using var scope = NewDisposeScope();
        var fault = new Fault(after: broken == "generator" ? 13 : 12); // the 13th pass through D is in a step of D, the 14th in one of G
        var generator = nn.Sequential(("fc", nn.Linear(4, 16)), ("fault", broken == "generator" ? fault : nn.Identity()), ("tanh", nn.Tanh()), ("picture", nn.Unflatten(1, [1L, 4, 4])));
        var discriminator = nn.Sequential(("flat", nn.Flatten()), ("fc1", nn.Linear(16, 8)), ("act", nn.SiLU()), ("fault", broken == "generator" ? nn.Identity() : fault), ("fc", nn.Linear(8, 1)));
        using var trainer = new GanTrainer(generator, discriminator, linspace(-1, 1, 640).view(40, 1, 4, 4), batchSize: 8, r1: 0, latentSize: 4);
        var view = new LiveTraining();
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Learn(100, progress: view));
        Assert.Equal(broken, error.Network);
        Assert.Contains($"at update {error.Update} a gradient of the {broken} is NaN or infinite", error.Message, StringComparison.Ordinal);
        Assert.Contains("a learning rate that is too high (here 0.001)", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(other, error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Update - 1, trainer.Updates);
        Assert.All(generator.parameters().Concat(discriminator.parameters()).Concat(trainer.Averaged.parameters()), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
    }

    [Fact]
    public void An_auto_encoder_and_a_discriminator_that_learns_alone_stop_as_well()
    {
        using var scope = NewDisposeScope();
        var images = linspace(-1, 1, 6400).view(400, 1, 4, 4);
        var network = nn.Sequential(("flat", nn.Flatten()), ("fc1", nn.Linear(16, 8)), ("fault", new Fault(after: 5)), ("fc2", nn.Linear(8, 16)), ("picture", nn.Unflatten(1, [1L, 4, 4])));
        var error = Assert.Throws<TrainingDivergedException>(() => AutoEncoderTrainer.Train(network, images, 50, cancel: TestContext.Current.CancellationToken));
        Assert.Equal(("auto-encoder", 5), (error.Network, error.Update)); // the check before the training was the first pass

        var score = nn.Sequential(("fc1", nn.Linear(2, 8)), ("fault", new Fault(after: 30)), ("fc2", nn.Linear(8, 1)));
        using var buffer = new ReplayBuffer(100, [2]);
        using var trainer = new DiscriminatorTrainer(score, rand(20, 2), new Langevin(), buffer, steps: 2, batchSize: 4, r1: 0);
        error = Assert.Throws<TrainingDivergedException>(() => trainer.Train(50, cancel: TestContext.Current.CancellationToken));
        Assert.Equal(("discriminator", trainer.Updates + 1), (error.Network, error.Update));
    }

    [Fact]
    public void A_painter_stops_and_who_listens_is_told()
    {
        using var scope = NewDisposeScope();
        var images = ones(2, 3, 4, 4);
        using var painter = new PixelPainter(new PainterPalette(cat([images, -images])), 4, 4, 3, 2, hidden: 8);
        using (no_grad())
            painter.parameters().Last().fill_(float.NaN);
        using var trainer = new PixelPainterTrainer(painter, images, batchSize: 8);
        var told = new Told();
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Train(10, told, cancel: TestContext.Current.CancellationToken));
        Assert.Equal(("painter", 1), (error.Network, error.Update));
        Assert.Equal((1, double.NaN), (told.Last!.Update, told.Last.Loss));
    }

    [Fact]
    public void The_optimiser_refuses_a_step_whose_gradient_is_not_finite_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(("fc1", nn.Linear(3, 3)), ("fc2", nn.Linear(3, 1)));
        using var optimizer = new FusedAdam(network.parameters(), 0.1);
        void Learn(float factor)
        {
            optimizer.ZeroGrad();
            (network.forward(ones(2, 3)) * tensor(factor)).sum().backward();
            optimizer.Step();
        }
        Learn(1);
        var (before, state) = (Freeze.Fingerprints(network), optimizer.StateDict());
        foreach (var factor in new[] { float.NaN, float.PositiveInfinity })
        {
            var error = Assert.Throws<TrainingDivergedException>(() => Learn(factor));
            Assert.Equal(("network", 2), (error.Network, error.Update));
        }
        Assert.Equal(before, Freeze.Fingerprints(network));
        Assert.All(optimizer.StateDict(), entry => Assert.True(entry.Value.equal(state[entry.Key]).all().item<bool>()));
        Learn(1);
        Assert.NotEqual(before, Freeze.Fingerprints(network));
    }

    private sealed class Told : IProgress<PixelPainterProgress>
    {
        public PixelPainterProgress? Last { get; private set; }

        public void Report(PixelPainterProgress value) => Last = value;
    }

    // Passes everything on; from a certain pass on, times infinity.
    private sealed class Fault(int after) : nn.Module<Tensor, Tensor>(nameof(Fault))
    {
        private int passes;

        public override Tensor forward(Tensor input) => ++passes <= after ? input.alias() : input * tensor(float.PositiveInfinity);
    }
}
