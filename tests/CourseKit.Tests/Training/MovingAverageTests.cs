using CourseKit.Files;
using CourseKit.Models;
using CourseKit.Tests.Data;
using CourseKit.Tests.Files;
using CourseKit.Training;
using TorchSharp.Modules;
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
        Set(source, 3);
        using var average = new MovingAverage(source, decay);
        Assert.Equal(3, Get(average));
        var expected = 3.0;
        for (var n = 1; n <= 40; n++)
        {
            var value = MathF.Sin(n);
            Set(source, value);
            average.Update();
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
        Set(source, -100);
        using var average = new MovingAverage(source, decay: 0.9);
        Set(source, 1);
        for (var n = 0; n < 300; n++)
            average.Update();
        Assert.Equal(1, Get(average), 1e-5);
    }

    [Fact]
    public void It_computes_what_a_network_with_its_parameters_computes_and_the_source_stays_as_it_is()
    {
        using var scope = NewDisposeScope();
        using var source = Moved(out var average);
        using var other = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        var latent = randn(6, 4);
        average.TakeStatistics(randn(100, 4));
        var before = Freeze.Fingerprints(source);
        var made = average.forward(latent);
        other.load_state_dict(average.state_dict());
        other.eval();
        Assert.True(Bits.Same(other.forward(latent), made));
        Assert.Equal(before, Freeze.Fingerprints(source));
        Assert.All(before, entry => Assert.NotEqual(entry.Value, Freeze.Fingerprints(average)[entry.Key]));
        Assert.True(source.training && source.modules().All(module => module.training));
        Assert.Equal(0, LiveTensors.LeftBy(() =>
        {
            using var inner = NewDisposeScope();
            average.forward(latent);
            average.TakeStatistics(latent);
            average.Update();
        }));
    }

    [Fact]
    public void A_gradient_goes_through_it_to_the_input_and_through_the_source_even_if_both_computed_in_turns()
    {
        using var scope = NewDisposeScope();
        using var source = Moved(out var average);
        var latent = randn(6, 4).requires_grad_();
        var own = source.forward(latent).sum();
        var averaged = average.forward(latent).sum();
        average.TakeStatistics(randn(50, 4));
        own.backward();
        Assert.All(source.parameters(), parameter => Assert.NotNull(parameter.grad));
        Assert.NotEqual(0, autograd.grad([averaged], [latent])[0].abs().sum().item<float>());
        Assert.All(average.parameters(), parameter => Assert.True(!parameter.requires_grad && parameter.grad is null));
    }

    [Fact]
    public void Each_part_of_the_source_is_back_in_its_own_mode_also_after_an_exception()
    {
        using var frozen = nn.Dropout(0.5);
        using var source = nn.Sequential(("fc", nn.Linear(2, 2)), ("drop", frozen));
        frozen.eval();
        using var average = new MovingAverage(source);
        var before = Freeze.Fingerprints(source);
        Assert.ThrowsAny<Exception>(() => average.forward(ones(1, 3)));
        Assert.True(source.training);
        Assert.False(frozen.training);
        Assert.Equal(before, Freeze.Fingerprints(source));
    }

    [Fact]
    public void Layers_that_hold_their_parameters_in_native_code_are_averaged_too()
    {
        using var scope = NewDisposeScope();
        using var source = new Recurrent();
        using var average = new MovingAverage(source, decay: 0);
        var latent = randn(5, 3);
        source.eval();
        var before = source.forward(latent);
        using (no_grad())
        {
            foreach (var parameter in source.parameters())
                parameter.add_(ones(1));
        }
        var after = source.forward(latent);
        Assert.True(Bits.Same(before, average.forward(latent)));
        Assert.True(Bits.Same(after, source.forward(latent)));
        Assert.False(Bits.Same(before, after));
    }

    [Fact]
    public void A_saved_average_loads_into_a_network_like_the_source()
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var source = Moved(out var average);
        var path = folder["average.safetensors"];
        Weights.Save(path, average);
        using var other = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        Weights.Load(path, other);
        Assert.Equal(Freeze.Fingerprints(average), Freeze.Fingerprints(other));
    }

    [Fact]
    public void A_network_without_parameters_is_told_what_is_missing()
    {
        using var forgetful = new Forgetful();
        var error = Assert.Throws<ArgumentException>(() => new MovingAverage(forgetful));
        Assert.Contains("Forgetful has no parameters: its constructor must end with RegisterComponents()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_are_drawn_only_where_their_length_is_known()
    {
        using var scope = NewDisposeScope();
        using var source = nn.Linear(3, 1);
        Assert.Equal([7, 3], new MovingAverage(source, latentSize: 3).SampleLatent(7).shape);
        Assert.Equal([7, 4], new MovingAverage(new MlpGenerator(4, 1, 2, 2)).SampleLatent(7).shape);
        Assert.Contains("randn(batch, Z)", Assert.Throws<InvalidOperationException>(() => new MovingAverage(source).SampleLatent(7)).Message, StringComparison.Ordinal);
    }

    // A generator that moved after its average was taken.
    private static MlpGenerator Moved(out MovingAverage average)
    {
        var source = new MlpGenerator(4, 1, 3, 3, hidden: 8);
        average = new MovingAverage(source);
        using var noGrad = no_grad();
        foreach (var parameter in source.parameters())
            parameter.add_(ones(1));
        source.forward(randn(20, 4));
        return source;
    }

    private static void Set(nn.Module<Tensor, Tensor> module, float value)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        module.parameters().First().copy_(tensor(value));
    }

    private static float Get(nn.Module<Tensor, Tensor> module) => module.parameters().First().item<float>();

    private sealed class Recurrent : nn.Module<Tensor, Tensor>
    {
        private readonly GRU gru = nn.GRU(3, 4, batchFirst: true);
        private readonly Linear head = nn.Linear(4, 2);

        public Recurrent() : base(nameof(Recurrent)) => RegisterComponents();

        public override Tensor forward(Tensor input) => head.forward(gru.forward(input.unsqueeze(1).expand(-1, 6, -1)).Item1.select(1, 5));
    }

    private sealed class Forgetful() : nn.Module<Tensor, Tensor>(nameof(Forgetful))
    {
        private readonly Linear layer = nn.Linear(2, 2);

        public override Tensor forward(Tensor input) => layer.forward(input);
    }
}
