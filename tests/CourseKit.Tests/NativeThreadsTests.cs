using System.Globalization;
using System.Runtime.InteropServices;
using CourseKit.Native;

namespace CourseKit.Tests;

public sealed class NativeThreadsTests
{
    [Fact]
    public void OpenMP_is_told_how_many_threads_there_are_before_it_is_loaded()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the environment of the C library is another there");
        NativeBackend.Load();
        var own = Environment.GetEnvironmentVariable("COURSEKIT_THREADS");
        var expected = (string.IsNullOrEmpty(own) ? Environment.GetEnvironmentVariable("OMP_NUM_THREADS") : null) ?? NativeThreads.Count.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(expected, Marshal.PtrToStringUTF8(Variable("OMP_NUM_THREADS")));
    }

    [DllImport("libc", EntryPoint = "getenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint Variable([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
