using System.Runtime.InteropServices;
using CourseKit.Models;
using CourseKit.Plots;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

[Collection("process-wide state")]
public sealed class DenseLayerTests
{
    private readonly ITestOutputHelper output;

    public DenseLayerTests(ITestOutputHelper output)
    {
        this.output = output;
        Torch.Begin();
    }

    [Theory]
    [InlineData(Activation.None, -2, -2)]
    [InlineData(Activation.Relu, -2, 0)]
    [InlineData(Activation.LeakyRelu, -2, -0.4)]
    [InlineData(Activation.LeakyRelu, 3, 3)]
    [InlineData(Activation.Silu, -2, -0.238406)]
    [InlineData(Activation.Tanh, -2, -0.964028)]
    [InlineData(Activation.Sigmoid, -2, 0.119203)]
    public void A_layer_is_activation_of_weight_times_x_plus_bias(Activation activation, float x, double expected)
    {
        // The second input is multiplied by 3, and the bias takes it away again.
        var layer = new DenseLayer([1, 3], [-3], activation);
        Assert.Equal((2, 1), (layer.Inputs, layer.Outputs));
        Assert.Equal(expected, Assert.Single(layer.Forward([x, 1])), 1e-5);
    }

    [Fact]
    public void Batch_normalisation_folds_into_the_layer_before_it()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(5, 3, 2, 4, hidden: 16);
        generator.TakeStatistics(generator.SampleLatent(200) + ones(1));
        var layers = DenseLayer.Read(generator);
        Assert.Equal([(5, 16), (16, 16), (16, 16), (16, 24)], layers.Select(layer => (layer.Inputs, layer.Outputs)));
        Assert.Equal([Activation.Relu, Activation.Relu, Activation.Relu, Activation.Tanh], layers.Select(layer => layer.Activation));
        Same(generator, layers, generator.SampleLatent(9));
    }

    [Fact]
    public void A_sequence_of_layers_is_read_with_the_activations_named()
    {
        using var scope = NewDisposeScope();
        using var decoder = nn.Sequential(nn.Linear(3, 8), nn.SiLU(), nn.Linear(8, 6), nn.SiLU(), nn.Linear(6, 4), nn.Sigmoid());
        Same(decoder, DenseLayer.Read(decoder, Activation.Silu, Activation.Sigmoid), randn(7, 3));
        using var normed = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.LeakyReLU(0.2), nn.Linear(8, 6));
        using (no_grad())
            normed.forward(randn(50, 3) * 4);
        normed.eval();
        Same(normed, DenseLayer.Read(normed, Activation.LeakyRelu, Activation.None), randn(7, 3));
    }

    [Fact]
    public void Eight_bits_and_a_factor_a_row_keep_a_weight_to_half_a_127th_of_the_rows_largest()
    {
        var random = new Random(3);
        float[] weight = [.. Enumerable.Range(0, 15).Select(i => (float)(random.NextDouble() - 0.5) * (i < 5 ? 1000 : 0.001f)), 0, 0, 0, 0, 0];
        float[] bias = [1, 2, 3, -0.125f];
        var packed = new DenseLayer(weight, bias, Activation.None).Packed();
        Assert.Equal(4 * 4 + 4 * 4 + 20, packed.Length);
        var factors = MemoryMarshal.Cast<byte, float>(packed)[..4].ToArray();
        Assert.Equal(bias, MemoryMarshal.Cast<byte, float>(packed)[4..8].ToArray());
        for (var i = 0; i < 20; i++)
            Assert.Equal(weight[i], (sbyte)packed[32 + i] * factors[i / 5], 1.0001 / 254 * (i < 15 ? weight[(i / 5 * 5)..(i / 5 * 5 + 5)].Max(Math.Abs) : 1));
        Assert.Equal(0, new DenseLayer([1, 2, 3], [0], Activation.None).Packed().Length % 4); // the next layer's floats are aligned
    }

    [Fact]
    public void The_rounding_moves_a_pixel_by_eight_255ths_at_most_and_by_one_on_average()
    {
        using var scope = NewDisposeScope();
        using var generator = new MlpGenerator(16, 1, 8, 8);
        using (no_grad())
            generator.parameters().Where(weight => weight.ndim == 2).Last().mul_(3); // black and white as after a training, not all grey
        generator.TakeStatistics(generator.SampleLatent(2000));
        var layers = DenseLayer.Read(generator);
        var rounded = layers.Select(Rounded).ToList();
        var latent = generator.SampleLatent(50);
        var moved = new List<double>();
        for (var i = 0; i < 50; i++)
        {
            float[] Made(IEnumerable<DenseLayer> network) => network.Aggregate(latent[i].data<float>().ToArray(), (x, layer) => layer.Forward(x));
            moved.AddRange(Made(layers).Zip(Made(rounded), (exact, page) => Math.Abs(exact - page) / 2 * 255.0));
        }
        output.WriteLine($"largest {moved.Max():F1}, mean {moved.Average():F2} of 255");
        Assert.InRange(moved.Max(), 0, 8);
        Assert.InRange(moved.Average(), 0, 1);
    }

    private static DenseLayer Rounded(DenseLayer layer)
    {
        var packed = layer.Packed();
        var (factors, bias) = (MemoryMarshal.Cast<byte, float>(packed)[..layer.Outputs].ToArray(), MemoryMarshal.Cast<byte, float>(packed)[layer.Outputs..(2 * layer.Outputs)].ToArray());
        return new([.. Enumerable.Range(0, layer.Inputs * layer.Outputs).Select(i => (sbyte)packed[(8 * layer.Outputs) + i] * factors[i / layer.Inputs])], bias, layer.Activation);
    }

    [Fact]
    public void What_cannot_be_read_is_refused_with_what_was_found()
    {
        using var odd = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Linear(8, 8), nn.Linear(8, 6));
        Assert.Contains("3 linear layers and 1 batch", Assert.Throws<ArgumentException>(() => DenseLayer.Read(odd)).Message, StringComparison.Ordinal);
        using var other = nn.Sequential(nn.Linear(3, 8), nn.LayerNorm(8), nn.Linear(8, 6));
        Assert.Contains("or other layers too", Assert.Throws<ArgumentException>(() => DenseLayer.Read(other)).Message, StringComparison.Ordinal);
        using var none = nn.Sequential(nn.ReLU());
        Assert.Throws<ArgumentException>(() => DenseLayer.Read(none));
        Assert.Contains("3 weights for 2 outputs", Assert.Throws<ArgumentException>(() => new DenseLayer([1, 2, 3], [1, 2], Activation.None)).Message, StringComparison.Ordinal);
    }

    private static void Same(nn.Module<Tensor, Tensor> network, IReadOnlyList<DenseLayer> layers, Tensor latent)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var expected = network.forward(latent).flatten(1);
        for (var i = 0; i < latent.shape[0]; i++)
        {
            var made = layers.Aggregate(latent[i].data<float>().ToArray(), (x, layer) => layer.Forward(x));
            Assert.All(made.Zip(expected[i].data<float>()), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        }
    }
}
