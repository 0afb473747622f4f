using CourseKit.Display;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015); with a weight decay, AdamW (Loshchilov and Hutter, 2019). It is libtorch's own fused kernel, one pass over each
/// parameter's memory on CPU and GPU, which TorchSharp reaches only through TorchScript. TorchSharp's own optimiser makes about ten native calls a
/// parameter and hands temporary scalars to native code, which the garbage collector may take away while they are read.
/// </summary>
/// <remarks>That is for contiguous float32 parameters; all others are left to torch's own.</remarks>
public sealed class FusedAdam : IDisposable
{
    private const string Script = """
        def step(values: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor],
                 lr: float, beta1: float, beta2: float, eps: float, weight_decay: float):
            largest: List[Tensor] = []
            torch._fused_adamw_(values, gradients, means, squares, largest, steps, lr=lr, beta1=beta1, beta2=beta2, eps=eps,
                                weight_decay=weight_decay, amsgrad=False, maximize=False)
            return len(values)

        """;

    // Once for the life of the program, as are the scalars of an optimiser for its own: temporary ones can be collected while native code still reads them.
    private static readonly Lazy<jit.CompilationUnit> Kernel = new(() => jit.compile(Script));

    private readonly List<(Parameter Value, Moments? Moments)> parameters;
    private readonly AdamW? torchs;
    private readonly Scalar beta1, beta2, epsilon, weightDecay;

    /// <param name="parameters">What is to learn.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="beta1">Share of the mean of the gradients that a step keeps.</param>
    /// <param name="beta2">Share of the mean of their squares that a step keeps.</param>
    /// <param name="epsilon">Added to the root of that, against division by zero.</param>
    /// <param name="weightDecay">What share of a parameter a step takes away, times the learning rate; decoupled from the gradient.</param>
    public FusedAdam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        this.parameters = [.. parameters.Select(parameter => (parameter, IsPlain(parameter) ? new Moments(parameter) : null))];
        var rest = this.parameters.Where(entry => entry.Moments is null).Select(entry => entry.Value).ToList();
        torchs = rest.Count == 0 ? null : optim.AdamW(rest, learningRate, beta1, beta2, epsilon, weightDecay);
        LearningRate = learningRate;
        (this.beta1, this.beta2, this.epsilon, this.weightDecay) = (beta1, beta2, epsilon, weightDecay);
    }

    /// <summary>Step size; may be changed between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>Forgets every gradient: the next backward pass begins anew.</summary>
    public void ZeroGrad()
    {
        foreach (var (parameter, _) in parameters)
            parameter.grad = null;
    }

    /// <summary>One update from the gradients of the last backward pass; parameters without a gradient stay.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using Scalar rate = LearningRate;
        List<(Parameter Value, Tensor Gradient, Moments Moments)> due = [];
        foreach (var (parameter, moments) in parameters)
        {
            if (moments is null || parameter.grad is not { } gradient)
                continue;
            moments.Steps++;
            due.Add((parameter, gradient.contiguous(), moments));
        }
        foreach (var alike in due.GroupBy(entry => (entry.Moments.Steps, entry.Value.device_type, entry.Value.device_index))) // all of them, unless some had no gradient before
        {
            Tensor[] values = [.. alike.Select(entry => entry.Value)], gradients = [.. alike.Select(entry => entry.Gradient)];
            Tensor[] means = [.. alike.Select(entry => entry.Moments.Mean)], squares = [.. alike.Select(entry => entry.Moments.Square)];
            using Scalar count = alike.Key.Steps;
            var steps = full([], count, ScalarType.Float32, values[0].device);
            Kernel.Value.invoke("step", values, gradients, means, squares, Enumerable.Repeat(steps, values.Length).ToArray(), rate, beta1, beta2, epsilon, weightDecay);
        }
        if (torchs is null)
            return;
        foreach (var group in torchs.ParamGroups)
            group.LearningRate = LearningRate;
        torchs.step();
    }

    /// <summary>What it has gathered, to go on with later: for parameter i, in the order they were given, <c>i.steps</c>, <c>i.mean</c> and <c>i.square</c>.</summary>
    /// <returns>Copies, owned by the caller; <see cref="Files.SafeTensors"/> writes them.</returns>
    public Dictionary<string, Tensor> StateDict()
    {
        var state = new Dictionary<string, Tensor>();
        foreach (var (i, (_, moments)) in parameters.Index())
        {
            (state[$"{i}.steps"], state[$"{i}.mean"], state[$"{i}.square"]) = moments is not null ? (tensor(moments.Steps), moments.Mean.clone(), moments.Square.clone())
                : Torchs(i) is var own ? (tensor(own.step), own.exp_avg.clone(), own.exp_avg_sq.clone()) : default;
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
                    throw new ArgumentException($"{name} is {(found is null ? "missing" : ShapeText.Of(found))}, expected {ShapeText.Of(shape)}: it is for other parameters.", nameof(state));
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
            moments.Steps = steps;
            moments.Mean.copy_(mean);
            moments.Square.copy_(square);
        }
    }

    /// <summary>Releases what it has gathered; the parameters stay.</summary>
    public void Dispose()
    {
        foreach (var tensor in parameters.SelectMany(entry => entry.Moments is { } moments ? new[] { moments.Mean, moments.Square } : []))
            tensor.Dispose();
        torchs?.Dispose();
        foreach (var scalar in new[] { beta1, beta2, epsilon, weightDecay })
            scalar.Dispose();
    }

    // Torch's own state of parameter i.
    private AdamW.State Torchs(int i) => (AdamW.State)torchs!.state_dict().State[parameters.Take(i).Count(entry => entry.Moments is null)];

    private static bool IsPlain(Tensor parameter) => parameter.dtype == ScalarType.Float32 && parameter.is_contiguous();

    private sealed class Moments(Tensor parameter)
    {
        public long Steps { get; set; }

        public Tensor Mean { get; } = Zeros(parameter);

        public Tensor Square { get; } = Zeros(parameter);

        private static Tensor Zeros(Tensor parameter) => zeros(parameter.shape, ScalarType.Float32, parameter.device).DetachFromDisposeScope();
    }
}
