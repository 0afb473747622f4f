using System.Globalization;
using System.Runtime.InteropServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Ends the wait of a thread for a socket, on Linux. .NET cannot interrupt a thread that is inside a system call. But such a call returns when the
/// socket is shut down.
/// </summary>
internal static partial class BlockedSocket
{
    private const int Both = 2; // SHUT_RDWR

    // read, connect, accept, recvfrom, recvmsg, accept4: their first argument is the socket.
    private static readonly int[] Calls = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => [0, 42, 43, 45, 47, 288],
        Architecture.Arm64 => [63, 203, 202, 207, 212, 242],
        _ => [],
    };

    /// <summary>The number of the current thread for <see cref="Release"/>; 0 where there is none.</summary>
    public static int CurrentThread => OperatingSystem.IsLinux() && Calls.Length > 0 ? GetThread() : 0;

    /// <summary>Shuts down the socket that a thread of this process waits for, if there is one.</summary>
    public static void Release(int thread)
    {
        if (thread == 0)
            return;
        try
        {
            // "NUMBER-OF-THE-CALL 0xARGUMENT ...", or "running".
            var fields = File.ReadAllText($"/proc/self/task/{thread}/syscall").Split(' ');
            if (fields.Length > 1 && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var call) && Calls.Contains(call)
                && int.TryParse(fields[1].AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var file)
                && new FileInfo($"/proc/self/fd/{file}").LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
                _ = Shutdown(file, Both);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The system does not tell.
        }
    }

    [LibraryImport("libc", EntryPoint = "gettid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetThread();

    [LibraryImport("libc", EntryPoint = "shutdown")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Shutdown(int socket, int how);
}
