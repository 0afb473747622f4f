using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CourseKit.Native;

/// <summary>
/// Lets tensors and numbers live as long as native code reads them. In <c>(x + 1) / 2</c> nothing holds the sum, nor TorchSharp's <c>Scalar</c> of each
/// number, once their handles have been read. So the garbage collector may free them while native code still works with them, and that is
/// an error such as "Unknown scalar type", a wrong number, or the end of the process. No caller can prevent it: TorchSharp's own modules do the
/// same. So the native functions that free are led through this class: what the finalizer's thread frees waits for a second, because calls that
/// still read it have ended by then. What a program disposes of is freed at once.
/// </summary>
internal static unsafe class NativeHandles
{
    private const int Read = 1, Write = 2, Execute = 4, Private = 2, Anonymous = 32, IntoGap = 0x100000; // sys/mman.h
    private const int Jump = 16; // bytes that a jump may take

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);
    private static readonly Queue<(nint Handle, bool IsTensor, long Since)> Waiting = [];
    private static readonly Timer Later = new(_ => FreeWaiting());
    private static delegate* unmanaged<nint, void> freeTensor, freeScalar;

    [ThreadStatic]
    private static bool isFinalizer;
    private static bool isMarked, isOver;

    /// <summary>
    /// Writes a jump to this class at the beginning of the two native functions, in the memory of this process. The files stay as they are.
    /// Elsewhere than on Linux with an x64 processor nothing changes, nor where the system forbids it or the functions are not those known.
    /// </summary>
    /// <param name="binding">The handle of TorchSharp's native binding.</param>
    public static void Keep(nint binding)
    {
        if (!OperatingSystem.IsLinux() || !X86Base.X64.IsSupported
            || !NativeLibrary.TryGetExport(binding, "THSTensor_dispose", out var tensor) || !NativeLibrary.TryGetExport(binding, "THSTorch_dispose_scalar", out var scalar)
            || !BeginsAsKnown(tensor) || !BeginsAsKnown(scalar) || Near(tensor) is not { } jumps)
            return;
        MarkFinalizer();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
        freeTensor = After(tensor);
        freeScalar = After(scalar);
        Lead(tensor, jumps, &FreeTensor);
        Lead(scalar, jumps + Jump, &FreeScalar);
    }

    [UnmanagedCallersOnly]
    private static void FreeTensor(nint handle) => Free(handle, isTensor: true);

    [UnmanagedCallersOnly]
    private static void FreeScalar(nint handle) => Free(handle, isTensor: false);

    private static void Free(nint handle, bool isTensor)
    {
        if (handle == 0)
            return;
        if (!isFinalizer)
        {
            FreeNow(handle, isTensor);
            return;
        }
        lock (Waiting)
        {
            if (Waiting.Count == 0)
                Later.Change(Wait, Timeout.InfiniteTimeSpan);
            Waiting.Enqueue((handle, isTensor, Stopwatch.GetTimestamp()));
        }
    }

    private static void FreeNow(nint handle, bool isTensor) => (isTensor ? freeTensor : freeScalar)(handle);

    private static void FreeWaiting()
    {
        lock (Waiting)
        {
            while (!isOver && Waiting.TryPeek(out var first) && Stopwatch.GetElapsedTime(first.Since) >= Wait)
            {
                FreeNow(first.Handle, first.IsTensor);
                Waiting.Dequeue();
            }
            if (!isOver && Waiting.Count > 0)
                Later.Change(Wait / 4, Timeout.InfiniteTimeSpan);
        }
    }

    // While the process ends, libtorch takes itself apart. From then on nothing is freed by a thread beside.
    private static void End()
    {
        lock (Waiting)
            isOver = true;
    }

    // test rdi, rdi; je ...: five bytes that a jump can replace, since Free looks for a null itself.
    private static bool BeginsAsKnown(nint function) => new ReadOnlySpan<byte>((void*)function, 4).SequenceEqual<byte>([0x48, 0x85, 0xFF, 0x74]);

    private static delegate* unmanaged<nint, void> After(nint function) => (delegate* unmanaged<nint, void>)(function + 5);

    // Five bytes reach 2 GB far. So the way to managed code, which may lie anywhere, leads through a page in a gap of the memory near the function.
    private static nint? Near(nint function)
    {
        var (page, end) = (Environment.SystemPageSize, long.MaxValue);
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var (from, to) = (line.IndexOf('-', StringComparison.Ordinal), line.IndexOf(' ', StringComparison.Ordinal));
            var begin = long.Parse(line.AsSpan(0, from), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (begin - page >= end && Math.Abs(end - function) < int.MaxValue - page)
            {
                var mapped = Map((nint)end, page, Read | Write | Execute, Private | Anonymous | IntoGap, -1, 0);
                if (mapped == (nint)end)
                    return mapped;
                if (mapped != -1)
                    _ = Unmap(mapped, page);
            }
            end = long.Parse(line.AsSpan(from + 1, to - from - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        return null;
    }

    private static void Lead(nint function, nint jump, delegate* unmanaged<nint, void> to)
    {
        byte[] far = [0x48, 0xB8, .. BitConverter.GetBytes((long)to), 0xFF, 0xE0];                  // mov rax, to; jmp rax
        byte[] near = [0xE9, .. BitConverter.GetBytes((int)(jump - (function + 5)))];               // jmp jump
        var page = function / Environment.SystemPageSize * Environment.SystemPageSize;
        var length = function + near.Length - page;
        far.CopyTo(new Span<byte>((void*)jump, far.Length));
        if (Protect(page, length, Read | Write | Execute) != 0)
            return;
        near.CopyTo(new Span<byte>((void*)function, near.Length));
        _ = Protect(page, length, Read | Execute);
    }

    // The runtime does not say which thread runs finalizers. One of them can.
    private static void MarkFinalizer()
    {
        Drop();
        while (!Volatile.Read(ref isMarked))
        {
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop() => _ = new Mark();
    }

    private sealed class Mark
    {
        ~Mark() => isMarked = isFinalizer = true;
    }

    [DllImport("libc", EntryPoint = "mprotect")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Protect(nint start, nint length, int access);

    [DllImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint Map(nint place, nint length, int access, int flags, int file, long offset);

    [DllImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Unmap(nint start, nint length);
}
