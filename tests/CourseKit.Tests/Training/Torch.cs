using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

internal static class Torch
{
    /// <summary>Loads torch and seeds it. One thread: on a busy machine threads that wait for one another take ten times as long.</summary>
    public static void Begin()
    {
        NativeBackend.Load();
        set_num_threads(1);
        manual_seed(1);
    }
}
