using System.Globalization;
using System.Runtime.InteropServices;

namespace CourseKit.Native;

/// <summary>
/// Limits the threads of libtorch's OpenMP, for every thread that computes. torch's own limit applies only to the thread that set it and to
/// the work that torch splits up itself. Matrix products on another thread of the notebook use as many threads as OpenMP was told at its start.
/// </summary>
internal static class NativeThreads
{
    private const string Own = "COURSEKIT_THREADS", OpenMp = "OMP_NUM_THREADS";

    /// <summary>How many threads one tensor operation may use here.</summary>
    /// <exception cref="ArgumentException">COURSEKIT_THREADS is no number of threads.</exception>
    public static int Count => CountOf(Environment.GetEnvironmentVariable(Own), Environment.GetEnvironmentVariable(OpenMp), Environment.ProcessorCount);

    /// <summary>The rule: COURSEKIT_THREADS, else OMP_NUM_THREADS, else half the cores; at least 1, at most the cores.</summary>
    public static int CountOf(string? courseKit, string? openMp, int cores)
    {
        if (!string.IsNullOrWhiteSpace(courseKit) && !(int.TryParse(courseKit, out var asked) && asked > 0))
            throw new ArgumentException($"COURSEKIT_THREADS is '{courseKit}'; expected a number of threads from 1 to {cores}.");
        // OpenMP also allows a list, with one number per nesting level.
        var chosen = int.TryParse(courseKit, out var own) ? own : int.TryParse(openMp?.Split(',')[0], out var omp) ? omp : cores / 2;
        return Math.Clamp(chosen, 1, cores);
    }

    /// <summary>
    /// Sets OMP_NUM_THREADS before OpenMP is loaded, because OpenMP reads its environment then. The C library sets the variable, because OpenMP does not
    /// see the changes that .NET makes. An OMP_NUM_THREADS of the user stays, unless COURSEKIT_THREADS is set.
    /// </summary>
    public static void Bound()
    {
        try
        {
            if (!OperatingSystem.IsWindows())
                _ = SetVariable(OpenMp, Count.ToString(CultureInfo.InvariantCulture), overwrite: Environment.GetEnvironmentVariable(Own) is { Length: > 0 } ? 1 : 0);
        }
        catch (ArgumentException)
        {
            // Course.Start throws the same exception, and its message is of use there.
        }
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
