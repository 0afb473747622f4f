using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// A pipe whose bytes are kept before they are taken out of it. If the process ends in between, they are still in the pipe. So nothing of what a
/// crashing process writes last is lost. Only Linux can copy from a pipe; elsewhere the bytes are kept just after they were taken out.
/// </summary>
/// <param name="pipe">The pipe.</param>
/// <param name="keep">Gets all bytes, some of them perhaps twice; null if nothing is kept.</param>
internal sealed partial class KeptPipe(SafeFileHandle pipe, Action<byte[]>? keep) : FileStream(pipe, FileAccess.Read, bufferSize: 0)
{
    private readonly AnonymousPipeServerStream copy = new(PipeDirection.Out);
    private AnonymousPipeClientStream? copied;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (keep is null)
            return base.Read(buffer);
        var length = OperatingSystem.IsLinux() ? (int)Tee(SafeFileHandle, copy.SafePipeHandle, Math.Min(buffer.Length, 4096), 0) : 0;
        if (length <= 0)
        {
            length = base.Read(buffer);
            keep(buffer[..length].ToArray());
            return length;
        }
        var bytes = new byte[length];
        (copied ??= new(PipeDirection.In, copy.ClientSafePipeHandle)).ReadExactly(bytes);
        keep(bytes);
        return base.Read(buffer[..length]);
    }

    /// <summary>Reads on the caller's thread, because cells may fill the thread pool.</summary>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        copied?.Dispose();
        copy.Dispose();
        base.Dispose(disposing);
    }

    [LibraryImport("libc", EntryPoint = "tee")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Tee(SafeFileHandle from, SafePipeHandle to, nint length, uint flags);
}
