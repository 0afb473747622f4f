using CourseKit.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Gives the code its own random numbers until this object is disposed. Afterwards torch's random numbers go on as if none had been drawn.
/// On a GPU torch does not hand out the generator's state. There the random numbers go on from a number that was drawn at the start. So the seed
/// still decides about everything that follows.
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
