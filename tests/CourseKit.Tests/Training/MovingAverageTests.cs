using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class MovingAverageTests
{
    public MovingAverageTests() => Torch.Begin();

    [Theory]
    [InlineData(0.998)]
    [InlineData(0.5)]
    public void It_follows_the_source_as_calculated_by_hand(double decay)
    {
        using var source = nn.Linear(1, 1, hasBias: false);
        using var average = nn.Linear(1, 1, hasBias: false);
        Set(source, 3);
        Set(average, 77);
        var moving = new MovingAverage(source, average, decay);
        Assert.Equal(3, Get(average));
        var expected = 3.0;
        for (var n = 1; n <= 40; n++)
        {
            var value = MathF.Sin(n);
            Set(source, value);
            moving.Update();
            var keep = Math.Min(decay, n / (n + 10.0));
            expected = keep * expected + (1 - keep) * value;
            Assert.Equal(expected, Get(average), 1e-5);
        }
        Assert.Equal(MathF.Sin(40), Get(source));
    }

    [Fact]
    public void It_settles_on_a_source_that_stands_still()
    {
        using var source = nn.Linear(1, 1, hasBias: false);
        using var average = nn.Linear(1, 1, hasBias: false);
        Set(source, -100);
        var moving = new MovingAverage(source, average, decay: 0.9);
        Set(source, 1);
        for (var n = 0; n < 300; n++)
            moving.Update();
        Assert.Equal(1, Get(average), 1e-5);
    }

    [Fact]
    public void It_takes_all_parameters_leaves_buffers_alone_and_keeps_no_tensors()
    {
        using var source = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        using var average = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        source.TakeStatistics(ones(50, 4));
        var buffers = Freeze.Fingerprints(average);
        var moving = new MovingAverage(source, average);
        var parameters = source.named_parameters().Select(entry => entry.name).ToHashSet();
        Assert.All(Freeze.Fingerprints(average), entry =>
            Assert.Equal((parameters.Contains(entry.Key) ? Freeze.Fingerprints(source) : buffers)[entry.Key], entry.Value));
        Assert.Equal(0, LiveTensors.LeftBy(moving.Update));
        Assert.All(average.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
    }

    private static void Set(nn.Module<Tensor, Tensor> module, float value)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        module.parameters().First().copy_(tensor(value));
    }

    private static float Get(nn.Module<Tensor, Tensor> module) => module.parameters().First().item<float>();
}
