using CourseKit.Tests.Files;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class ClassifierTrainerTests
{
    public ClassifierTrainerTests() => Torch.Begin();

    [Fact]
    [Trait("Cost", "slow")]
    public void The_yardstick_is_the_same_under_every_seed_and_draws_nothing_from_it()
    {
        using var scope = NewDisposeScope();
        var labels = arange(30).remainder(tensor(3));
        var images = (labels.to_type(ScalarType.Float32) - ones(1)).view(30, 1, 1, 1).expand(30, 1, 2, 2).contiguous();   // -1, 0, 1
        manual_seed(1);
        using var first = ClassifierTrainer.Train(images, labels, classes: 3);
        manual_seed(2);
        var expected = randn(10);
        manual_seed(2);
        using (no_grad())
        {
            using var second = ClassifierTrainer.Train(images, labels, classes: 3);
            Assert.Equal(Freeze.Fingerprints(first), Freeze.Fingerprints(second));
        }
        Assert.True(Bits.Same(expected, randn(10)));
        Assert.Equal(3, first.Classes);
        Assert.False(first.training);
        Assert.True(first.forward(images).argmax(1).equal(labels).all().item<bool>());
    }
}
