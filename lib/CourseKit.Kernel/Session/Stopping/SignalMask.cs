using System.Runtime.InteropServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// The signals a thread blocks, on Unix. The runtime leaves an aborted thread with the signal blocked by which it interrupts threads, and every thread
/// inherits its creator's mask: without <see cref="Restore"/> no thread that an aborted one creates, the pool's included, could be interrupted again,
/// neither for an abort nor for a garbage collection.
/// </summary>
internal readonly partial struct SignalMask
{
    private const int Unchanged = 0;
    private static readonly int Set = OperatingSystem.IsMacOS() ? 3 : 2;
    private readonly byte[]? mask;

    private SignalMask(byte[] mask) => this.mask = mask;

    /// <summary>The current thread's mask.</summary>
    public static SignalMask Read()
    {
        if (OperatingSystem.IsWindows())
            return default;
        var mask = new byte[128]; // sigset_t of Linux, the largest.
        _ = PthreadSigmask(Unchanged, null, mask);
        return new(mask);
    }

    /// <summary>Gives the current thread the mask back.</summary>
    public void Restore()
    {
        if (mask is not null)
            _ = PthreadSigmask(Set, mask, null);
    }

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PthreadSigmask(int how, byte[]? set, byte[]? old);
}
