using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015) in one pass over each parameter's memory; with a weight decay, AdamW (Loshchilov and Hutter, 2019). TorchSharp's
/// own makes about ten native calls a parameter and hands temporary scalars to native code, which the garbage collector may take away while they
/// are read.
/// </summary>
/// <remarks>That is for contiguous float32 parameters on the CPU; all others are left to torch's own.</remarks>
public sealed class FusedAdam
{
    private readonly List<(Parameter Value, Moments? Moments)> parameters;
    private readonly AdamW? torchs;
    private readonly float beta1, beta2, epsilon;
    private readonly double weightDecay;

    /// <param name="parameters">What is to learn.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="beta1">Share of the mean of the gradients that a step keeps.</param>
    /// <param name="beta2">Share of the mean of their squares that a step keeps.</param>
    /// <param name="epsilon">Added to the root of that, against division by zero.</param>
    /// <param name="weightDecay">What share of a parameter a step takes away, times the learning rate; decoupled from the gradient.</param>
    public FusedAdam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        this.parameters = [.. parameters.Select(parameter => (parameter, IsPlain(parameter) ? new Moments(parameter.numel()) : null))];
        var rest = this.parameters.Where(entry => entry.Moments is null).Select(entry => entry.Value).ToList();
        torchs = rest.Count == 0 ? null : optim.AdamW(rest, learningRate, beta1, beta2, epsilon, weightDecay);
        LearningRate = learningRate;
        this.beta1 = (float)beta1;
        this.beta2 = (float)beta2;
        this.epsilon = (float)epsilon;
        this.weightDecay = weightDecay;
    }

    /// <summary>Step size; may be changed between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>Sets every gradient to zero, in place.</summary>
    public void ZeroGrad()
    {
        foreach (var (parameter, _) in parameters)
        {
            using var gradient = parameter.grad;
            using var zeroed = gradient?.zero_();  // in place, but TorchSharp gives it a second handle
        }
    }

    /// <summary>One update from the gradients of the last backward pass; parameters without a gradient stay.</summary>
    public void Step()
    {
        foreach (var (parameter, moments) in parameters)
        {
            if (moments is null)
                continue;
            using var gradient = parameter.grad;
            if (gradient is null)
                continue;
            using var rowByRow = gradient.is_contiguous() ? null : gradient.contiguous();
            Update(Floats(parameter), Floats(rowByRow ?? gradient), moments);
        }
        if (torchs is null)
            return;
        foreach (var group in torchs.ParamGroups)
            group.LearningRate = LearningRate;
        using var scope = NewDisposeScope();
        torchs.step();
    }

    /// <summary>What it has gathered, to go on with later: for parameter i, in the order they were given, <c>i.steps</c>, <c>i.mean</c> and <c>i.square</c>.</summary>
    /// <returns>Copies, owned by the caller; <see cref="Files.SafeTensors"/> writes them.</returns>
    public Dictionary<string, Tensor> StateDict()
    {
        var state = new Dictionary<string, Tensor>();
        foreach (var (i, (parameter, moments)) in parameters.Index())
        {
            var (steps, mean, square) = moments is null ? Torchs(i) is var own ? (own.step, own.exp_avg.clone(), own.exp_avg_sq.clone()) : default
                : (moments.Steps, tensor(moments.Mean).view(parameter.shape), tensor(moments.Square).view(parameter.shape));
            (state[$"{i}.steps"], state[$"{i}.mean"], state[$"{i}.square"]) = (tensor(steps), mean, square);
        }
        return state;
    }

    /// <summary>Takes up what another one had gathered for the same parameters.</summary>
    /// <param name="state">What <see cref="StateDict"/> gave.</param>
    /// <exception cref="ArgumentException">It is for other parameters; nothing was taken.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        if (state.Count != 3 * parameters.Count)
            throw new ArgumentException($"The state has {state.Count} tensors, expected {3 * parameters.Count}: it is for other parameters.", nameof(state));
        foreach (var (i, (parameter, _)) in parameters.Index())
        {
            foreach (var (name, shape) in new[] { ($"{i}.steps", (long[])[]), ($"{i}.mean", parameter.shape), ($"{i}.square", parameter.shape) })
            {
                if (!state.TryGetValue(name, out var found) || !found.shape.SequenceEqual(shape))
                    throw new ArgumentException($"{name} is {(found is null ? "missing" : $"({string.Join(", ", found.shape)})")}, expected ({string.Join(", ", shape)}): it is for other parameters.", nameof(state));
            }
        }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (i, (_, moments)) in parameters.Index())
        {
            var (steps, mean, square) = (state[$"{i}.steps"].item<long>(), state[$"{i}.mean"], state[$"{i}.square"]);
            if (moments is null)
            {
                var own = Torchs(i);
                own.step = steps;
                own.exp_avg.copy_(mean);
                own.exp_avg_sq.copy_(square);
                continue;
            }
            (moments.Steps, moments.Power1, moments.Power2) = (0, 1, 1);
            for (var step = 0; step < steps; step++)
                moments.Count(beta1, beta2); // to the same bits as if they had been made here
            Floats(mean).CopyTo(moments.Mean);
            Floats(square).CopyTo(moments.Square);
        }
    }

    private void Update(Span<float> value, ReadOnlySpan<float> gradient, Moments moments)
    {
        Span<float> mean = moments.Mean, square = moments.Square;
        moments.Count(beta1, beta2);
        // The two bias corrections folded into the step size and epsilon, as the paper's section 2 suggests.
        var correction = Math.Sqrt(1 - moments.Power2);
        var step = (float)(LearningRate * correction / (1 - moments.Power1));
        var floor = (float)(epsilon * correction);
        var keep = (float)(1 - (LearningRate * weightDecay));
        var x = MemoryMarshal.Cast<float, Vector<float>>(value);
        var g = MemoryMarshal.Cast<float, Vector<float>>(gradient);
        var m = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var s = MemoryMarshal.Cast<float, Vector<float>>(square);
        var (new1, new2, small) = (new Vector<float>(1 - beta1), new Vector<float>(1 - beta2), new Vector<float>(floor));
        for (var i = 0; i < x.Length; i++)
        {
            m[i] += new1 * (g[i] - m[i]);
            s[i] += new2 * (g[i] * g[i] - s[i]);
            x[i] = keep * x[i] - step * m[i] / (Vector.SquareRoot(s[i]) + small);
        }
        for (var i = x.Length * Vector<float>.Count; i < value.Length; i++)
        {
            mean[i] += (1 - beta1) * (gradient[i] - mean[i]);
            square[i] += (1 - beta2) * (gradient[i] * gradient[i] - square[i]);
            value[i] = keep * value[i] - step * mean[i] / (MathF.Sqrt(square[i]) + floor);
        }
    }

    // Torch's own state of parameter i.
    private AdamW.State Torchs(int i) => (AdamW.State)torchs!.state_dict().State[parameters.Take(i).Count(entry => entry.Moments is null)];

    private static bool IsPlain(Tensor parameter) => parameter.dtype == ScalarType.Float32 && parameter.device_type == TorchSharp.DeviceType.CPU && parameter.is_contiguous();

    private static Span<float> Floats(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    private sealed class Moments(long count)
    {
        public long Steps { get; set; }

        // beta to the power of the steps.
        public double Power1 { get; set; } = 1;

        public double Power2 { get; set; } = 1;

        public float[] Mean { get; } = new float[count];

        public float[] Square { get; } = new float[count];

        public void Count(double beta1, double beta2)
        {
            Steps++;
            Power1 *= beta1;
            Power2 *= beta2;
        }
    }
}
