using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) in one pass over each parameter's memory. TorchSharp's own makes about ten native calls a parameter and hands
/// temporary scalars to native code, which the garbage collector may take away while they are read.
/// </summary>
/// <remarks>For contiguous float32 parameters on the CPU.</remarks>
public sealed class Adam
{
    private readonly (Parameter Value, float[] Mean, float[] Square)[] parameters;
    private readonly float beta1, beta2, epsilon;
    private double power1 = 1, power2 = 1;

    /// <exception cref="ArgumentException">A parameter is not contiguous float32 on the CPU.</exception>
    public Adam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        this.parameters = [.. parameters.Select(parameter => (parameter, new float[parameter.numel()], new float[parameter.numel()]))];
        foreach (var (parameter, _, _) in this.parameters)
        {
            if (parameter.dtype != ScalarType.Float32 || parameter.device_type != TorchSharp.DeviceType.CPU || !parameter.is_contiguous())
            {
                throw new ArgumentException(
                    $"A parameter of shape ({string.Join(", ", parameter.shape)}) is {parameter.dtype} on {parameter.device}: expected contiguous float32 on the CPU.",
                    nameof(parameters));
            }
        }
        LearningRate = learningRate;
        this.beta1 = (float)beta1;
        this.beta2 = (float)beta2;
        this.epsilon = (float)epsilon;
    }

    /// <summary>Step size; may be changed between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>Sets every gradient to zero, in place.</summary>
    public void ZeroGrad()
    {
        foreach (var (parameter, _, _) in parameters)
        {
            using var gradient = parameter.grad;
            using var zeroed = gradient?.zero_();  // in place, but TorchSharp gives it a second handle
        }
    }

    /// <summary>One update from the gradients of the last backward pass; parameters without a gradient stay.</summary>
    public void Step()
    {
        power1 *= beta1;
        power2 *= beta2;
        // The two bias corrections folded into the step size and epsilon, as the paper's section 2 suggests.
        var correction = Math.Sqrt(1 - power2);
        var step = (float)(LearningRate * correction / (1 - power1));
        var floor = (float)(epsilon * correction);
        foreach (var (parameter, mean, square) in parameters)
        {
            using var gradient = parameter.grad;
            if (gradient is not null)
                Update(Floats(parameter), Floats(gradient), mean, square, step, floor);
        }
    }

    private void Update(Span<float> value, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, float step, float floor)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(value);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var m = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var s = MemoryMarshal.Cast<float, Vector<float>>(square);
        var (keep1, keep2, small) = (new Vector<float>(1 - beta1), new Vector<float>(1 - beta2), new Vector<float>(floor));
        for (var i = 0; i < x.Length; i++)
        {
            m[i] += keep1 * (g[i] - m[i]);
            s[i] += keep2 * (g[i] * g[i] - s[i]);
            x[i] -= step * m[i] / (Vector.SquareRoot(s[i]) + small);
        }
        for (var i = x.Length * Vector<float>.Count; i < value.Length; i++)
        {
            mean[i] += (1 - beta1) * (gradient[i] - mean[i]);
            square[i] += (1 - beta2) * (gradient[i] * gradient[i] - square[i]);
            value[i] -= step * mean[i] / (MathF.Sqrt(square[i]) + floor);
        }
    }

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
