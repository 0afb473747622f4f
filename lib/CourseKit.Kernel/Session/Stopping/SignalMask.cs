using System.Runtime.InteropServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// The signals that a thread blocks, on Unix. The runtime interrupts threads with a signal, for an abort and for a garbage collection. After an
/// abort, this signal stays blocked in the thread. A new thread inherits the mask of the thread that creates it. Without <see cref="Restore"/>, the
/// runtime could not interrupt the threads that an aborted thread creates (also threads of the pool).
/// </summary>
internal readonly partial struct SignalMask
{
    private const int Unchanged = 0;
    private static readonly int Set = OperatingSystem.IsMacOS() ? 3 : 2;
    private readonly byte[]? mask;

    private SignalMask(byte[] mask) => this.mask = mask;

    /// <summary>Reads the current thread's mask. On Windows the result is empty.</summary>
    public static SignalMask Read()
    {
        if (OperatingSystem.IsWindows())
            return default;
        var mask = new byte[128]; // sigset_t has 128 bytes on Linux and fewer on macOS.
        _ = PthreadSigmask(Unchanged, null, mask);
        return new(mask);
    }

    /// <summary>Sets the current thread's mask to this one.</summary>
    public void Restore()
    {
        if (mask is not null)
            _ = PthreadSigmask(Set, mask, null);
    }

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int PthreadSigmask(int how, byte[]? set, byte[]? old);
}
