using System.Runtime.InteropServices;
using CourseKit.Models;
using CourseKit.Plots;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

[Collection("process-wide state")]
public sealed class DenseLayerTests
{
    public DenseLayerTests() => Torch.Begin();

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
    public void Thirteen_bits_and_a_factor_a_row_keep_a_weight_to_an_eight_thousandth_of_the_largest()
    {
        var random = new Random(3);
        float[] weight = [.. Enumerable.Range(0, 15).Select(i => (float)(random.NextDouble() - 0.5) * (i < 5 ? 1000 : 0.001f)), 0, 0, 0, 0, 0];
        float[] bias = [1, 2, 3, -0.125f];
        var packed = new DenseLayer(weight, bias, Activation.None).Packed();
        Assert.Equal(4 * 4 + 4 * 4 + 36, packed.Length); // 20 * 13 bits are 33 bytes
        var factors = MemoryMarshal.Cast<byte, float>(packed)[..4].ToArray();
        Assert.Equal(bias, MemoryMarshal.Cast<byte, float>(packed)[4..8].ToArray());
        for (var i = 0; i < 20; i++)
            Assert.Equal(weight[i], Code(packed.AsSpan(32), i) * factors[i / 5], 1.0001 / 8190 * (i < 15 ? weight[(i / 5 * 5)..(i / 5 * 5 + 5)].Max(Math.Abs) : 1));
        Assert.Equal(0, new DenseLayer([1, 2, 3], [0], Activation.None).Packed().Length % 4); // the next layer's floats are aligned
    }

    // The number of 13 bits at a place, bit by bit, the lowest first.
    private static int Code(ReadOnlySpan<byte> packed, int i)
    {
        var code = 0;
        for (var bit = 0; bit < 13; bit++)
            code += (packed[(13 * i + bit) / 8] >> (13 * i + bit) % 8 & 1) << bit;
        return code < 4096 ? code : code - 8192;
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
