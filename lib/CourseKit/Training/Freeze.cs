using System.IO.Hashing;
using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Keeps a network fixed while another one learns, as the lecture's two steps require: <c>using (Freeze.Of(generator)) { ... }</c>.
/// Inside the scope the network's parameters get no gradients. Batch normalisation still uses the minibatch's statistics, but does not record them.
/// At the end of the scope a check compares the bits of parameters and buffers with those at the start.
/// </summary>
public sealed class Freeze : IDisposable
{
    private readonly nn.Module module;
    private readonly List<Parameter> parameters;
    private readonly List<(NormBase Layer, double? Momentum)> norms;
    private readonly Dictionary<string, ulong>? fingerprints;
    private readonly nint errorBefore = Marshal.GetExceptionPointers();
    private bool thawed;

    private Freeze(nn.Module module, bool check)
    {
        this.module = module;
        parameters = [.. module.parameters().Where(parameter => parameter.requires_grad)];
        norms = [.. module.modules().OfType<NormBase>().Select(layer => (layer, layer.momentum))];
        fingerprints = check ? Fingerprints(module) : null;
        foreach (var parameter in parameters)
            parameter.requires_grad = false;
        foreach (var (layer, _) in norms)
            layer.momentum = 0;
    }

    /// <summary>Freezes every parameter and buffer of the network until the returned scope is disposed of.</summary>
    /// <param name="module">The network.</param>
    /// <param name="check">Whether to check at the end that the network has not changed. The check reads the whole network twice.</param>
    public static Freeze Of(nn.Module module, bool check = true) => new(module, check);

    /// <summary>Unfreezes the network and, if asked for, checks it. There is no check if the body of the scope threw an exception.</summary>
    /// <exception cref="FrozenNetworkMovedException">A parameter or buffer changed while it was frozen.</exception>
    public void Dispose()
    {
        if (thawed)
            return;
        thawed = true;
        foreach (var parameter in parameters)
            parameter.requires_grad = true;
        foreach (var (layer, momentum) in norms)
            layer.momentum = momentum;
        // If an exception is on its way, Dispose must not throw, because the student would then see only the new exception.
        if (fingerprints is null || Marshal.GetExceptionPointers() != errorBefore)
            return;
        var now = Fingerprints(module);
        if (fingerprints.Keys.FirstOrDefault(name => now[name] != fingerprints[name]) is { } moved)
            throw new FrozenNetworkMovedException(module.GetName(), moved, TrainingCheck.IsFinite(module.state_dict()[moved]));
    }

    /// <summary>
    /// A 64-bit hash of the bytes of each floating-point parameter and buffer, by its name. Integer buffers are left out: batch normalisation counts
    /// minibatches in such a buffer, even when it is frozen.
    /// </summary>
    public static Dictionary<string, ulong> Fingerprints(nn.Module module) =>
        module.state_dict().Where(entry => entry.Value.is_floating_point()).ToDictionary(entry => entry.Key, entry => Fingerprint(entry.Value));

    private static ulong Fingerprint(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return XxHash3.HashToUInt64(tensor.detach().cpu().contiguous().bytes);
    }
}
