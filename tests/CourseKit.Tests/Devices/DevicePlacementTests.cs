using CourseKit.Data;
using CourseKit.Files;
using CourseKit.Models;
using CourseKit.Tests.Training;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Devices;

/// <summary>
/// Data, networks and what trainings keep beside them land on the device of the course. The meta device, whose tensors have a shape and no values, stands for one that is not the CPU: it needs no GPU, and
/// tensors of two devices refuse to meet there as they do on one.
/// </summary>
[Collection("process-wide state")]
[Trait("Device", "any")]
public sealed class DevicePlacementTests : IDisposable
{
    private readonly DisposeScope scope;

    public DevicePlacementTests()
    {
        Torch.Begin();
        scope = NewDisposeScope();
        set_default_device(META);
    }

    public void Dispose()
    {
        set_default_device(CPU);
        scope.Dispose();
    }

    public static TheoryData<string, Func<Tensor>> Made => new()
    {
        { "avatars", () => Avatars.Draw([AvatarAttributes.FromIndex(0), AvatarAttributes.FromIndex(7)]) },
        { "tilted ones", () => TiltedDigits.Draw([new(10), new(0), new(-10)]) },
        { "sentences", () => SentenceCode.Words.Encode([.. SentenceGrammar.All.Take(3)]) },
        { "file of pictures", () => IdxFile.ReadImages(Path.Combine(Datasets.List().Single(set => set.Dataset.Name == "digits").Folder!, "digits-images-idx3-ubyte.gz")) },
        { "generator's own vectors", () => new MlpGenerator(4, 1, 8, 8, 16).SampleLatent(5) },
        { "discriminator", () => new MlpDiscriminator(1, 8, 8, 16).forward(rand(5, 1, 8, 8)) },
        { "auto-encoder", () => new AutoEncoder(2, 1, 8, 8).forward(rand(5, 1, 8, 8)) },
        { "variational auto-encoder", () => new VariationalAutoEncoder(2, 1, 8, 8).forward(rand(5, 1, 8, 8)) },
        { "score network", () => new ScoreNetwork(64, 16).forward(rand(5, 1, 8, 8)) },
        { "noise of a replay buffer", () => new ReplayBuffer(10, [1, 8, 8]).Noise(3) },
        { "moving average", () => Averaged().parameters().First() },
    };

    [Theory]
    [MemberData(nameof(Made), DisableDiscoveryEnumeration = true)]
    public void What_the_library_makes_lies_on_the_device_of_the_course(string what, Func<Tensor> make)
    {
        Assert.NotEmpty(what);
        Assert.Equal(DeviceType.META, Course.Device.type);
        Assert.Equal(DeviceType.META, make().device_type);
    }

    // Batch normalisation and ReLU do not know the meta device; what they hold must lie there all the same.
    public static TheoryData<string, Func<nn.Module>> Networks => new()
    {
        { "generator", () => new MlpGenerator(4, 1, 8, 8, 16) },
        { "sentence generator", () => new SentenceGenerator(4, SentenceCode.Words, 16) },
        { "classifier", () => new ImageClassifier(64) },
    };

    [Theory]
    [MemberData(nameof(Networks), DisableDiscoveryEnumeration = true)]
    public void What_a_network_holds_lies_on_the_device_of_the_course(string what, Func<nn.Module> make)
    {
        Assert.NotEmpty(what);
        var network = make();
        Assert.NotEmpty(network.parameters());
        Assert.All([.. network.parameters(), .. network.buffers()], tensor => Assert.Equal(DeviceType.META, tensor.device_type));
    }

    [Fact]
    public void Files_are_read_onto_the_CPU_whatever_the_device()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.npy");
        try
        {
            NumpyFile.Save(path, ones(2, 3, device: CPU));
            using var loaded = NumpyFile.Load(path);
            Assert.Equal([1, 1, 1, 1, 1, 1], loaded.data<float>().ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_picture_of_bytes_is_shown_wherever_it_lies()
    {
        var bytes = (arange(64, device: CPU) * 4).to_type(ScalarType.Byte).view(1, 1, 8, 8);
        Assert.Contains("0 to 255", CourseKit.Formatters.TensorPicture.Of(bytes)!.Value.Caption, StringComparison.Ordinal);
    }

    private static MovingAverage Averaged()
    {
        var average = new MovingAverage(new MlpGenerator(4, 1, 8, 8, 16));
        average.Update();
        return average;
    }
}
