using CourseKit.Metrics;
using CourseKit.Models;
using CourseKit.Plots;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

/// <summary>What cannot work is told in a sentence before anything is trained.</summary>
[Collection("process-wide state")]
public sealed class TrainingCheckTests
{
    public TrainingCheckTests() => Torch.Begin();

    public static TheoryData<string, string, Action> Mistakes => new()
    {
        { "no updates", "updates: expected 1 or more", () => SmallGan.Trainer().Train(0) },
        { "negative updates", "updates: expected 1 or more", () => Scorer().Train(-5) },
        { "no updates of an auto-encoder", "updates: expected 1 or more", () => AutoEncoderTrainer.Train(new AutoEncoder(2, 1, 4, 4), Pictures(), 0) },
        { "no updates of a cell", "updates: expected 1 or more", () => Course.CheckUpdates(0) },
        { "no minibatch", "batchSize: expected 1 or more", () => Gan(batchSize: 0) },
        { "a negative minibatch", "batchSize: expected 1 or more", () => Scorer(batchSize: -1) },
        { "a minibatch of one and batch normalisation", "batchSize: MlpGenerator has batch normalisation, which needs 2 or more", () => Gan(batchSize: 1) },
        { "a minibatch larger than the data", "40 images are fewer than a minibatch of 41", () => Gan(batchSize: 41) },
        { "a rate that is not a number", "learningRate: expected a number from 0 to 1", () => Gan(learningRate: double.NaN) },
        { "a negative rate", "learningRate: expected a number from 0 to 1", () => Scorer(learningRate: -1e-3) },
        { "an absurd rate", "learningRate: expected a number from 0 to 1", () => new FusedAdam(SmallGan.Generator().parameters(), 1e3).Step() },
        { "a negative penalty", "r1: expected a finite number, 0 or more", () => Gan(r1: -1) },
        { "an infinite penalty", "r1: expected a finite number, 0 or more", () => Scorer(r1: double.PositiveInfinity) },
        { "no steps", "steps: expected a finite number, 1 or more", () => Scorer(steps: 0) },
        { "a variance of 0", "variance: expected a finite number above 0", () => AutoEncoderTrainer.Train(new VariationalAutoEncoder(2, 1, 4, 4), Pictures(), 5, variance: 0) },
        { "a final variance below 0", "finalVariance: expected a finite number above 0", () => AutoEncoderTrainer.Train(new VariationalAutoEncoder(2, 1, 4, 4), Pictures(), 5, 1, -1) },
        { "a variational one without a variance", "Train(network, images, updates, variance: 0.2)", () => AutoEncoderTrainer.Train(new VariationalAutoEncoder(2, 1, 4, 4), Pictures(), 5) },
        { "bytes as pictures", "images holds values from 0 to 255; expected -1 to 1", () => Gan(images: Pictures() * 0 + linspace(0, 255, 16).view(4, 4)) },
        { "NaN in the pictures", "images holds NaN or infinite values", () => Gan(images: Pictures() / zeros(1)) },
        { "pictures without channels", "images is Float32 (40, 4, 4): expected Float32 (N, C, H, W)", () => Gan(images: Pictures().squeeze(1)) },
        { "pictures of doubles", "images is Float64 (40, 1, 4, 4): expected Float32 (N, C, H, W)", () => Gan(images: Pictures().to_type(ScalarType.Float64)) },
        { "NaN in the points", "real holds NaN or infinite values", () => Scorer(real: full(10, 2, float.NaN)) },
        { "points that no sample can reach", "A real point has a coordinate of size 3: the sampler keeps its points within [-1, 1]", () => Scorer(real: full(10, 2, -3f)) },
        { "a buffer of other points", "The buffer holds (100, 3): expected points such as the real ones, (10, 2)", () => Scorer(buffer: 3) },
        { "an unknown length of vectors", "The generator (Sequential) does not know how long its latent vectors are: give latentSize", () => Gan(generator: Pixels(4, 16)) },
        { "a wrong length of vectors", "The generator (Sequential) cannot take latent vectors of shape (2, 5): mat1 and mat2 shapes cannot be multiplied (2x5 and 4x16)",
            () => Gan(generator: Pixels(4, 16), latentSize: 5) },
        { "a generator of other pictures", "The generator (Sequential) makes (2, 1, 3, 3) of latent vectors (2, 4): expected (2, 1, 4, 4), as the images are",
            () => Gan(generator: Pixels(4, 9), latentSize: 4) },
        { "a generator of flat pictures", "The generator (Linear) makes (2, 16) of latent vectors (2, 4): expected (2, 1, 4, 4), as the images are",
            () => Gan(generator: nn.Linear(4, 16), latentSize: 4) },
        { "a generator of doubles", "The generator (Doubled) gives Float64 on cpu: expected Float32 on cpu", () => Gan(generator: new Doubled(), latentSize: 4) },
        { "a generator that returns nothing", "The generator (Empty) makes nothing of latent vectors (2, 4)", () => Gan(generator: new Empty(), latentSize: 4) },
        { "a discriminator of ten scores", "The discriminator (Sequential) makes (2, 10) of a minibatch (2, 1, 4, 4): expected (2), one score for each",
            () => Gan(discriminator: nn.Sequential(nn.Flatten(), nn.Linear(16, 10))) },
        { "a discriminator that does not flatten", "The discriminator (Linear) cannot take a minibatch of shape (2, 1, 4, 4): mat1 and mat2", () => Gan(discriminator: nn.Linear(16, 1)) },
        { "a discriminator that gives probabilities", "The discriminator (Sequential) ends with a sigmoid", () => Gan(discriminator: nn.Sequential(nn.Flatten(), nn.Linear(16, 1), nn.Sigmoid())) },
        { "a discriminator that learns nothing", "The discriminator (Flatten) has no parameters to learn", () => Gan(discriminator: nn.Flatten()) },
        { "an encoder of an odd size", "the encoder gives (2, 3); expected (B, 2Z), the code m and the log-scale s side by side",
            () => AutoEncoderTrainer.Train(new VariationalAutoEncoder(nn.Sequential(nn.Flatten(), nn.Linear(16, 3)), Pixels(1, 16)), Pictures(), 5, variance: 1) },
        { "a decoder of other pictures", "The auto-encoder (AutoEncoder) makes (2, 1, 3, 3) of images (2, 1, 4, 4): expected (2, 1, 4, 4)",
            () => AutoEncoderTrainer.Train(new AutoEncoder(nn.Sequential(nn.Flatten(), nn.Linear(16, 2)), Pixels(2, 9)), Pictures(), 5) },
        { "a tournament of NaN", "the training has diverged", () => Tournament.Of(new[,] { { double.NaN } }, [1]) },
        { "a distance of NaN", "has the training diverged?", () => FrechetDistance.Between(full(3, 2, float.NaN), rand(3, 2)) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_in_a_sentence(string mistake, string words, Action make)
    {
        using var scope = NewDisposeScope();
        var error = Record.Exception(make);
        Assert.True(error is ArgumentException or InvalidOperationException, $"{mistake}: {error}");
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_changes_neither_networks_nor_modes_nor_random_numbers()
    {
        using var scope = NewDisposeScope();
        var (generator, discriminator) = (SmallGan.Generator(), nn.Sequential(("flat", nn.Flatten()), ("drop", nn.Dropout(0.5)), ("fc", nn.Linear(16, 1))));
        var before = Freeze.Fingerprints(generator);
        manual_seed(5);
        using var first = new GanTrainer(generator, discriminator, Pictures(), batchSize: 8);
        var drawn = randn(4);
        manual_seed(5);
        randn(4096, 4);
        randperm(40);
        Assert.Equal(randn(4).data<float>().ToArray(), drawn.data<float>().ToArray());
        Assert.Equal(before, Freeze.Fingerprints(generator));
        Assert.True(generator.training && discriminator.training && discriminator.modules().All(module => module.training));
    }

    [Fact]
    public void A_score_may_be_a_column()
    {
        using var scope = NewDisposeScope();
        using var trainer = Gan(discriminator: nn.Sequential(("flat", nn.Flatten()), ("fc", nn.Linear(16, 1))));
        trainer.Learn(10, snapshotsAt: [10]);
        Assert.InRange(trainer.Tournament()[0, 0], 0, 1);
    }

    private static Tensor Pictures() => linspace(-1, 1, 640).view(40, 1, 4, 4);

    private static nn.Module<Tensor, Tensor> Pixels(long z, long pixels) =>
        nn.Sequential(("fc", nn.Linear(z, pixels)), ("picture", nn.Unflatten(1, [1, (long)Math.Sqrt(pixels), (long)Math.Sqrt(pixels)])));

    private static GanTrainer Gan(nn.Module<Tensor, Tensor>? generator = null, nn.Module<Tensor, Tensor>? discriminator = null, Tensor? images = null,
        int batchSize = 8, double learningRate = 1e-3, double r1 = 1, long latentSize = 0) =>
        new(generator ?? SmallGan.Generator(), discriminator ?? SmallGan.Discriminator(), images ?? Pictures(), batchSize, learningRate, r1, latentSize);

    private static DiscriminatorTrainer Scorer(int batchSize = 6, double learningRate = 1e-2, double r1 = 0.1, int steps = 5, Tensor? real = null, long buffer = 2) =>
        new(new ScoreNetwork(2, hidden: 16), real ?? rand(10, 2), new Langevin(), new ReplayBuffer(100, [buffer]), steps, batchSize, learningRate, r1);

    private sealed class Doubled : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear fc = nn.Linear(4, 16);

        public Doubled() : base(nameof(Doubled)) => RegisterComponents();

        public override Tensor forward(Tensor input) => fc.forward(input).to_type(ScalarType.Float64).view(-1, 1, 4, 4);
    }

    private sealed class Empty : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear fc = nn.Linear(4, 16);

        public Empty() : base(nameof(Empty)) => RegisterComponents();

        public override Tensor forward(Tensor input) => null!;
    }
}
