using CourseKit.Tests.Files;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = CourseKit.Training.Adam;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class AdamTests
{
    public AdamTests() => Torch.Begin();

    [Theory]
    [InlineData(0.9, 0.999)]
    [InlineData(0.5, 0.99)]
    public void A_hundred_steps_give_what_torchs_own_gives(double beta1, double beta2)
    {
        using var scope = NewDisposeScope();
        // Shorter than a vector register, as long, just longer, and not a multiple of it; gradients from tiny to large.
        long[][] shapes = [[], [1], [7], [8], [9], [33], [16, 16], [3, 5, 7], [0]];
        Parameter[] ours = [.. shapes.Select(shape => new Parameter(randn(shape)))];
        Tensor[] starts = [.. ours.Select(parameter => parameter.detach().clone())];
        Parameter[] theirs = [.. ours.Select(parameter => new Parameter(parameter.detach().clone()))];
        var adam = new Adam(ours, beta1: beta1, beta2: beta2);
        var reference = optim.Adam(theirs, beta1: beta1, beta2: beta2);
        for (var step = 0; step < 100; step++)
        {
            var rate = 1e-2 * (1 - step / 100.0);
            adam.LearningRate = rate;
            foreach (var group in reference.ParamGroups)
                group.LearningRate = rate;
            adam.ZeroGrad();
            reference.zero_grad();
            for (var i = 0; i < ours.Length; i++)
            {
                var gradient = randn(shapes[i]) * tensor((float)Math.Pow(10, i - 4));
                (ours[i] * gradient).sum().backward();
                (theirs[i] * gradient).sum().backward();
            }
            adam.Step();
            reference.step();
        }
        Assert.All(ours.Zip(theirs), pair =>
            Assert.True(pair.First.allclose(pair.Second, rtol: 0, atol: 1e-5), $"shape {pair.First.numel()}"));
        Assert.All(ours.Zip(starts), pair => Assert.Equal(pair.First.numel() == 0, pair.First.allclose(pair.Second, atol: 1e-2)));
    }

    [Fact]
    public void The_first_step_is_the_learning_rate_against_the_gradients_sign()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(zeros(3));
        var adam = new Adam([parameter], learningRate: 0.25);
        (parameter * tensor(new[] { 5f, -0.01f, 0f })).sum().backward();
        adam.Step();
        Assert.Equal([-0.25f, 0.25f, 0f], parameter.data<float>().ToArray(), (expected, found) => Math.Abs(expected - found) < 1e-5);
    }

    [Fact]
    public void Parameters_without_a_gradient_stay()
    {
        using var scope = NewDisposeScope();
        using var used = new Parameter(ones(10));
        using var unused = new Parameter(ones(10));
        var adam = new Adam([unused, used]);
        adam.ZeroGrad();
        used.sum().backward();
        adam.Step();
        Assert.True(Bits.Same(unused, ones(10)));
        Assert.Null(unused.grad);
        Assert.True(used.max().item<float>() < 1);
    }

    [Fact]
    public void ZeroGrad_empties_the_gradients_in_place()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(ones(10));
        var adam = new Adam([parameter]);
        parameter.sum().backward();
        var gradient = parameter.grad!;
        adam.ZeroGrad();
        Assert.True(Bits.Same(gradient, zeros(10)));
    }

    [Fact]
    public void Steps_leave_no_tensors()
    {
        using var parameter = new Parameter(ones(10));
        var adam = new Adam([parameter]);
        using (NewDisposeScope())
            parameter.sum().backward();
        Assert.Equal(0, LiveTensors.LeftBy(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                adam.Step();
                adam.ZeroGrad();
            }
        }));
    }

    [Fact]
    public void A_parameter_it_cannot_step_is_refused_with_its_shape_and_type()
    {
        using var scope = NewDisposeScope();
        var turned = Assert.Throws<ArgumentException>(() => new Adam([new Parameter(randn(3, 4).t())]));
        Assert.Contains("shape (4, 3) is Float32 on cpu: expected contiguous float32", turned.Message, StringComparison.Ordinal);
        var wide = Assert.Throws<ArgumentException>(() => new Adam([new Parameter(ones(2)), new Parameter(ones(5, ScalarType.Float64))]));
        Assert.Contains("shape (5) is Float64", wide.Message, StringComparison.Ordinal);
    }
}
