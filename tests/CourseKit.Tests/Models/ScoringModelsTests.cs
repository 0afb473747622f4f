using CourseKit.Models;
using CourseKit.Tests.Files;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Models;

[Collection("process-wide state")]
public sealed class ScoringModelsTests
{
    public ScoringModelsTests() => Torch.Begin();

    [Fact]
    public void A_discriminator_gives_each_image_one_number_of_either_sign()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MlpDiscriminator(3, 4, 6, hidden: 32);
        var logits = discriminator.forward(randn(200, 3, 4, 6));
        Assert.Equal([200], logits.shape);
        Assert.True(logits.min().item<float>() < 0 && logits.max().item<float>() > 0);
        Assert.Equal([1], discriminator.forward(zeros(1, 3, 4, 6)).shape);
    }

    [Fact]
    public void A_score_depends_on_its_own_image_only()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MlpDiscriminator(1, 4, 4, hidden: 32);
        var images = randn(9, 1, 4, 4);
        var alone = cat([.. images.split(1).Select(discriminator.forward)]);
        Assert.True(alone.allclose(discriminator.forward(images), atol: 1e-6));
    }

    [Fact]
    public void A_gradient_of_the_score_reaches_every_parameter_and_the_image()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MlpDiscriminator(1, 4, 4, hidden: 16);
        var images = randn(9, 1, 4, 4).requires_grad_();
        discriminator.forward(images).sum().backward();
        Assert.All(discriminator.named_parameters(), entry => Assert.True(entry.parameter.grad!.abs().sum().item<float>() > 0, entry.name));
        Assert.True(images.grad!.flatten(1).abs().sum(1).min().item<float>() > 0);
    }

    [Fact]
    public void A_classifier_gives_logits_and_features_that_are_not_negative()
    {
        using var scope = NewDisposeScope();
        using var classifier = new ImageClassifier(3 * 4 * 4, classes: 7);
        var images = randn(9, 3, 4, 4);
        var features = classifier.Features(images);
        Assert.Equal(7, classifier.Classes);
        Assert.Equal([9, 7], classifier.forward(images).shape);
        Assert.Equal([9, 64], features.shape);
        Assert.Equal(0, features.min().item<float>());
        nn.functional.cross_entropy(classifier.forward(images), arange(9).remainder(tensor(7))).backward();
        Assert.All(classifier.named_parameters(), entry => Assert.True(entry.parameter.grad!.abs().sum().item<float>() > 0, entry.name));
    }

    [Fact]
    public void Scoring_leaves_one_tensor_to_the_caller_and_none_to_leak()
    {
        using var noGrad = no_grad();
        using var discriminator = new MlpDiscriminator(1, 4, 4, hidden: 16);
        using var classifier = new ImageClassifier(16);
        using var images = randn(5, 1, 4, 4);
        Assert.Equal(1, LiveTensors.LeftBy(() => discriminator.forward(images)));
        Assert.Equal(1, LiveTensors.LeftBy(() => classifier.forward(images)));
        Assert.Equal(1, LiveTensors.LeftBy(() => classifier.Features(images)));
    }

    [Fact]
    public void Scoring_leaves_the_images_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var discriminator = new MlpDiscriminator(1, 4, 4, hidden: 16);
        using var classifier = new ImageClassifier(16);
        var images = randn(5, 1, 4, 4);
        var before = images.clone();
        discriminator.forward(images);
        classifier.forward(images);
        Assert.True(Bits.Same(before, images));
    }
}
