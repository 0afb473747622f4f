using System.Runtime.CompilerServices;
using CourseKit.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// An exponential moving average of a network's parameters, which is a network itself: the same computation with the averaged parameters, in
/// evaluation mode. A GAN's generator circles around its goal. The average of its past parameters is closer to the goal (Yazici et al., 2019). The
/// decay warms up from 0, because an average that starts with the untrained weights looks like noise for hundreds of updates.
/// </summary>
/// <remarks>
/// No second network is built, since nobody but its author knows how. Instead the network computes with the averaged tensors for the time of a call, as
/// PyTorch's <c>torch.func.functional_call</c> does. Parameters and buffers have the network's names, so a saved average loads into such a network.
/// </remarks>
public sealed class MovingAverage : nn.Module<Tensor, Tensor>, IGenerator
{
    private readonly nn.Module<Tensor, Tensor> source;
    private readonly Tensor[] sources, averages;
    private readonly (Tensor Source, Tensor Average, bool IsNative)[] state;
    private readonly double decay;
    private long updates;

    /// <param name="source">The network in training.</param>
    /// <param name="decay">Share of the old average that an update keeps after the warm-up, in [0, 1).</param>
    /// <param name="latentSize">Length Z of the latent vector, if the network takes one and does not know Z itself.</param>
    /// <exception cref="ArgumentException">The network has no parameters.</exception>
    public MovingAverage(nn.Module<Tensor, Tensor> source, double decay = 0.998, long latentSize = 0) : base(source.GetType().Name)
    {
        using var scope = NewDisposeScope();
        (this.source, this.decay) = (source, decay);
        LatentSize = IGenerator.SizeOf(source, latentSize);
        if (!source.parameters().Any())
            throw new ArgumentException($"{source.GetType().Name} has no parameters: its constructor must end with RegisterComponents().", nameof(source));
        var native = source.named_modules().Prepend((name: "", module: source))
            .SelectMany(part => NativeParameters(part.module).Select(entry => $"{part.name}.{entry.Item1}".TrimStart('.'))).ToHashSet();
        state = [.. Pairs(native)];
        (sources, averages) = ([.. source.parameters()], [.. parameters()]);
        eval();
    }

    /// <summary>Length Z of the latent vector; 0 if that is not known, or if the network takes something else.</summary>
    public long LatentSize { get; }

    /// <summary>A batch of latent vectors from the standard normal distribution, shape (B, Z).</summary>
    /// <exception cref="InvalidOperationException">Z is not known.</exception>
    public Tensor SampleLatent(long batch) => LatentSize > 0 ? randn(batch, LatentSize, device: averages[0].device)
        : throw new InvalidOperationException($"{GetName()} does not know the length of its latent vectors: draw them with randn(batch, Z).");

    /// <summary>Moves the average towards the present parameters of the network.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();  // lerp_ may return a second handle for its tensor, and the scope disposes it
        // The decay after n updates is n / (n + 10), but at most `decay`. So at first the average covers about the last tenth of all updates.
        updates++;
        // full() makes the number on the device. tensor() would copy it there, and each copy waits for the device.
        using Scalar share = (float)(1 - Math.Min(decay, updates / (updates + 10.0)));
        var weight = full([], share, ScalarType.Float32, averages[0].device);
        using var noGrad = no_grad();
        for (var i = 0; i < sources.Length; i++)
            averages[i].lerp_(sources[i], weight);
    }

    /// <summary>What the network computes with the averaged parameters. Gradients reach the input, but no parameter.</summary>
    /// <param name="input">As for the network itself.</param>
    public override Tensor forward(Tensor input)
    {
        using var lent = Lend();
        return lent.Network.forward(input);
    }

    /// <summary>Computes the running statistics of batch normalisation for the averaged parameters, from one large batch.</summary>
    /// <param name="inputs">At least about a thousand.</param>
    public void TakeStatistics(Tensor inputs)
    {
        using var lent = Lend();
        EvaluationMode.TakeStatistics(lent.Network, inputs);
    }

    /// <summary>The average's state in a checkpoint.</summary>
    internal void Exchange(TrainingState state)
    {
        state.Module("average", this);
        updates = state.Number("averages", updates);
    }

    /// <summary>While the returned object lives, the network holds the averaged parameters and buffers and is in evaluation mode.</summary>
    internal Loan Lend() => new(this);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, average, _) in state)
                average.Dispose();
        }
        base.Dispose(disposing);
    }

    private IEnumerable<(Tensor, Tensor, bool)> Pairs(HashSet<string> native)
    {
        foreach (var (name, parameter) in source.named_parameters())
        {
            var average = new Parameter(parameter.detach().clone(), requires_grad: false);
            average.DetachFromDisposeScope();
            register_parameter(name, average);
            yield return (parameter, average, native.Contains(name));
        }
        foreach (var (name, buffer) in source.named_buffers())
        {
            var average = buffer.clone().DetachFromDisposeScope();
            register_buffer(name, average);
            yield return (buffer, average, false);
        }
    }

    private void Swap()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (own, average, isNative) in state)
        {
            if (isNative)
            {
                var held = own.clone();
                own.copy_(average);
                average.copy_(held);
            }
            else
                (Handle(own), Handle(average)) = (Handle(average), Handle(own));
        }
    }

    // A tensor's object is one pointer. When two pointers change places, no number is copied, and a graph that was recorded before or in between keeps
    // the tensors that it was recorded with.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "handle")]
    private static extern ref nint Handle(Tensor tensor);

    // A few of TorchSharp's layers, such as Embedding and GRU, compute in native code with parameters that they hold there. These must be copied.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "_named_parameters")]
    private static extern (string, Parameter)[] NativeParameters(nn.Module module);

    /// <summary>See <see cref="Lend"/>.</summary>
    internal sealed class Loan : IDisposable
    {
        private readonly MovingAverage average;
        private readonly EvaluationMode mode;

        public Loan(MovingAverage average)
        {
            this.average = average;
            mode = EvaluationMode.Of(average.source);
            average.Swap();
        }

        /// <summary>The network in training, now with the averaged parameters.</summary>
        public nn.Module<Tensor, Tensor> Network => average.source;

        /// <summary>Gives the network its own parameters and mode back.</summary>
        public void Dispose()
        {
            average.Swap();
            mode.Dispose();
        }
    }
}
