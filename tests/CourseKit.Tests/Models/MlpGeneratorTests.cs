using CourseKit.Models;
using CourseKit.Tests.Files;
using CourseKit.Tests.Training;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Models;

[Collection("process-wide state")]
public sealed class MlpGeneratorTests
{
    public MlpGeneratorTests() => Torch.Begin();

    [Theory]
    [InlineData(5, 1, 8, 8)]
    [InlineData(3, 3, 4, 6)]
    public void It_eats_vectors_and_gives_images_between_minus_one_and_one(long latent, long channels, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(latent, channels, height, width, hidden: 16);
        var vectors = generator.SampleLatent(7);
        var images = generator.forward(vectors);
        Assert.Equal([7, latent], vectors.shape);
        Assert.Equal([7, channels, height, width], images.shape);
        Assert.Equal([channels, height, width], generator.ImageShape);
        Assert.InRange(images.abs().max().item<float>(), 0.01f, 1);
    }

    [Fact]
    public void Latent_vectors_are_standard_normal_and_new_each_time()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(10, 1, 2, 2, hidden: 4);
        var (first, second) = (generator.SampleLatent(2000), generator.SampleLatent(2000));
        Assert.Equal(0, first.mean().item<float>(), 0.03);
        Assert.Equal(1, first.std().item<float>(), 0.03);
        Assert.False(Bits.Same(first, second));
    }

    [Fact]
    public void A_gradient_reaches_every_parameter()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        var weights = randn(6, 1, 3, 3);
        (generator.forward(generator.SampleLatent(6)) * weights).sum().backward();
        // A bias before batch normalisation is subtracted again: its gradient is zero but for rounding.
        Assert.All(generator.named_parameters(), entry => Assert.NotNull(entry.parameter.grad));
        Assert.All(generator.named_parameters().Where(entry => entry.name is not ("fc1.bias" or "fc2.bias" or "fc3.bias")),
            entry => Assert.True(entry.parameter.grad!.abs().max().item<float>() > 1e-4, entry.name));
    }

    [Fact]
    public void A_forward_pass_leaves_one_tensor_to_the_caller_and_none_to_leak()
    {
        using var generator = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        using var latent = generator.SampleLatent(6);
        using var noGrad = no_grad();
        Assert.Equal(1, LiveTensors.LeftBy(() => generator.forward(latent)));
        Assert.Equal(0, LiveTensors.LeftBy(() => generator.TakeStatistics(latent)));
        Assert.Equal(0, LiveTensors.LeftBy(() =>
        {
            using var scope = NewDisposeScope();
            generator.forward(latent);
        }));
    }

    [Fact]
    public void A_generator_outlives_the_dispose_scope_it_was_made_in()
    {
        MlpGenerator generator;
        using (NewDisposeScope())
            generator = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        using (generator)
        using (NewDisposeScope())
            Assert.Equal([2, 1, 3, 3], generator.forward(ones(2, 4)).shape);
    }

    [Fact]
    public void Statistics_of_a_batch_make_evaluation_give_what_training_gives_on_it()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(4, 1, 3, 3, hidden: 16);
        var latent = generator.SampleLatent(20_000);
        generator.TakeStatistics(generator.SampleLatent(20_000) + ones(1));
        generator.TakeStatistics(latent);
        Assert.False(generator.training);
        var evaluated = generator.forward(latent);
        generator.train();
        Assert.Equal(0, (generator.forward(latent) - evaluated).abs().max().item<float>(), 1e-3);
    }

    [Fact]
    public void After_statistics_were_taken_training_records_a_tenth_of_each_minibatch_again()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        using var fresh = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        fresh.load_state_dict(generator.state_dict());
        generator.TakeStatistics(zeros(50, 4));
        generator.train();
        var latent = generator.SampleLatent(50);
        var before = generator.state_dict()["bn1.running_mean"].clone();
        generator.forward(latent);
        fresh.forward(latent);   // from zero: a tenth of the minibatch's mean
        var expected = before * tensor(0.9f) + fresh.state_dict()["bn1.running_mean"];
        Assert.True(expected.allclose(generator.state_dict()["bn1.running_mean"], atol: 1e-6));
    }
}
