using System.Runtime.InteropServices;
using CourseKit.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>One layer of a network as plain numbers, without TorchSharp: activation(weight x + bias).</summary>
public sealed class DenseLayer
{
    private const int Tries = 3;
    private readonly float[] weight, bias;

    /// <param name="weight">(Out, In), row by row.</param>
    /// <param name="bias">(Out).</param>
    /// <param name="activation">The function after the layer.</param>
    /// <exception cref="ArgumentException">The weights do not form one row of equal length for each bias.</exception>
    public DenseLayer(float[] weight, float[] bias, Activation activation)
    {
        if (bias.Length == 0 || weight.Length == 0 || weight.Length % bias.Length != 0)
            throw new ArgumentException($"{weight.Length} weights for {bias.Length} outputs: expected a row of the same length for each.", nameof(weight));
        (this.weight, this.bias, Activation) = (weight, bias, activation);
    }

    /// <summary>The number of inputs.</summary>
    public int Inputs => weight.Length / bias.Length;

    /// <summary>The number of outputs.</summary>
    public int Outputs => bias.Length;

    /// <summary>The function after the layer.</summary>
    public Activation Activation { get; }

    /// <summary>
    /// Copies a linear layer, together with the batch normalisation after it. In evaluation mode the normalisation multiplies each output by a
    /// factor and adds a term. The factor goes into the weights, and the term goes into the bias.
    /// </summary>
    /// <param name="linear">(In) to (Out).</param>
    /// <param name="activation">The function after the layer and the normalisation.</param>
    /// <param name="norm">Batch normalisation over Out numbers, with weight, bias and running statistics; null for none.</param>
    /// <exception cref="ArgumentException">The normalisation is not over Out numbers.</exception>
    public static DenseLayer Of(Linear linear, Activation activation, BatchNorm1d? norm = null)
    {
        float[] weight = Values(linear.weight), bias = linear.bias is { } own ? Values(own) : new float[linear.weight.shape[0]];
        if (norm is null)
            return new(weight, bias, activation);
        float[] mean = Values(norm.running_mean!), variance = Values(norm.running_var!), scale = Values(norm.weight!), shift = Values(norm.bias!);
        if (mean.Length != bias.Length)
            throw new ArgumentException($"batch normalisation over {mean.Length} numbers cannot follow a layer of {bias.Length}.", nameof(norm));
        var inputs = weight.Length / bias.Length;
        for (var row = 0; row < bias.Length; row++)
        {
            var factor = scale[row] / Math.Sqrt(variance[row] + norm.eps);
            bias[row] = (float)((bias[row] - mean[row]) * factor + shift[row]);
            foreach (ref var w in weight.AsSpan(row * inputs, inputs))
                w = (float)(w * factor);
        }
        return new(weight, bias, activation);
    }

    /// <summary>
    /// Copies the layers of a network, such as a generator, a decoder or an <c>nn.Sequential</c>. The network must apply its linear layers in the
    /// order of their registration. Either every hidden layer has batch normalisation after it, or none has.
    /// </summary>
    /// <param name="network">The network. Its present weights are copied.</param>
    /// <param name="hidden">The function after each layer except the last.</param>
    /// <param name="last">The function after the last layer.</param>
    /// <exception cref="ArgumentException">The network has other layers with parameters, or a number or size of batch
    /// normalisations that does not fit the linear layers.</exception>
    public static IReadOnlyList<DenseLayer> Read(nn.Module network, Activation hidden = Activation.Relu, Activation last = Activation.Tanh)
    {
        using var lent = (network as MovingAverage)?.Lend();
        network = lent?.Network ?? network;
        Linear[] linears = [.. network.modules().OfType<Linear>()];
        BatchNorm1d[] norms = [.. network.modules().OfType<BatchNorm1d>()];
        var known = linears.Concat<nn.Module>(norms).SelectMany(module => module.parameters()).Count();
        if (linears.Length == 0 || known != network.parameters().Count() || norms.Length is not 0 && norms.Length != linears.Length - 1)
            throw new ArgumentException($"{network.GetType().Name} has {linears.Length} linear layers and {norms.Length} batch normalisations of one dimension, "
                + "or other layers too; expected linear layers only, and batch normalisation after each but the last, or none.", nameof(network));
        return [.. linears.Select((linear, i) => i == linears.Length - 1 ? Of(linear, last) : Of(linear, hidden, norms.Length > 0 ? norms[i] : null))];
    }

    /// <summary>The layers of a network whose hidden activations are all alike, if they compute what the network computes.</summary>
    /// <param name="network">(B, In) to (B, ...), in evaluation mode.</param>
    /// <param name="inputs">(B, In).</param>
    /// <param name="outputs">(B, ...): what the network made of them.</param>
    /// <returns>The layers; null if no choice of activations gives the outputs.</returns>
    internal static IReadOnlyList<DenseLayer>? Like(nn.Module network, Tensor inputs, Tensor outputs)
    {
        (double Error, IReadOnlyList<DenseLayer>? Layers) best = (1e-4, null);
        float[][] given = [.. Enumerable.Range(0, Tries).Select(i => Values(inputs[i]))], wanted = [.. Enumerable.Range(0, Tries).Select(i => Values(outputs[i].flatten()))];
        foreach (var hidden in Enum.GetValues<Activation>())
        {
            IReadOnlyList<DenseLayer> layers;
            try
            {
                layers = Read(network, hidden, Activation.None);
                if (layers[0].Inputs != given[0].Length || layers[^1].Outputs != wanted[0].Length || layers.Zip(layers.Skip(1)).Any(pair => pair.First.Outputs != pair.Second.Inputs))
                    return null;
            }
            catch (ArgumentException)
            {
                return null;
            }
            float[][] sums = [.. given.Select(x => layers.Aggregate(x, (y, layer) => layer.Forward(y)))];
            foreach (var last in Enum.GetValues<Activation>())
            {
                // Near 0 tanh is almost no function at all, so the closest one counts, not the first that is close.
                var error = sums.Zip(wanted).Max(pair => pair.First.Zip(pair.Second).Max(value => Math.Abs(Apply(last, value.First) - value.Second)));
                if (error < best.Error)
                    best = (error, [.. layers.SkipLast(1), new(layers[^1].weight, layers[^1].bias, last)]);
            }
        }
        return best.Layers;
    }

    /// <summary>Computes the layer's output, (Out), for an input x, (In). The page's script does the same with the rounded weights.</summary>
    internal float[] Forward(ReadOnlySpan<float> x)
    {
        var y = new float[Outputs];
        for (var row = 0; row < y.Length; row++)
        {
            var sum = (double)bias[row];
            for (var i = 0; i < x.Length; i++)
                sum += (double)weight[row * x.Length + i] * x[i];
            y[row] = (float)Apply(Activation, sum);
        }
        return y;
    }

    /// <summary>
    /// The layer as bytes: the factors of the outputs and the biases as 32-bit floats, then the weights as integers of 8 bits, padded to a multiple of four
    /// bytes. A weight is its integer times the factor of its row. Of 100 pictures of lecture 2's trained generators, no pixel moved by more than 25 255ths,
    /// one in a thousand by more than 12, and the average by less than one.
    /// </summary>
    internal byte[] Packed()
    {
        var factors = new float[Outputs];
        var packed = new sbyte[(weight.Length + 3) / 4 * 4];
        for (var row = 0; row < Outputs; row++)
        {
            var values = weight.AsSpan(row * Inputs, Inputs);
            var most = 0f;
            foreach (var value in values)
                most = Math.Max(most, Math.Abs(value));
            factors[row] = most > 0 ? most / sbyte.MaxValue : 1;
            for (var i = 0; i < values.Length; i++)
                packed[row * Inputs + i] = (sbyte)MathF.Round(values[i] / factors[row]);
        }
        return [.. MemoryMarshal.AsBytes<float>(factors), .. MemoryMarshal.AsBytes<float>(bias), .. MemoryMarshal.AsBytes<sbyte>(packed)];
    }

    /// <summary>The layer's own numbers: the weights row by row, then the biases.</summary>
    internal IEnumerable<float> Numbers => [.. weight, .. bias];

    private static double Apply(Activation activation, double x) => activation switch
    {
        Activation.Relu => Math.Max(x, 0),
        Activation.LeakyRelu => x > 0 ? x : 0.2 * x,
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        _ => x,
    };

    private static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
    }
}
