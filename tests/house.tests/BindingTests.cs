using System.Diagnostics;
using System.Runtime.Versioning;

namespace CourseKit.House.Tests;

/// <summary>lib/native/build.sh with a stand-in for the compiler: what it compiles and links, what it leaves, and what it refuses.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BindingTests : IDisposable
{
    private const string Script = "lib/native/build.sh";

    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("binding-");

    public BindingTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the binding of other systems is not built");
        var files = Enumerable.Range(0, 25).Select(i => $"THS{i}.cpp").Append("crc32c.c").ToList();
        Write("TorchSharp/src/Native/LibTorchSharp/CMakeLists.txt", $"project(LibTorchSharp)\n\nset(SOURCES\n    THS0.h\n    {string.Join("\n\t", files)})\n\nif(WIN32)\nother.cpp\n");
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so", "libgomp-98b21ff3.so.1" })
            Write($"torch/lib/{library}", "");
        Write("torch/include/ATen/ATen.h", "");
        // It notes its words, and writes what is behind -o.
        Write("compiler", "#!/bin/bash\necho \"$*\" >>\"$(dirname \"$0\")/compiled\"\nwhile [ $# -gt 0 ]; do [ \"$1\" = -o ] && echo made >\"$2\"; shift; done\n");
        Permit();
    }

    public void Dispose() => place.Delete(recursive: true);

    [Fact]
    public void It_compiles_what_TorchSharp_lists_and_leaves_the_binding_beside_links_to_the_libraries()
    {
        Directory.CreateDirectory(PathOf("out"));
        File.CreateSymbolicLink(PathOf("out/libgone.so"), PathOf("nowhere"));
        Succeed();
        var compiled = File.ReadAllLines(PathOf("compiled"));
        Assert.Equal(27, compiled.Length);
        Assert.Equal(25, compiled.Count(line => line.Contains("-x c++ -std=c++17 ", StringComparison.Ordinal)));
        Assert.Single(compiled, line => line.Contains("-x c ", StringComparison.Ordinal) && line.Contains("crc32c.c", StringComparison.Ordinal));
        Assert.All(compiled[..26], line => Assert.Contains($"-isystem{PathOf("torch/include")}", line, StringComparison.Ordinal));
        Assert.Contains("-ltorch -ltorch_cpu -lc10", compiled[26], StringComparison.Ordinal);
        Assert.Equal(["libLibTorchSharp.so", "libc10.so", "libgomp-98b21ff3.so.1", "libtorch.so", "libtorch_cpu.so"],
            Directory.GetFiles(PathOf("out")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.Equal(PathOf("torch/lib/libtorch_cpu.so"), new FileInfo(PathOf("out/libtorch_cpu.so")).LinkTarget);
        Assert.Null(new FileInfo(PathOf("out/libLibTorchSharp.so")).LinkTarget);
    }

    [Fact]
    public void Headers_that_ask_for_a_later_C_are_compiled_so_and_may_lie_elsewhere()
    {
        Write("headers/ATen/ATen.h", "#error C++20 or later compatible compiler is required\n");
        Directory.Delete(PathOf("torch/include"), recursive: true);
        Succeed(("HEADERS", PathOf("headers") + ":" + PathOf("more")));
        Assert.Contains($"-isystem{PathOf("headers")} -isystem{PathOf("more")} -x c++ -std=c++20", File.ReadAllText(PathOf("compiled")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TorchSharp/src", "has no src/Native/LibTorchSharp: expected a clone of github.com/dotnet/TorchSharp")]
    [InlineData("torch/lib/libtorch_cpu.so", "has no libtorch_cpu.so: expected the folder torch/lib of PyTorch")]
    [InlineData("torch/include", "has no ATen/ATen.h: this PyTorch comes without headers")]
    [InlineData("compiler", "on the PATH; apt install g++")]
    public void What_is_missing_is_told_before_anything_is_compiled(string missing, string expected)
    {
        if (Directory.Exists(PathOf(missing)))
            Directory.Delete(PathOf(missing), recursive: true);
        else
            File.Delete(PathOf(missing));
        Refuse(expected);
        Assert.False(File.Exists(PathOf("compiled")));
    }

    [Fact]
    public void A_source_that_does_not_fit_names_the_file_and_the_first_errors_and_leaves_nothing()
    {
        Write("compiler", "#!/bin/bash\nif [[ \"$*\" == *THS7.cpp* ]]; then echo 'THS7.cpp:3: error: no such function' >&2; exit 1; fi\n");
        Permit();
        var told = Refuse("this TorchSharp does not fit this PyTorch");
        Assert.Contains("THS7.cpp:3: error: no such function\nbuild.sh: THS7.cpp does not compile", told, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(PathOf("out")));
    }

    private void Permit() => File.SetUnixFileMode(PathOf("compiler"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    private void Succeed(params (string Name, string Value)[] variables)
    {
        var (code, told) = Run(variables);
        Assert.True(code == 0, told);
    }

    private string Refuse(string expected)
    {
        var (code, told) = Run();
        Assert.Equal(1, code);
        Assert.Contains(expected, told, StringComparison.Ordinal);
        return told;
    }

    private (int ExitCode, string Told) Run(params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Repository.PathOf(Script), ["TorchSharp", "torch/lib", "out"]) { WorkingDirectory = place.FullName, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["CXX"] = PathOf("compiler");
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var told = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, told);
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.Delete(PathOf(path));
        File.WriteAllText(PathOf(path), text);
    }

    private string PathOf(string path) => Path.Combine(place.FullName, path);
}
