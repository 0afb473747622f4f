using System.Globalization;
using System.Runtime.InteropServices;

namespace CourseKit.Native;

/// <summary>
/// Limits the number of OpenMP threads of libtorch. torch.set_num_threads is not enough: it applies only to the thread that calls it, and to the
/// work that torch itself splits up. A matrix product on another thread of the notebook uses the number that OpenMP read at its start.
/// </summary>
/// <remarks>
/// The default is one thread, whatever the number of cores. With another number, sums are added up in another order, and the same seed gives other numbers.
/// So a notebook gives the same figures by hand as in a run of many, and on a laptop as on a server. Networks as small as the lectures' gain little from more.
/// </remarks>
internal static class NativeThreads
{
    private const string Own = "COURSEKIT_THREADS", OpenMp = "OMP_NUM_THREADS";

    /// <summary>How many threads one tensor operation may use here.</summary>
    /// <exception cref="ArgumentException">COURSEKIT_THREADS is not a positive whole number.</exception>
    public static int Count => CountOf(Environment.GetEnvironmentVariable(Own), Environment.GetEnvironmentVariable(OpenMp), Environment.ProcessorCount);

    /// <summary>The number of threads: COURSEKIT_THREADS, else OMP_NUM_THREADS, else 1; at most the cores.</summary>
    /// <exception cref="ArgumentException">COURSEKIT_THREADS is not a positive whole number.</exception>
    public static int CountOf(string? courseKit, string? openMp, int cores)
    {
        if (!string.IsNullOrWhiteSpace(courseKit) && !(int.TryParse(courseKit, out var asked) && asked > 0))
            throw new ArgumentException($"COURSEKIT_THREADS is '{courseKit}'; expected a number of threads from 1 to {cores}.");
        // OpenMP also allows a list, with one number per nesting level.
        var chosen = int.TryParse(courseKit, out var own) ? own : int.TryParse(openMp?.Split(',')[0], out var omp) ? omp : 1;
        return Math.Clamp(chosen, 1, cores);
    }

    /// <summary>
    /// Sets OMP_NUM_THREADS before OpenMP is loaded, because OpenMP reads the variable only then. The C library sets the variable, because OpenMP does
    /// not see the changes that .NET makes; on Windows it does. If the user has set OMP_NUM_THREADS, only COURSEKIT_THREADS changes it.
    /// </summary>
    public static void Bound()
    {
        try
        {
            var (count, overwrite) = (Count.ToString(CultureInfo.InvariantCulture), Environment.GetEnvironmentVariable(Own) is { Length: > 0 });
            if (!OperatingSystem.IsWindows())
                _ = SetVariable(OpenMp, count, overwrite ? 1 : 0);
            else if (overwrite || Environment.GetEnvironmentVariable(OpenMp) is null)
                Environment.SetEnvironmentVariable(OpenMp, count);
        }
        catch (ArgumentException)
        {
            // Course.Start throws the same exception, and the user sees its message there.
        }
    }

    /// <summary>The C library's setenv: native code does not see the changes that .NET makes, except on Windows, where there is no such function.</summary>
    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static extern int SetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
