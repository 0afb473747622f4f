using CourseKit.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Random numbers of one's own until it is disposed: torch's go on afterwards as if none had been drawn. On a GPU, whose generator's state torch does not
/// hand out, they go on from a number it drew before, so that the seed still decides about all that follows.
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
