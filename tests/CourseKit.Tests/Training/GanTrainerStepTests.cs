using CourseKit.Data;
using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class GanTrainerStepTests
{
    public GanTrainerStepTests() => Torch.Begin();

    [Fact]
    public void Updating_D_moves_all_of_D_and_leaves_G_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        var (g, d) = (Freeze.Fingerprints(trainer.Generator), Freeze.Fingerprints(trainer.Discriminator));
        var (loss, realLogits, generatedLogits) = trainer.UpdateDiscriminator(trainer.NextMinibatch());
        Assert.Equal(g, Freeze.Fingerprints(trainer.Generator));
        Assert.All(Freeze.Fingerprints(trainer.Discriminator), entry => Assert.NotEqual(d[entry.Key], entry.Value));
        Assert.Equal([8], realLogits.shape);
        Assert.Equal([8], generatedLogits.shape);
        var expected = -(realLogits.data<float>().Average(x => LogSigmoid(x)) + generatedLogits.data<float>().Average(x => LogSigmoid(-x)));
        Assert.Equal(expected, loss.item<float>(), 1e-5);
        Assert.Equal(0, trainer.Updates);
    }

    [Fact]
    public void Updating_G_moves_all_of_G_and_leaves_D_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        var (g, d) = (Freeze.Fingerprints(trainer.Generator), Freeze.Fingerprints(trainer.Discriminator));
        var loss = trainer.UpdateGenerator();
        Assert.Equal(d, Freeze.Fingerprints(trainer.Discriminator));
        Assert.All(Freeze.Fingerprints(trainer.Generator), entry => Assert.NotEqual(g[entry.Key], entry.Value));
        Assert.InRange(loss.item<float>(), 0.3, 1.5);
        Assert.Equal(1, trainer.Updates);
    }

    [Fact]
    public void Updating_D_again_and_again_teaches_it_to_tell_real_from_generated()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer(r1: 0.01);
        for (var i = 0; i < 60; i++)
            trainer.UpdateDiscriminator(trainer.NextMinibatch());
        var last = trainer.UpdateDiscriminator(trainer.NextMinibatch());
        Assert.InRange(last.RealLogits.sigmoid().mean().item<float>(), 0.8, 1);
        Assert.InRange(last.GeneratedLogits.sigmoid().mean().item<float>(), 0, 0.2);
        var fooled = Enumerable.Range(0, 100).Select(_ => trainer.UpdateGenerator().item<float>()).ToList();
        Assert.True(fooled[^1] < 0.5 * fooled[0], $"{fooled[0]} -> {fooled[^1]}");
    }

    [Fact]
    public void The_penalty_flattens_D_at_the_real_images()
    {
        float SlopeWith(double r1)
        {
            using var scope = NewDisposeScope();
            manual_seed(1);
            using var trainer = SmallGan.Trainer(r1: r1);
            trainer.Learn(60);
            var real = trainer.NextMinibatch().requires_grad_();
            return autograd.grad([trainer.Discriminator.forward(real).sum()], [real])[0].norm().item<float>();
        }
        Assert.True(SlopeWith(10) < 0.5 * SlopeWith(0));
    }

    [Fact]
    public void The_real_minibatch_is_left_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        var real = trainer.NextMinibatch();
        trainer.UpdateDiscriminator(real);
        Assert.False(real.requires_grad);
        Assert.Null(real.grad);
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(43, 40)]
    public void Minibatches_visit_every_image_once_in_an_order_that_is_new_each_epoch(int count, int visited)
    {
        using var scope = NewDisposeScope();
        var images = (arange(count).to_type(ScalarType.Float32) / tensor(100f)).view(count, 1, 1, 1).expand(count, 1, 4, 4).contiguous();
        using var trainer = new GanTrainer(SmallGan.Generator(), SmallGan.Discriminator(), images, batchSize: 8);
        List<int> Epoch() => [.. Enumerable.Range(0, 5).SelectMany(_ => trainer.NextMinibatch()[.., 0, 0, 0].data<float>().ToArray())
            .Select(value => (int)MathF.Round(value * 100))];
        var epochs = new[] { Epoch(), Epoch(), Epoch() };
        Assert.All(epochs, epoch => Assert.Equal((visited, visited), (epoch.Count, epoch.Distinct().Count())));
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(epochs[1], epochs[2]);
        Assert.NotEqual(epochs[0], epochs[0].Order());
        Assert.Equal(count, epochs.SelectMany(epoch => epoch).Distinct().Count());
    }

    [Fact]
    public void Fewer_images_than_a_minibatch_are_refused()
    {
        using var images = zeros(7, 1, 4, 4);
        var error = Assert.Throws<ArgumentException>(() => new GanTrainer(SmallGan.Generator(), SmallGan.Discriminator(), images, batchSize: 8));
        Assert.Contains("7 images are fewer than a minibatch of 8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 8, 8, 16, 256, 128)]
    [InlineData(3, 16, 16, 32, 128, 64)]
    [InlineData(1, 28, 28, 32, 128, 64)]
    [InlineData(3, 32, 32, 64, 256, 64)]
    public void Networks_fit_the_images(long channels, long height, long width, long latent, long hidden, int batch)
    {
        using var scope = NewDisposeScope();
        using var images = new ImageSet("noise", rand(130, channels, height, width), null, [], "");
        using var trainer = GanTrainer.For(images);
        Assert.Equal((latent, batch), (trainer.LatentSize, trainer.BatchSize));
        Assert.Equal([channels, height, width], ((MlpGenerator)trainer.Generator).ImageShape);
        Assert.Equal([hidden, latent], trainer.Generator.get_parameter("fc1.weight")!.shape);
        Assert.Equal([hidden, channels * height * width], trainer.Discriminator.get_parameter("fc1.weight")!.shape);
        var step = trainer.UpdateDiscriminator(trainer.NextMinibatch());
        Assert.Equal([batch], step.GeneratedLogits.shape);
        Assert.True(float.IsFinite(step.Loss.item<float>() + trainer.UpdateGenerator().item<float>()));
    }

    private static double LogSigmoid(double x) => -Math.Log(1 + Math.Exp(-x));
}
