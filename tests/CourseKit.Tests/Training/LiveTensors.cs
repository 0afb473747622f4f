using TorchSharp;

namespace CourseKit.Tests.Training;

internal static class LiveTensors
{
    /// <summary>Tensors made on this thread and not yet disposed of.</summary>
    public static long Count => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <summary>How many more tensors live after the action than before it.</summary>
    public static long LeftBy(Action action)
    {
        var before = Count;
        action();
        return Count - before;
    }
}
