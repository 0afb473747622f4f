using System.Runtime.InteropServices;

namespace CourseKit.Native;

/// <summary>
/// Makes the C library keep the memory of freed tensors. By default, glibc gives large blocks back to the operating system at once. The operating
/// system must then clear new pages for the next tensor. The clearing takes up to an eighth of the time of a training step.
/// </summary>
internal static class NativeHeap
{
    private const int TrimThreshold = -1, TopPad = -2, MapThreshold = -3; // malloc.h
    private const int Megabyte = 1 << 20;

    /// <summary>Makes the main heap keep up to 1 GB of free memory, and a thread's heap its last 64 MB. Without glibc, nothing changes.</summary>
    public static void Keep()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = SetOption(MapThreshold, 32 * Megabyte); // the largest value that glibc accepts; larger blocks are still mapped
            _ = SetOption(TrimThreshold, 1024 * Megabyte);
            // A thread's heap consists of pieces of 64 MB. glibc gives the last piece back if the piece is empty and the piece before it has at
            // least TopPad bytes free. A piece in use never has all of its 64 MB free, so glibc keeps the last piece.
            _ = SetOption(TopPad, 64 * Megabyte);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, such as musl.
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetOption(int option, int value);
}
