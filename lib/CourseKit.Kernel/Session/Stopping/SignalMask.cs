using System.Runtime.InteropServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// The signals that a thread blocks, on Unix. The runtime interrupts threads with a signal, and it leaves this signal blocked in an aborted thread.
/// Every thread inherits the mask of its creator. Without <see cref="Restore"/>, no thread that an aborted thread creates could be interrupted
/// again, neither for an abort nor for a garbage collection. This includes threads of the pool.
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
        var mask = new byte[128]; // The size of sigset_t on Linux, the largest one.
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
