using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class FreezeTests : IDisposable
{
    private readonly MlpGenerator network;
    private readonly Tensor latent;

    public FreezeTests()
    {
        Torch.Begin();
        network = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        latent = network.SampleLatent(6);
    }

    public void Dispose()
    {
        network.Dispose();
        latent.Dispose();
    }

    [Fact]
    public void Inside_no_parameter_takes_gradients_and_after_it_each_is_as_before()
    {
        network.get_parameter("fc1.weight")!.requires_grad = false;
        using (Freeze.Of(network))
            Assert.All(network.parameters(), parameter => Assert.False(parameter.requires_grad));
        Assert.All(network.named_parameters(), entry => Assert.Equal(entry.name != "fc1.weight", entry.parameter.requires_grad));
    }

    [Fact]
    public void Gradients_still_flow_through_the_network_to_what_it_eats()
    {
        using var scope = NewDisposeScope();
        var input = latent.clone().requires_grad_();
        using (Freeze.Of(network))
            network.forward(input).sum().backward();
        Assert.NotNull(input.grad);
        Assert.All(network.parameters(), parameter => Assert.Null(parameter.grad));
    }

    [Fact]
    public void Batch_normalisation_uses_the_minibatchs_statistics_but_records_none()
    {
        using var scope = NewDisposeScope();
        using var same = network.CopiedInto(new MlpGenerator(4, 1, 3, 3, hidden: 8));
        var before = Freeze.Fingerprints(network);
        using (Freeze.Of(network))
            Assert.True(network.forward(latent).equal(same.forward(latent)).all().item<bool>());
        Assert.Equal(before, Freeze.Fingerprints(network));
        Assert.NotEqual(before, Freeze.Fingerprints(same));
        Assert.True(network.training);

        // Afterwards it records as before: the same pass brings it where the network that was never frozen is.
        network.forward(latent);
        Assert.Equal(Freeze.Fingerprints(same), Freeze.Fingerprints(network));
    }

    [Fact]
    public void A_network_in_evaluation_mode_stays_in_it()
    {
        using var scope = NewDisposeScope();
        network.eval();
        using (Freeze.Of(network))
            network.forward(latent);
        Assert.False(network.training);
    }

    [Theory]
    [InlineData("fc2.bias")]
    [InlineData("bn2.weight")]
    [InlineData("bn1.running_var")]
    public void A_parameter_or_buffer_that_moves_is_named(string tensor)
    {
        var error = Assert.Throws<FrozenNetworkMovedException>(() =>
        {
            using (Freeze.Of(network))
                Nudge(tensor);
        });
        Assert.Equal(tensor, error.Tensor);
        Assert.StartsWith($"MlpGenerator moved while it was frozen: '{tensor}' changed.", error.Message, StringComparison.Ordinal);
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void A_freeze_that_shall_not_check_fixes_but_does_not_look()
    {
        using (Freeze.Of(network, check: false))
        {
            Assert.All(network.parameters(), parameter => Assert.False(parameter.requires_grad));
            Nudge("fc2.bias");
        }
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void The_smallest_change_of_one_value_is_a_move()
    {
        Assert.Throws<FrozenNetworkMovedException>(() =>
        {
            using var scope = NewDisposeScope();
            using var frozen = Freeze.Of(network);
            var values = network.get_parameter("fc3.weight")!.detach();
            values[4, 3] = tensor(MathF.BitIncrement(values[4, 3].item<float>()));
        });
    }

    [Fact]
    public void A_training_that_diverged_is_not_called_a_wrong_optimiser()
    {
        var error = Assert.Throws<FrozenNetworkMovedException>(() =>
        {
            using var scope = NewDisposeScope();
            using var frozen = Freeze.Of(network);
            network.forward(latent * tensor(float.PositiveInfinity));
        });
        Assert.Contains("NaN or infinity. The training has diverged", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("optimiser", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_the_body_comes_out_also_where_the_network_moved()
    {
        void Fail()
        {
            using var frozen = Freeze.Of(network);
            Nudge("fc1.weight");
            throw new TimeoutException("the body's own");
        }
        var error = Assert.Throws<TimeoutException>(Fail);
        Assert.Equal("the body's own", error.Message);
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void A_move_is_caught_while_an_earlier_error_is_being_handled()
    {
        try
        {
            throw new TimeoutException();
        }
        catch (TimeoutException)
        {
            Assert.Throws<FrozenNetworkMovedException>(() =>
            {
                using var frozen = Freeze.Of(network);
                Nudge("fc1.weight");
            });
        }
    }

    [Fact]
    public void A_freeze_within_a_freeze_thaws_nothing_early_and_a_second_dispose_nothing_at_all()
    {
        var outer = Freeze.Of(network);
        var inner = Freeze.Of(network);
        inner.Dispose();
        Assert.All(network.parameters(), parameter => Assert.False(parameter.requires_grad));
        outer.Dispose();
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
        Nudge("fc1.weight");
        using var later = Freeze.Of(network);
        outer.Dispose();
        Assert.All(network.parameters(), parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void A_freeze_leaves_no_tensors() => Assert.Equal(0, LiveTensors.LeftBy(() => Freeze.Of(network).Dispose()));

    private void Nudge(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        network.state_dict()[name].add_(ones(1));
    }
}
