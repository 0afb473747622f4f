using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// The output of native code and of child processes. They write to the process's standard output and error, and know nothing of <see cref="Console"/>.
/// </summary>
internal static partial class NativeOutput
{
    private static readonly byte[] OwnMark = Encoding.UTF8.GetBytes($"\u0001{Guid.NewGuid():N}\u0002");
    private static RawOutput[] captured = [];

    /// <summary>Sends standard output and error to the running cell from now on; between cells they wait for the next one.</summary>
    /// <param name="stdout">A pipe that can be written and read.</param>
    /// <param name="stderr">Another one.</param>
    /// <param name="keep">Gets all bytes of standard error, also what was in the pipe already (see <see cref="KeptPipe"/>).</param>
    public static void Capture(SafeFileHandle stdout, SafeFileHandle stderr, Action<byte[]> keep)
    {
        var early = true;
        captured = [Read(new KeptPipe(stdout, null), "stdout"), Read(new KeptPipe(stderr, keep), "stderr")];
        _ = Duplicate(stdout, 1);
        _ = Duplicate(stderr, 2);
        Complete();
        Volatile.Write(ref early, false);

        RawOutput Read(Stream pipe, string name) => new(pipe, OwnMark, text =>
        {
            RunningCell.EnterNotebook();
            if (!Volatile.Read(ref early))
                RunningCell.Print(name, text);
        });
    }

    /// <summary>Waits until the cell has all that was written so far; at most a second, if the cell has closed the streams.</summary>
    public static void Complete()
    {
        if (captured.Length == 0)
            return;
        Mark(OwnMark);
        Task.WaitAll([.. captured.Select(raw => raw.MarkAsync())]);
    }

    /// <summary>Flushes native buffers, then writes the mark to standard output and error.</summary>
    public static void Mark(byte[] mark)
    {
        if (!OperatingSystem.IsWindows())
            _ = FlushNative(0);
        foreach (var stream in new[] { Console.OpenStandardOutput(), Console.OpenStandardError() })
            stream.Write(mark);
    }

    [LibraryImport("libc", EntryPoint = "fflush")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FlushNative(nint everyStream);

    [LibraryImport("libc", EntryPoint = "dup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(SafeFileHandle file, int to);
}
