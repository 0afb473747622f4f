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

    [Fact]
    public void Another_version_that_has_all_that_TorchSharp_needs_loads_if_a_variable_says_so_and_is_warned_of()
    {
        InstallOwn("2.11.0+cu130");
        Refuses(Lib, "libtorch 2.11.0+cu130, expected 2.10.x, which TorchSharp was built for; but it has all of the 1,204 symbols that TorchSharp needs. COURSEKIT_LIBTORCH_ANY=1 loads it");
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libtorch.so"], LibTorchFolder.Libraries(Lib, Build, takesAny: true).Select(Path.GetFileName));
        Assert.StartsWith("libtorch 2.11.0+cu130 in place of 2.10, which TorchSharp was built for", LibTorchFolder.CautionOf(Lib), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(torch, "version.py"), "__version__ = '2.10.2'\n");
        Assert.Null(LibTorchFolder.CautionOf(Lib));
    }

    [Fact]
    public void What_another_version_lacks_is_named_whatever_the_variable_says()
    {
        InstallOwn("2.9.1");
        // The binding of another build, which calls a function that no libtorch has: a letter of its name is another.
        var binding = File.ReadAllBytes(Binding);
        var name = "_ZN2at4_ops10pin_memory4callE"u8;
        binding[binding.AsSpan().IndexOf(name) + "_ZN2at4_ops10pin_memo"u8.Length] = (byte)'R';
        Directory.CreateDirectory(Build);
        File.WriteAllBytes(Path.Combine(Build, "libLibTorchSharp.so"), binding);
        foreach (var takesAny in new[] { false, true })
        {
            Refuses(Lib, "it lacks 1 of the 1,204 symbols that TorchSharp needs: at::_ops::pin_memoRy::call. Use PyTorch 2.10, or build TorchSharp's binding for this one with "
                + "lib/native/build.sh", takesAny);
        }
    }

    [Fact]
    public void A_library_that_is_damaged_is_told_where_it_would_be_compared()
    {
        InstallOwn("2.11.0");
        File.Delete(Path.Combine(Lib, "libc10.so"));
        File.WriteAllBytes(Path.Combine(Lib, "libc10.so"), File.ReadAllBytes(Path.Combine(NativeBackend.Folder, "libc10.so"))[..100_000]);
        Refuses(Lib, $"it cannot be compared: {Path.Combine(Lib, "libc10.so")}: cut off or damaged", takesAny: true);
    }

    [Fact]
    public void A_binding_that_was_built_for_the_libtorch_beside_it_needs_no_version_but_must_be_that_of_the_build()
    {
        InstallOwn("2.12.0");
        File.Copy(Binding, Path.Combine(Lib, "libLibTorchSharp.so"));
        Assert.Equal(3, LibTorchFolder.Libraries(Lib, Build).Count);
        Assert.Null(LibTorchFolder.CautionOf(Lib));
        File.AppendAllText(Path.Combine(Lib, "libLibTorchSharp.so"), " ");
        Refuses(Lib, $"it has a binding of its own, which {Build} was built without; run `dotnet build -c Release` with the variable set, which takes it", takesAny: true);
    }

    [Fact]
    public void Links_beside_a_binding_are_followed_once_since_a_library_of_CUDA_lies_beside_what_they_lead_to()
    {
        InstallOwn("2.11.0");
        Assert.Equal(Path.Combine(Lib, "libtorch.so"), LibTorchFolder.Libraries(Lib, Build, takesAny: true)[^1]); // an installer may make links of its own
        var built = Path.Combine(torch, "out");
        Directory.CreateDirectory(built);
        File.Copy(Binding, Path.Combine(built, "libLibTorchSharp.so"));
        foreach (var library in Directory.GetFiles(Lib))
            File.CreateSymbolicLink(Path.Combine(built, Path.GetFileName(library)), library);
        Assert.Equal([.. new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" }.Select(library => Path.Combine(Lib, library))], LibTorchFolder.Libraries(built, Build));
    }

    // What the build of these tests has: the package's libtorch, by links, and a binding that loads.
    private static string Binding => Path.Combine(NativeBackend.Folder, "libLibTorchSharp.so");

    private void InstallOwn(string version)
    {
        Install(version);
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
        {
            var here = Path.Combine(NativeBackend.Folder, library);
            Assert.SkipUnless(Machine.IsFile(here), "a build for the CPU has the libtorch to compare with");
            File.CreateSymbolicLink(Path.Combine(Lib, library), here);
        }
    }

    private void Refuses(string folder, string expected, bool takesAny = false)
    {
        var error = Assert.Throws<NativeBackendException>(() => LibTorchFolder.Libraries(folder, Build, takesAny));
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
