using CourseKit.Display;
using CourseKit.Native;

namespace CourseKit.Tests.Devices;

[Collection("process-wide state")]
[Trait("Device", "any")]
public sealed class DeviceChoiceTests
{
    private static readonly CudaSupport Laptop = new(Gpus: 0, IsBuilt: false, HasGpu: false), Idle = new(0, IsBuilt: false, HasGpu: true),
        Lost = new(0, IsBuilt: true, HasGpu: true), Server = new(2, IsBuilt: true, HasGpu: true);

    public DeviceChoiceTests() => NativeBackend.Load();

    [Theory]
    [InlineData("auto", "cuda:0")]
    [InlineData("cuda", "cuda:0")]
    [InlineData("cuda:1", "cuda:1")]
    [InlineData("cpu", "cpu")]
    public void With_GPUs_it_is_the_one_asked_for_and_no_fallback(string asked, string expected)
    {
        var choice = DeviceChoice.Of(asked, Server);
        Assert.Equal((expected, null), (choice.Name, choice.Fallback));
    }

    [Fact]
    public void Without_a_GPU_the_CPU_is_no_fallback() => Assert.Equal(("cpu", null), (DeviceChoice.Of("auto", Laptop).Name, DeviceChoice.Of("auto", Laptop).Fallback));

    [Fact]
    public void A_fallback_says_why()
    {
        Assert.Contains("the build is for the CPU; `dotnet build -c Release -p:TorchBackend=cuda`", DeviceChoice.Of("auto", Idle).Fallback, StringComparison.Ordinal);
        Assert.Contains("torch finds no GPU it can use; `coursekit doctor`", DeviceChoice.Of("auto", Lost).Fallback, StringComparison.Ordinal);
        Assert.Equal("cpu", DeviceChoice.Of("auto", Lost).Name);
        Assert.Null(DeviceChoice.Of("cpu", Lost).Fallback);
    }

    [Theory]
    [InlineData("cuda:2", "torch finds 2 GPUs, cuda:0 to cuda:1")]
    [InlineData("cuda:99999999999", "expected \"auto\", \"cpu\" or \"cuda\", or a GPU by its number")]
    [InlineData("cuda:-1", "expected \"auto\"")]
    [InlineData("cuda:", "expected \"auto\"")]
    [InlineData("gpu", "expected \"auto\"")]
    public void A_GPU_that_is_not_there_is_refused(string asked, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => DeviceChoice.Of(asked, Server));
        Assert.Contains($"device is \"{asked}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("device", error.ParamName);
    }

    [Fact]
    public void A_GPU_asked_for_by_name_is_never_replaced_by_the_CPU()
    {
        Assert.Contains("torch finds no GPU. Use \"auto\"", Assert.Throws<ArgumentException>(() => DeviceChoice.Of("cuda", Laptop)).Message, StringComparison.Ordinal);
        Assert.Contains("torch finds no GPU: there is an NVIDIA GPU, but the build is for the CPU", Assert.Throws<ArgumentException>(() => DeviceChoice.Of("cuda:0", Idle)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_card_shows_a_fallback()
    {
        var card = new CourseCard("cpu", "built for CUDA, but torch finds no GPU", threads: 2, seed: 1);
        Assert.Contains("| device cpu (built for CUDA, but torch finds no GPU) | 2 threads |", card.ToString(), StringComparison.Ordinal);
        Assert.Contains("<span>device cpu (built for CUDA, but torch finds no GPU)</span>", ((IDisplayable)card).Bundle[0].Text, StringComparison.Ordinal);
    }
}
