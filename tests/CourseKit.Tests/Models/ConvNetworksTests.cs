using CourseKit.Models;
using CourseKit.Tests.Training;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Models;

[Collection("process-wide state")]
public sealed class ConvNetworksTests
{
    public ConvNetworksTests() => Torch.Begin();

    [Theory]
    [InlineData(8, 1)]
    [InlineData(32, 3)]
    [InlineData(64, 3)]
    public void Vectors_become_images_and_images_become_scores(int size, long channels)
    {
        using var scope = NewDisposeScope();
        var (generator, discriminator) = (new ConvGenerator(size, 5, channels, width: 4), new ConvDiscriminator(size, channels, width: 4));
        var images = generator.forward(randn(6, 5));
        Assert.Equal([6, channels, size, size], images.shape);
        Assert.InRange(images.abs().max().item<float>(), 0.01f, 1);
        var scores = discriminator.forward(images);
        Assert.Equal([6], scores.shape);
        scores.sum().backward();
        Assert.All(discriminator.named_parameters().Concat(generator.named_parameters()),
            entry => Assert.True(entry.parameter.grad!.abs().max().item<float>() > 0, entry.name));
    }

    [Fact]
    public void At_64_pixels_the_pair_has_five_to_ten_million_parameters()
    {
        using var scope = NewDisposeScope();
        Assert.InRange(new ConvGenerator().parameters().Concat(new ConvDiscriminator().parameters()).Sum(parameter => parameter.numel()), 5_000_000, 10_000_000);
    }

    [Fact]
    public void A_score_does_not_depend_on_the_other_images_of_the_minibatch()
    {
        using var scope = NewDisposeScope();
        var discriminator = new ConvDiscriminator(16, width: 4);
        var images = rand(5, 3, 16, 16) * 2 - 1;
        Assert.True(discriminator.forward(images)[..2].allclose(discriminator.forward(images[..2]), atol: 1e-6));
    }

    [Fact]
    public void The_pair_learns_in_the_trainer_and_leaves_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        using var trainer = new GanTrainer(new ConvGenerator(8, 4, 1, width: 4), new ConvDiscriminator(8, 1, width: 4), rand(8, 1, 8, 8) * 2 - 1, batchSize: 4);
        Assert.Equal(4, trainer.LatentSize);
        trainer.Train(5, cancel: TestContext.Current.CancellationToken);
        using var noGrad = no_grad();
        var latent = trainer.SampleLatent(3);
        Assert.Equal([3, 1, 8, 8], trainer.Averaged.forward(latent).shape);
        Assert.Equal(1, LiveTensors.LeftBy(() => trainer.Generator.forward(latent)));
        var images = zeros(2, 1, 8, 8);
        Assert.Equal(1, LiveTensors.LeftBy(() => trainer.Discriminator.forward(images)));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(48)]
    [InlineData(-8)]
    public void Sizes_that_blocks_of_two_do_not_reach_are_refused(int size)
    {
        Assert.Contains("power of two", Assert.Throws<ArgumentOutOfRangeException>(() => new ConvGenerator(size)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConvDiscriminator(size));
    }
}
