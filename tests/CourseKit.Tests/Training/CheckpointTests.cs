using CourseKit.Files;
using CourseKit.Models;
using CourseKit.Tests.Data;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class CheckpointTests : IDisposable
{
    private readonly TempFolder folder = new();

    public CheckpointTests() => Torch.Begin();

    public static TheoryData<string> Kinds => [.. Resumed.Kinds];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Cost", "slow")]
    public void A_training_that_was_ended_again_and_again_ends_at_the_bits_of_one_that_never_was(string kind)
    {
        var whole = Resumed.Run(kind, null);
        var file = folder["state.ckpt"];
        Assert.Null(Resumed.Run(kind, file, 5));  // before the first save
        Assert.False(File.Exists(file));
        foreach (var places in new[] { 10, 12 })
            Assert.Null(Resumed.Run(kind, file, places));
        Assert.Equal(whole, Resumed.Run(kind, file));
        Assert.True(File.Exists(file + ".previous"));
    }

    [Theory]
    [InlineData("GAN")]
    [InlineData("variational auto-encoder")]
    public void A_finished_one_gives_all_of_it_again_without_an_update(string kind)
    {
        var whole = Resumed.Run(kind, folder["state.ckpt"]);
        Assert.Equal(Resumed.Run(kind, null), whole);
        Assert.Equal(whole, Resumed.Run(kind, folder["state.ckpt"], places: 0));
    }

    [Fact]
    public void A_process_that_ended_between_the_two_files_goes_on_from_the_one_before()
    {
        var file = folder["state.ckpt"];
        Assert.Null(Resumed.Run("GAN", file, 30));
        File.Move(file, file + ".previous", overwrite: true);
        Assert.Equal(Resumed.Run("GAN", null), Resumed.Run("GAN", file, places: 13)); // 28 of 40 updates were in the file
    }

    public static TheoryData<string, Action<string>> Edits => new()
    {
        { "the rate", file => Train(file, learningRate: 2e-3) },
        { "the penalty", file => Train(file, r1: 2) },
        { "the minibatch", file => Train(file, batchSize: 9) },
        { "the number of updates", file => Train(file, updates: 21) },
        { "the moments of the snapshots", file => Train(file, snapshotsAt: [5]) },
        { "the seed", file => Train(file, seed: 2) },
        { "a picture", file => Train(file, images: Pictures().index_fill_(0, tensor(3L), tensor(0f).ToScalar())) },
        { "an activation", file => Train(file, discriminator: Score(nn.SiLU())) },
        { "a rate of dropout", file => Train(file, discriminator: Score(nn.ReLU(), drop: 0.3)) },
        { "a width", file => Train(file, discriminator: Score(nn.ReLU(), hidden: 9)) },
        { "the numbers drawn before", file => Train(file, before: () => rand(1)) },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void After_an_edit_the_training_begins_anew_and_says_so(string what, Action<string> edited)
    {
        var file = folder["state.ckpt"];
        Train(file);
        var said = Said(() => edited(file));
        Assert.True(said.Contains("This training begins anew", StringComparison.Ordinal), what);
        Assert.Equal("", Said(() => edited(file))); // now the file is of the edited training
    }

    [Fact]
    public void Unchanged_it_says_nothing()
    {
        var file = folder["state.ckpt"];
        Assert.Equal("", Said(() => Train(file)));
        Assert.Equal("", Said(() => Train(file)));
    }

    [Theory]
    [InlineData("cut", "cut off")]
    [InlineData("a bit", "has been changed or damaged")]
    [InlineData("empty", "not a safetensors file")]
    [InlineData("another file", "is no checkpoint of a training")]
    [InlineData("newer", "is a checkpoint of version 2, this library reads 1")]
    [InlineData("a folder", "")]
    public void A_file_that_is_not_whole_is_refused_by_name_and_left_alone_and_nothing_is_trained(string fault, string words)
    {
        using var scope = NewDisposeScope();
        var file = folder["state.ckpt"];
        Train(file);
        var bytes = File.ReadAllBytes(file);
        switch (fault)
        {
            case "cut": File.WriteAllBytes(file, bytes[..(bytes.Length / 2)]); break;
            case "a bit": bytes[^40] ^= 1; File.WriteAllBytes(file, bytes); break;
            case "empty": File.WriteAllBytes(file, []); break;
            case "another file": SafeTensors.Save(file, new Dictionary<string, Tensor> { ["weight"] = ones(3) }); break;
            case "newer":
                var state = SafeTensors.Load(file);
                state["version"] = tensor(2L);
                SafeTensors.Save(file, state);
                break;
            default:
                File.Delete(file);
                Directory.CreateDirectory(file);
                break;
        }
        var before = fault == "a folder" ? [] : File.ReadAllBytes(file);
        var error = Record.Exception(() => Train(file));
        Assert.True(error is IOException or UnauthorizedAccessException, $"{error}");
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("state.ckpt", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, fault == "a folder" ? [] : File.ReadAllBytes(file));
    }

    [Fact]
    public void Every_must_be_an_update_or_more() =>
        Assert.Contains("Every: expected a finite number, 1 or more", Assert.ThrowsAny<ArgumentException>(() => Resumed.Run("GAN", folder["a"], every: 0)).Message, StringComparison.Ordinal);

    private static void Train(string file, double learningRate = 1e-3, double r1 = 1, int batchSize = 8, long updates = 20, long[]? snapshotsAt = null, int seed = 1,
        Tensor? images = null, nn.Module<Tensor, Tensor>? discriminator = null, Action? before = null)
    {
        using var scope = NewDisposeScope();
        manual_seed(seed);
        discriminator ??= Score(nn.ReLU());
        manual_seed(seed);
        using var trainer = new GanTrainer(SmallGan.Generator(), discriminator, images ?? Pictures(), batchSize, learningRate, r1);
        before?.Invoke();
        trainer.Train(updates, snapshotsAt, checkpoint: file, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(updates, trainer.Updates);
    }

    private static nn.Module<Tensor, Tensor> Score(nn.Module<Tensor, Tensor> activation, double drop = 0.2, long hidden = 8)
    {
        manual_seed(1);
        return nn.Sequential(("flat", nn.Flatten()), ("fc1", nn.Linear(16, hidden)), ("activation", activation), ("drop", nn.Dropout(drop)), ("fc2", nn.Linear(hidden, 1)));
    }

    private static Tensor Pictures() => linspace(-1, 1, 640).view(40, 1, 4, 4);

    private static string Said(Action work)
    {
        var before = Console.Out;
        using var said = new StringWriter();
        Console.SetOut(said);
        try
        {
            work();
        }
        finally
        {
            Console.SetOut(before);
        }
        return said.ToString();
    }
}
