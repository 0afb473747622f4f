using System.Diagnostics;
using System.Globalization;

namespace CourseKit.Kernel.Jupyter;

/// <summary>Watches the process that started the kernel. If that process crashes, nobody else would ever end the kernel.</summary>
internal static class ParentProcess
{
    /// <summary>Completes when the process that the front end named (<c>JPY_PARENT_PID</c>) has ended; never if it named none.</summary>
    public static async Task WhenGone()
    {
        // 1 stands for a parent that must not be watched.
        if (!int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 1)
            await Task.Delay(Timeout.Infinite);
        try
        {
            using var parent = Process.GetProcessById(id);
            await parent.WaitForExitAsync();
        }
        catch (ArgumentException)
        {
            // The process had ended before it was looked up.
        }
    }
}
