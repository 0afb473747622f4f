using CourseKit.Data;
using CourseKit.Files;
using CourseKit.Models;
using CourseKit.Plots;
using CourseKit.Tests.Data;
using CourseKit.Tests.Files;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

/// <summary>Every trainer trains networks that the library has never seen.</summary>
[Collection("process-wide state")]
[Trait("Cost", "slow")]
public sealed class OwnNetworksTests
{
    private const long Z = 6;

    public OwnNetworksTests() => Torch.Begin();

    public static TheoryData<string> Kinds => [.. OwnNetworks.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_GAN_learns_is_averaged_filmed_scored_saved_and_loaded(string kind)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        var images = Digits();
        using var trainer = new GanTrainer(OwnNetworks.Generator(kind, Z), OwnNetworks.Encoder(kind, 1), images, batchSize: 32, learningRate: 2e-3, latentSize: Z);
        trainer.Train(60, snapshotsAt: [10, 60], cancel: TestContext.Current.CancellationToken);

        Assert.Equal(60, trainer.History[^1].Update);
        Assert.All(trainer.Snapshots, snapshot => Assert.Equal([256, 1, 8, 8], snapshot.Images.shape));
        var made = trainer.Averaged.forward(trainer.Averaged.SampleLatent(50));
        Assert.True(Closer(made, OwnNetworks.Generator(kind, Z).forward(randn(50, Z)), images));
        Assert.All(trainer.Tournament().Cast<double>(), score => Assert.InRange(score, 0, 1));
        Assert.Equal(["update 10", "update 60"], Filmstrip.Of([.. trainer.Snapshots.Select(shot => (shot.Update, shot.Images))]).Captions);

        var path = folder["G.safetensors"];
        Weights.Save(path, trainer.Averaged);
        var loaded = OwnNetworks.Generator(kind, Z);
        Weights.Load(path, loaded);
        loaded.eval();
        var latent = randn(9, Z);
        Assert.True(Bits.Same(trainer.Averaged.forward(latent), loaded.forward(latent)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_live_view_shows_the_averages_pictures(string kind)
    {
        using var scope = NewDisposeScope();
        using var trainer = new GanTrainer(OwnNetworks.Generator(kind, Z), OwnNetworks.Encoder(kind, 1), Digits(), batchSize: 32, latentSize: Z);
        var view = LiveTraining.Of(trainer, 4, 2);
        trainer.Train(20, progress: view, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([10, 20], view.Film.Select(frame => frame.Update));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_plain_and_a_variational_auto_encoder_learn(string kind)
    {
        using var scope = NewDisposeScope();
        var images = Digits();
        var plain = new AutoEncoder(OwnNetworks.Encoder(kind, Z), OwnNetworks.Generator(kind, Z));
        var history = AutoEncoderTrainer.Train(plain, images, 80, cancel: TestContext.Current.CancellationToken);
        Assert.True(history[^1].Error < 0.8 * history[0].Error, $"{history[0].Error} -> {history[^1].Error}");

        var variational = new VariationalAutoEncoder(OwnNetworks.Encoder(kind, 2 * Z), OwnNetworks.Generator(kind, Z));
        history = AutoEncoderTrainer.Train(variational, images, 80, variance: 0.2, cancel: TestContext.Current.CancellationToken);
        Assert.True(history[^1].Error < 0.85 * history[0].Error, $"{history[0].Error} -> {history[^1].Error}");
        Assert.Equal([3, 1, 8, 8], variational.Decoder.forward(randn(3, Z)).shape);
    }

    [Fact]
    public void A_network_that_is_no_AutoEncoder_learns_to_give_its_input()
    {
        using var scope = NewDisposeScope();
        var network = nn.Sequential(("one", OwnNetworks.Encoder("dense", Z)), ("two", OwnNetworks.Generator("dense", Z)));
        var history = AutoEncoderTrainer.Train(network, Digits(), 60, cancel: TestContext.Current.CancellationToken);
        Assert.True(history[^1].Error < 0.8 * history[0].Error);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_discriminator_generates_and_its_average_can_be_climbed(string kind)
    {
        using var scope = NewDisposeScope();
        var images = Digits();
        using var buffer = new ReplayBuffer(100, [1, 8, 8]);
        using var trainer = new DiscriminatorTrainer(OwnNetworks.Encoder(kind, 1), images, new Langevin(), buffer, steps: 3, batchSize: 16);
        trainer.Train(40, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(40, trainer.History[^1].Update);
        Assert.True(trainer.Averaged.forward(images).mean().item<float>() > trainer.Averaged.forward(buffer.Noise(100)).mean().item<float>());
        var noise = buffer.Noise(50);
        var climbed = trainer.Sampler.Climb(trainer.Averaged, noise, 10);
        Assert.True(trainer.Averaged.forward(climbed).mean().item<float>() > trainer.Averaged.forward(noise).mean().item<float>());
    }

    [Theory]
    [InlineData("dense", "a latent explorer: 6 sliders, pictures of 8x8 pixels, 8,576 weights")]
    [InlineData("dropout", "a latent explorer: 6 sliders, pictures of 8x8 pixels, 8,576 weights")]
    [InlineData("convolutional", "64 pictures of random latent vectors. Sliders need a network of dense layers in a row, with batch normalisation and the same activation after each.")]
    [InlineData("residual", "64 pictures of random latent vectors. Sliders need a network of dense layers in a row, with batch normalisation and the same activation after each.")]
    public void The_explorer_has_sliders_for_what_the_page_can_compute_and_pictures_of_the_rest(string kind, string words)
    {
        using var network = OwnNetworks.Generator(kind, Z);
        Assert.Equal(words, LatentExplorer.Of(network, Z).ToString());
        Assert.Equal(words, LatentExplorer.Of(new MovingAverage(network, latentSize: Z)).ToString());
        Assert.Contains("latentSize: 16", Assert.Throws<ArgumentException>(() => LatentExplorer.Of(network)).Message, StringComparison.Ordinal);
    }

    private static Tensor Digits() => Datasets.Load("digits").Train.Images;

    // Whether the first pictures' mean is closer to the real ones' mean than the second pictures' mean.
    private static bool Closer(Tensor first, Tensor second, Tensor real)
    {
        var mean = real.mean([0]);
        return (first.mean([0]) - mean).norm().item<float>() < 0.8 * (second.mean([0]) - mean).norm().item<float>();
    }
}
