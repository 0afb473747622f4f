using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CourseKit.Native;

/// <summary>
/// Tells the errors of native calls that would otherwise end the process. TorchSharp turns C++ exceptions into .NET exceptions, but not in every
/// function: <c>randn(2).matmul(randn(3))</c> is one where it does not. No frame below it catches the exception, so the C++ runtime calls its
/// terminate handler, with the stack as it was at the throw. Nothing can return from there. But the thread can stay there for ever, while the notebook
/// ends the cell with the error's message, and runs the next cells on another thread. The variables are kept.
/// </summary>
internal static unsafe class NativeErrors
{
    // The AppContext key of the kernel's function that ends the running cell with an error, although its thread will never return. The function gives false
    // if the calling thread is not the cell's. Then the thread cannot be given up.
    private const string FaultHook = "notebook.fault";

    // The size of the header before a thrown object in libstdc++, and in the header of its type the place of the name (Itanium C++ ABI, 64 bits).
    private const int ThrownObject = 112, TypeName = 8;

    private static delegate* unmanaged<void> before;

    /// <summary>Takes the place of the C++ runtime's terminate handler. Elsewhere than on 64-bit Linux with libstdc++ nothing changes.</summary>
    public static void Install()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || before is not null)
            return;
        try
        {
            before = SetTerminate(&Terminate);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C++ library. A process ends there as it did before.
        }
    }

    [UnmanagedCallersOnly]
    private static void Terminate()
    {
        // Only a notebook can go on without this thread. A program ends, and the handler before tells why.
        if (AppContext.GetData(FaultHook) is Func<string, bool> abandon && abandon($"{Caller()}: {Message()}"))
            Thread.Sleep(Timeout.Infinite);
        before();
    }

    // What the exception says, without the C++ stack. Only types that begin as std::exception does can be asked.
    private static string Message()
    {
        var (type, thrown) = (CurrentType(), Globals()[0]);
        var name = type == 0 ? "" : Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(type, TypeName)) ?? "";
        if (thrown == 0 || !(name.StartsWith("N3c10", StringComparison.Ordinal) || name.StartsWith("St", StringComparison.Ordinal)))
            return $"an error in native code ({name})";
        var methods = *(nint**)(thrown + ThrownObject); // two destructors, then what()
        var text = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)methods[2])(thrown + ThrownObject)) ?? name;
        return text.Split("\nException raised from")[0].Trim();
    }

    // The method that the cell called, e.g. Tensor.matmul.
    private static string Caller() => new StackTrace().GetFrames().Select(frame => frame.GetMethod())
        .FirstOrDefault(method => method?.DeclaringType is { } type && type.Assembly == typeof(TorchSharp.torch).Assembly && type.Name != "NativeMethods") is { } called
        ? $"{called.DeclaringType!.Name}.{called.Name}" : "a native call";

    [DllImport("libstdc++.so.6", EntryPoint = "_ZSt13set_terminatePFvvE")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern delegate* unmanaged<void> SetTerminate(delegate* unmanaged<void> handler);

    [DllImport("libstdc++.so.6", EntryPoint = "__cxa_current_exception_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint CurrentType();

    [DllImport("libstdc++.so.6", EntryPoint = "__cxa_get_globals")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint* Globals();
}
