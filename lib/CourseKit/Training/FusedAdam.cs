using CourseKit.Display;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015); with a weight decay, AdamW (Loshchilov and Hutter, 2019). The class uses libtorch's fused kernel, which makes
/// one pass over each parameter's memory, on CPU and GPU. TorchSharp offers this kernel only through TorchScript. TorchSharp's own optimiser is slower,
/// with about ten native calls per parameter. It passes temporary scalars to native code, and the garbage collector can free a scalar too early.
/// </summary>
/// <remarks>The kernel updates contiguous float32 parameters. TorchSharp's AdamW updates all others.</remarks>
public sealed class FusedAdam : IDisposable
{
    private const string Script = """
        def step(values: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor], found: Tensor,
                 lr: float, beta1: float, beta2: float, eps: float, weight_decay: float) -> bool:
            torch._amp_foreach_non_finite_check_and_unscale_(gradients, found, torch.ones_like(found))
            largest: List[Tensor] = []
            torch._fused_adamw_(values, gradients, means, squares, largest, steps, lr=lr, beta1=beta1, beta2=beta2, eps=eps,
                                weight_decay=weight_decay, amsgrad=False, maximize=False, found_inf=found)
            return True

        """;

    // The kernel is compiled once and lives as long as the program. The scalars of an optimiser live as long as the optimiser, because the garbage
    // collector can take temporary scalars while native code still reads them.
    private static readonly Lazy<jit.CompilationUnit> Kernel = new(() => jit.compile(Script));

    private readonly List<(Parameter Value, Moments? Moments)> parameters;
    private readonly AdamW? torchs;
    private Tensor? found; // (1): 1 from the first gradient on that is not finite. The kernel then changes nothing any more.
    private long calls;
    private readonly Scalar beta1, beta2, epsilon, weightDecay;

    /// <param name="parameters">The parameters that learn.</param>
    /// <param name="learningRate">Step size.</param>
    /// <param name="beta1">Share of the old mean of the gradients that a step keeps, in [0, 1).</param>
    /// <param name="beta2">Share of the old mean of the squared gradients that a step keeps, in [0, 1).</param>
    /// <param name="epsilon">Added to the root of the mean of the squared gradients, against division by zero.</param>
    /// <param name="weightDecay">A step first multiplies each parameter by 1 - learningRate * weightDecay. The gradient does not change.</param>
    public FusedAdam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
    {
        TrainingCheck.LearningRate(learningRate);
        this.parameters = [.. parameters.Select(parameter => (parameter, IsPlain(parameter) ? new Moments(parameter) : null))];
        var rest = this.parameters.Where(entry => entry.Moments is null).Select(entry => entry.Value).ToList();
        torchs = rest.Count == 0 ? null : optim.AdamW(rest, learningRate, beta1, beta2, epsilon, weightDecay);
        found = this.parameters.Find(entry => entry.Moments is not null).Value is { } first ? NothingFound(first) : null;
        LearningRate = learningRate;
        (this.beta1, this.beta2, this.epsilon, this.weightDecay) = (beta1, beta2, epsilon, weightDecay);
    }

    /// <summary>The step size. It may be changed between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>Removes every gradient. Otherwise the next backward pass would add to the old gradients.</summary>
    public void ZeroGrad()
    {
        foreach (var (parameter, _) in parameters)
            parameter.grad = null;
    }

    /// <summary>What learns, for the message of a training that diverges, e.g. "generator".</summary>
    public string Network { get; init; } = "network";

    /// <summary>
    /// After how many steps the program looks whether a gradient was not finite; null for each step on a CPU and each tenth on a GPU. A look waits until
    /// the GPU has done all that it was asked for. In between, the kernel itself sees to it that such a gradient changes nothing.
    /// </summary>
    internal int? LooksEvery { get; init; }

    /// <summary>Makes one update from the present gradients. Parameters without a gradient do not change.</summary>
    /// <exception cref="TrainingDivergedException">A gradient holds NaN or infinite values, or did so in one of the last ten steps on a GPU. No parameter
    /// has changed since.</exception>
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
            due.Add((parameter, gradient.contiguous(), moments));
        }
        var groups = due.GroupBy(entry => (entry.Moments.Steps, entry.Value.device_type, entry.Value.device_index)).ToList(); // usually one; a parameter that once had no gradient has made fewer steps
        // The kernel looks at the gradients of a group before it changes anything. Of several groups, or of parameters that it does not update, none may change.
        // A look that waits is needed for that, also on a GPU.
        if ((groups.Count > 1 || torchs is not null) && !AreFinite())
            throw Diverged();
        foreach (var alike in groups)
        {
            Tensor[] values = [.. alike.Select(entry => entry.Value)], gradients = [.. alike.Select(entry => entry.Gradient)];
            Tensor[] means = [.. alike.Select(entry => entry.Moments.Mean)], squares = [.. alike.Select(entry => entry.Moments.Square)];
            using Scalar count = alike.Key.Steps + 1;
            var steps = full([], count, ScalarType.Float32, values[0].device);
            if (found!.device_type != values[0].device_type || found.device_index != values[0].device_index)
            {
                found.Dispose();
                found = NothingFound(values[0]);
            }
            using var made = (Scalar)Kernel.Value.invoke("step", values, gradients, means, squares, Enumerable.Repeat(steps, values.Length).ToArray(), found, rate, beta1, beta2, epsilon, weightDecay);
            if ((calls + 1) % (LooksEvery ?? (found.device_type == DeviceType.CUDA ? 10 : 1)) == 0 && found.item<float>() != 0)
            {
                found.zero_();
                throw Diverged();
            }
        }
        calls++;
        foreach (var (_, _, moments) in due)
            moments.Steps++;
        if (torchs is null)
            return;
        foreach (var group in torchs.ParamGroups)
            group.LearningRate = LearningRate;
        torchs.step();
    }

    /// <summary>
    /// Copies the state, so that a later run can continue. Parameter i of the constructor has <c>i.steps</c>, <c>i.mean</c> and <c>i.square</c>.
    /// </summary>
    /// <returns>Tensors that the caller owns. <see cref="Files.SafeTensors"/> can write them to a file.</returns>
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

    /// <summary>Loads the state that another optimiser had for the same parameters.</summary>
    /// <param name="state">A state from <see cref="StateDict"/>.</param>
    /// <exception cref="ArgumentException">The names or shapes do not fit these parameters. This optimiser has not changed.</exception>
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

    /// <summary>Releases the state. The parameters stay.</summary>
    public void Dispose()
    {
        foreach (var tensor in parameters.SelectMany(entry => entry.Moments is { } moments ? new[] { moments.Mean, moments.Square } : []))
            tensor.Dispose();
        torchs?.Dispose();
        found?.Dispose();
        foreach (var scalar in new[] { beta1, beta2, epsilon, weightDecay })
            scalar.Dispose();
    }

    private static Tensor NothingFound(Tensor parameter) => zeros([1], ScalarType.Float32, parameter.device).DetachFromDisposeScope();

    private bool AreFinite() => parameters.All(entry => entry.Value.grad is not { } gradient || TrainingCheck.IsFinite(gradient));

    private TrainingDivergedException Diverged() =>
        new(Network, calls + 1, parameters.FirstOrDefault(entry => entry.Value.grad is { } gradient && !TrainingCheck.IsFinite(gradient)).Value is { } first ? ShapeText.Of(first) : "unknown", LearningRate);

    // The state of parameter i in TorchSharp's AdamW, which numbers only its own parameters.
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
