using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>One layer of a network as plain numbers, without TorchSharp: activation(weight x + bias).</summary>
public sealed class DenseLayer
{
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
    /// <param name="linear">(In) to (Out), with a bias.</param>
    /// <param name="activation">The function after the layer and the normalisation.</param>
    /// <param name="norm">Batch normalisation over Out numbers, with weight, bias and running statistics; null for none.</param>
    /// <exception cref="ArgumentException">The linear layer has no bias, or the normalisation is not over Out numbers.</exception>
    public static DenseLayer Of(Linear linear, Activation activation, BatchNorm1d? norm = null)
    {
        float[] weight = Values(linear.weight), bias = Values(linear.bias ?? throw new ArgumentException("the linear layer has no bias.", nameof(linear)));
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
    /// <exception cref="ArgumentException">The network has other layers with parameters, a linear layer without a bias, or a number or size of batch
    /// normalisations that does not fit the linear layers.</exception>
    public static IReadOnlyList<DenseLayer> Read(nn.Module network, Activation hidden = Activation.Relu, Activation last = Activation.Tanh)
    {
        Linear[] linears = [.. network.modules().OfType<Linear>()];
        BatchNorm1d[] norms = [.. network.modules().OfType<BatchNorm1d>()];
        var known = linears.Concat<nn.Module>(norms).SelectMany(module => module.parameters()).Count();
        if (linears.Length == 0 || known != network.parameters().Count() || norms.Length is not 0 && norms.Length != linears.Length - 1)
            throw new ArgumentException($"{network.GetName()} has {linears.Length} linear layers and {norms.Length} batch normalisations of one dimension, "
                + "or other layers too; expected linear layers only, and batch normalisation after each but the last, or none.", nameof(network));
        return [.. linears.Select((linear, i) => i == linears.Length - 1 ? Of(linear, last) : Of(linear, hidden, norms.Length > 0 ? norms[i] : null))];
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
            y[row] = (float)(Activation switch
            {
                Activation.Relu => Math.Max(sum, 0),
                Activation.LeakyRelu => sum > 0 ? sum : 0.2 * sum,
                Activation.Silu => sum / (1 + Math.Exp(-sum)),
                Activation.Tanh => Math.Tanh(sum),
                Activation.Sigmoid => 1 / (1 + Math.Exp(-sum)),
                _ => sum,
            });
        }
        return y;
    }

    /// <summary>
    /// The layer as bytes: the factors of the outputs and the biases as 32-bit floats, then the weights as 16-bit integers, padded to a multiple of
    /// four bytes. A weight is its integer times the factor of its row. For the large weights of a row, this is about thirty times as exact as a
    /// 16-bit float.
    /// </summary>
    internal byte[] Packed()
    {
        var factors = new float[Outputs];
        var codes = new short[(weight.Length + 1) / 2 * 2];
        for (var row = 0; row < Outputs; row++)
        {
            var values = weight.AsSpan(row * Inputs, Inputs);
            var most = 0f;
            foreach (var value in values)
                most = Math.Max(most, Math.Abs(value));
            factors[row] = most > 0 ? most / short.MaxValue : 1;
            for (var i = 0; i < values.Length; i++)
                codes[row * Inputs + i] = (short)Math.Round(values[i] / factors[row]);
        }
        return [.. MemoryMarshal.AsBytes<float>(factors), .. MemoryMarshal.AsBytes<float>(bias), .. MemoryMarshal.AsBytes<short>(codes)];
    }

    private static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.detach().to(ScalarType.Float32).cpu().contiguous().bytes).ToArray();
    }
}
