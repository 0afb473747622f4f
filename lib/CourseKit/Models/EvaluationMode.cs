using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>Puts a network into evaluation mode for a while: dropout passes everything on, batch normalisation uses its running statistics.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(nn.Module Module, bool Training)> before;

    private EvaluationMode(nn.Module network)
    {
        before = [.. network.modules().Prepend(network).Select(module => (module, module.training))];
        network.eval();
    }

    /// <summary>Evaluation mode until the returned scope is disposed of.</summary>
    public static EvaluationMode Of(nn.Module network) => new(network);

    /// <summary>Puts each part of the network back into its own mode. train() goes down to the parts, so the whole comes before its parts.</summary>
    public void Dispose()
    {
        foreach (var (module, training) in before)
            module.train(training);
    }

    /// <summary>
    /// Computes the running statistics of normalisation layers again from one large batch, with everything else in evaluation mode. A network whose
    /// weights are an average over training steps needs this: its activations differ from those in training, so their statistics do not fit.
    /// </summary>
    /// <param name="network">The network; afterwards in evaluation mode.</param>
    /// <param name="inputs">At least about a thousand.</param>
    public static void TakeStatistics(nn.Module<Tensor, Tensor> network, Tensor inputs)
    {
        network.eval();
        List<(NormBase Layer, double? Momentum)> norms = [.. network.modules().Prepend(network).OfType<NormBase>().Select(layer => (layer, layer.momentum))];
        if (norms.Count == 0)
            return;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        try
        {
            foreach (var (layer, _) in norms)
            {
                layer.train();
                layer.momentum = 1;
            }
            network.forward(inputs);
        }
        finally
        {
            foreach (var (layer, momentum) in norms)
                layer.momentum = momentum;
            network.eval();
        }
    }
}
