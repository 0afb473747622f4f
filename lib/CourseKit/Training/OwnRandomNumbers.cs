using CourseKit.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Lets code use torch's random numbers without an effect on later code: after disposal the CPU's random numbers go on as if none had been drawn.
/// TorchSharp's get_rng_state saves only the state of the CPU's generator. On a GPU, the constructor draws a seed, and after disposal the random
/// numbers go on from this seed. So they still depend only on the seed of the run.
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
