using CourseKit.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Keeps the random numbers of later code independent of how many are drawn while this object lives. On the CPU, later code gets the same numbers as
/// if none had been drawn. TorchSharp's get_rng_state cannot save the state of a GPU's generator. So on a GPU the constructor draws a seed, and after
/// disposal the random numbers go on from this seed. They still depend only on the seed of the run.
/// </summary>
internal sealed class OwnRandomNumbers : IDisposable
{
    private readonly Tensor state = get_rng_state().DetachFromDisposeScope();
    private readonly long? next;

    public OwnRandomNumbers()
    {
        if (NativeBackend.Device.type == DeviceType.CPU)
            return;
        using var drawn = randint(long.MaxValue, [1]);
        next = drawn.item<long>();
    }

    public void Dispose()
    {
        if (next is { } seed)
            manual_seed(seed);
        set_rng_state(state);
        state.Dispose();
    }
}
