using CourseKit.Native;

namespace CourseKit.Tests.Devices;

public sealed class LibTorchFolderTests : IDisposable
{
    private readonly string torch = Directory.CreateTempSubdirectory("pytorch").FullName;

    public LibTorchFolderTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "COURSEKIT_LIBTORCH is for Linux only");

    private string Lib => Path.Combine(torch, "lib");

    private string Build => Path.Combine(torch, "build");

    public void Dispose() => Directory.Delete(torch, recursive: true);

    [Fact]
    public void The_libraries_come_in_the_order_in_which_they_need_one_another()
    {
        Install("2.10.0+cu128", "libtorch.so", "libtorch_cuda.so", "libtorch_cpu.so", "libc10_cuda.so", "libc10.so", "libshm.so");
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"], LibTorchFolder.Libraries(Lib, Build).Select(Path.GetFileName));
        Assert.True(LibTorchFolder.HasCuda(Lib));
    }

    [Fact]
    public void One_for_the_CPU_alone_will_do()
    {
        Install("2.10.1+cpu", "libtorch.so", "libtorch_cpu.so", "libc10.so");
        Assert.Equal(3, LibTorchFolder.Libraries(Lib + "/", Build).Count);
        Assert.False(LibTorchFolder.HasCuda(Lib));
    }

    [Fact]
    public void A_libtorch_without_Python_tells_its_version_in_a_file_of_its_own()
    {
        Install(null, "libtorch.so", "libtorch_cpu.so", "libc10.so");
        File.WriteAllText(Path.Combine(torch, "build-version"), "2.10.0+cu128\n");
        Assert.Equal(3, LibTorchFolder.Libraries(Lib, Build).Count);
    }

    [Theory]
    [InlineData("1.13.1", "libtorch 1.13.1, expected 2.10.x")]
    [InlineData("2.1.0", "libtorch 2.1.0, expected 2.10.x")]
    [InlineData("2.11.0+cu130", "libtorch 2.11.0+cu130, expected 2.10.x")]
    [InlineData(null, "its version cannot be told")]
    public void Another_version_is_refused_before_anything_is_loaded(string? version, string expected)
    {
        Install(version, "libtorch.so", "libtorch_cpu.so", "libc10.so");
        Refuses(Lib, expected);
    }

    [Fact]
    public void A_folder_without_libtorch_is_refused()
    {
        Refuses(Path.Combine(torch, "nowhere"), "there is no such folder");
        Install("2.10.0", "libtorch.so", "libtorch_cpu.so", "libc10.so", "libtorch_cuda.so");
        Refuses(Lib, "without libc10_cuda.so");
        File.Delete(Path.Combine(Lib, "libtorch_cpu.so"));
        Refuses(Lib, "without libtorch_cpu.so, libc10_cuda.so");
    }

    [Fact]
    public void A_build_with_a_libtorch_of_its_own_is_refused_since_two_end_the_process()
    {
        Install("2.10.0", "libtorch.so", "libtorch_cpu.so", "libc10.so");
        Directory.CreateDirectory(Build);
        File.CreateSymbolicLink(Path.Combine(Build, "libtorch_cpu.so"), "/gone");
        Refuses(Lib, $"{Build} was built with a libtorch of its own; run `dotnet build -c Release` with the variable set");
    }

    private void Refuses(string folder, string expected)
    {
        var error = Assert.Throws<NativeBackendException>(() => LibTorchFolder.Libraries(folder, Build));
        Assert.StartsWith($"COURSEKIT_LIBTORCH is {folder}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Without COURSEKIT_LIBTORCH, `dotnet build -c Release` fetches a libtorch that fits.", error.Message, StringComparison.Ordinal);
    }

    private void Install(string? version, params string[] libraries)
    {
        Directory.CreateDirectory(Lib);
        foreach (var library in libraries)
            File.WriteAllText(Path.Combine(Lib, library), "");
        if (version is not null)
            File.WriteAllText(Path.Combine(torch, "version.py"), $"from typing import Optional\n\n__version__ = '{version}'\ndebug = False\n");
    }
}
