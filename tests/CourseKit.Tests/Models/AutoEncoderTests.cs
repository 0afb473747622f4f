using CourseKit.Models;
using CourseKit.Tests.Files;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Models;

[Collection("process-wide state")]
public sealed class AutoEncoderTests
{
    public AutoEncoderTests() => Torch.Begin();

    [Fact]
    public void Images_become_codes_and_codes_images()
    {
        using var scope = NewDisposeScope();
        using var network = new AutoEncoder(3, 1, 4, 6);
        var images = rand(5, 1, 4, 6);
        Assert.Equal([5, 3], network.Encode(images).shape);
        Assert.Equal([5, 1, 4, 6], network.forward(images).shape);
        Assert.Equal([7, 1, 4, 6], network.Decoder.forward(randn(7, ((IGenerator)network.Decoder).LatentSize)).shape);
        Assert.True(Bits.Same(network.forward(images), network.Decoder.forward(network.Encode(images))));
        Assert.InRange(network.forward(images).abs().max().item<float>(), 0.001f, 1);
    }

    [Fact]
    public void The_variational_one_gives_a_mean_and_a_log_scale_for_each_number_of_the_code()
    {
        using var scope = NewDisposeScope();
        using var network = new VariationalAutoEncoder(3, 1, 4, 6);
        var images = rand(5, 1, 4, 6);
        var (mean, logScale) = network.Encode(images);
        Assert.Equal([5, 3], mean.shape);
        Assert.Equal([5, 3], logScale.shape);
        Assert.True(Bits.Same(network.forward(images), network.Decoder.forward(mean)));
    }

    [Fact]
    public void Noise_has_the_scale_that_the_encoder_says_and_lets_its_gradient_through()
    {
        using var scope = NewDisposeScope();
        var mean = full(50_000, 1, 2f).requires_grad_();
        var logScale = full(50_000, 1, MathF.Log(0.5f)).requires_grad_();
        var codes = VariationalAutoEncoder.Disturb(mean, logScale);
        Assert.Equal(2, codes.mean().item<float>(), 0.02);
        Assert.Equal(0.5, codes.std().item<float>(), 0.01);
        codes.sum().backward();
        Assert.True(mean.grad!.allclose(ones_like(mean)));
        Assert.True(logScale.grad!.allclose(codes - mean, atol: 1e-5));   // d/ds of exp(s) e
    }

    [Fact]
    public void The_divergence_is_what_sampling_estimates_and_half_of_the_lectures_formula_at_twice_the_scale()
    {
        using var scope = NewDisposeScope();
        var (m, s) = (tensor(new[] { 0.7f, -1.2f, 0 }), tensor(new[] { -0.9f, 0.4f, 0 }));
        var exact = VariationalAutoEncoder.Divergence(m.view(3, 1), s.view(3, 1));
        var e = randn(400_000, 3);
        var z = m + s.exp() * e;
        var estimate = ((z * z - e * e) / tensor(2f) - s).mean([0]);   // log q(z) - log p(z)
        Assert.True(exact.allclose(estimate, atol: 0.02));
        var variance = s * tensor(2f);
        var lecture = variance.exp() - (variance + ones(1)) + m * m;
        Assert.True((exact * tensor(2f)).allclose(lecture, atol: 1e-6));
        Assert.Equal(0, exact[2].item<float>());
        Assert.Equal(exact.sum().item<float>(), VariationalAutoEncoder.Divergence(m.view(1, 3), s.view(1, 3)).item<float>(), 1e-5);
    }

    [Fact]
    public void A_pass_leaves_its_results_to_the_caller_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var plain = new AutoEncoder(3, 1, 4, 4);
        var variational = new VariationalAutoEncoder(3, 1, 4, 4);
        var images = rand(5, 1, 4, 4);
        var (mean, logScale) = variational.Encode(images);
        Assert.Equal(1, LiveTensors.LeftBy(() => plain.forward(images)));
        Assert.Equal(1, LiveTensors.LeftBy(() => variational.forward(images)));
        Assert.Equal(2, LiveTensors.LeftBy(() => variational.Encode(images)));
        Assert.Equal(1, LiveTensors.LeftBy(() => VariationalAutoEncoder.Disturb(mean, logScale)));
        Assert.Equal(1, LiveTensors.LeftBy(() => VariationalAutoEncoder.Divergence(mean, logScale)));
    }
}
