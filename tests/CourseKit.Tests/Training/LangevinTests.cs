using CourseKit.Models;
using CourseKit.Tests.Files;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class LangevinTests
{
    public LangevinTests() => Torch.Begin();

    [Fact]
    public void Without_noise_it_climbs_to_the_top_of_a_quadratic_score()
    {
        using var scope = NewDisposeScope();
        using var hill = new Hill(top: 0.3f, steepness: 4);
        var ends = new Langevin(stepSize: 0.1, noise: 0, clip: 100).Climb(hill, rand(50, 2) * 2 - 1, 60);
        Assert.Equal([50, 2], ends.shape);
        Assert.Equal(0, (ends - 0.3f).abs().max().item<float>(), 1e-5);
    }

    [Fact]
    public void With_noise_of_the_root_of_two_steps_it_draws_from_the_density_exp_score()
    {
        using var scope = NewDisposeScope();
        using var hill = new Hill(top: 0.1f, steepness: 25);   // a Gaussian with standard deviation 1/5
        const double step = 0.002;
        var ends = new Langevin(step, Math.Sqrt(2 * step), clip: 1000, bound: 5).Climb(hill, zeros(8000, 1), 200);
        Assert.Equal(0.1, ends.mean().item<float>(), 0.01);
        Assert.Equal(0.2, ends.std().item<float>(), 0.01);
    }

    [Fact]
    public void A_step_is_bounded_and_points_stay_inside()
    {
        using var scope = NewDisposeScope();
        using var cliff = new Hill(top: 1000, steepness: 1000);
        var sampler = new Langevin(stepSize: 0.5, noise: 0, clip: 0.2);
        Assert.Equal(0.1f, sampler.Climb(cliff, zeros(1, 1), 1).item<float>(), 1e-6f);
        Assert.Equal(1f, sampler.Climb(cliff, zeros(1, 1), 100).item<float>());
        Assert.Equal(0.3f, new Langevin(0.5, 0, 0.2, bound: 0.3).Climb(cliff, zeros(1, 1), 100).item<float>());
    }

    [Fact]
    public void The_network_is_frozen_meanwhile_and_learns_again_afterwards()
    {
        using var scope = NewDisposeScope();
        using var network = new ScoreNetwork(4, hidden: 8);
        var before = Freeze.Fingerprints(network);
        var ends = new Langevin().Climb(network, rand(3, 1, 2, 2), 5);
        Assert.Equal(before, Freeze.Fingerprints(network));
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad && parameter.grad is null));
        Assert.False(ends.requires_grad);
    }

    [Fact]
    public void The_start_is_left_as_it_was_also_where_it_takes_no_step()
    {
        using var scope = NewDisposeScope();
        using var network = new ScoreNetwork(4, hidden: 8);
        var (start, sampler) = (rand(3, 4), new Langevin());
        var copy = start.clone();
        Assert.False(Bits.Same(copy, sampler.Climb(network, start, 5)));
        Assert.True(Bits.Same(copy, start));
        Assert.True(Bits.Same(copy, sampler.Climb(network, start, 0)));
    }

    [Fact]
    public void It_climbs_where_gradients_are_off_and_keeps_nothing_but_the_ends()
    {
        using var network = new ScoreNetwork(4, hidden: 8);
        using var start = rand(3, 4);
        using var noGrad = no_grad();
        Assert.Equal(0, LiveTensors.LeftBy(() => new Langevin().Climb(network, start, 50).Dispose()));
    }

    /// <summary>The score -steepness/2 * |x - top|^2.</summary>
    private sealed class Hill(float top, float steepness) : nn.Module<Tensor, Tensor>(nameof(Hill))
    {
        public override Tensor forward(Tensor input) => (input - top).pow(2).sum(1) * (-steepness / 2);
    }
}
