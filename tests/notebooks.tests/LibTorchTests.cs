using System.Diagnostics;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>Notebooks with the libtorch of a PyTorch installation, which COURSEKIT_LIBTORCH names.</summary>
[Trait("Cost", "lecture")]
public sealed class LibTorchTests : IDisposable
{
    private static readonly string Library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0");
    private readonly TempFolder _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Its_libtorch_is_used_and_the_one_of_the_build_is_not_even_loaded()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "COURSEKIT_LIBTORCH is for Linux only");
        Assert.SkipUnless(File.Exists(Path.Combine(Library, "libtorch_cpu.so")) && !File.Exists(Path.Combine(Library, "libtorch_cuda.so")), "a copy is made of the CPU build's libtorch");
        // The build as it is without libtorch, and what PyTorch's own packages hold for the CPU: the same files, in a folder of their own.
        Directory.CreateDirectory(_place.PathOf("torch", "lib"));
        Directory.CreateDirectory(_place.PathOf("build"));
        await File.WriteAllTextAsync(_place.PathOf("torch", "version.py"), "__version__ = '2.10.0+cpu'\n", TestContext.Current.CancellationToken);
        string[] libtorch = ["libc10.so", "libtorch_cpu.so", "libtorch.so", "libtorch_global_deps.so", "libgomp-98b21ff3.so.1"];
        foreach (var file in Directory.GetFiles(Library))
            File.Copy(file, libtorch.Contains(Path.GetFileName(file)) ? _place.PathOf("torch", "lib", Path.GetFileName(file)) : _place.PathOf("build", Path.GetFileName(file)));

        var run = await RunAsync(_place.PathOf("build"), """
            ones(2, 3).matmul(randn(3, 4)).requires_grad_().sum().backward();
            string.Join("\n", System.IO.File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1])
                .Where(path => path.Contains("libtorch_cpu") || path.Contains("libc10.")).Distinct().Order())
            """);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal($"{_place.PathOf("torch", "lib", "libc10.so")}\n{_place.PathOf("torch", "lib", "libtorch_cpu.so")}",
            MultilineText.Join(Notebook.Load(_place.PathOf("out", "here.ipynb")).Cells[1].Outputs[0]!["data"]!["text/plain"]));
    }

    [Fact]
    public async Task Another_version_is_refused_in_the_first_cell()
    {
        Directory.CreateDirectory(_place.PathOf("torch", "lib"));
        await File.WriteAllTextAsync(_place.PathOf("torch", "version.py"), "__version__ = '1.13.1'\n", TestContext.Current.CancellationToken);
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            await File.WriteAllTextAsync(_place.PathOf("torch", "lib", library), "", TestContext.Current.CancellationToken);

        var run = await RunAsync(Library, "1");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"COURSEKIT_LIBTORCH is {_place.PathOf("torch", "lib")}: it is libtorch 1.13.1, expected 2.10.x", run.Error, StringComparison.Ordinal);
    }

    // TorchSharp-cpu is these two and the libtorch of the other platforms, of which nothing is loaded here.
    [Fact]
    public async Task A_notebook_that_names_TorchSharps_own_packages_runs_on_Debian_12_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the package is that of Linux");
        Course.SkipUnlessBuilt();
        var central = await File.ReadAllTextAsync(Path.Combine(Course.Root, "Directory.Packages.props"), TestContext.Current.CancellationToken);
        string Version(string before) => Regex.Match(central, Regex.Escape(before) + @"\[?(\d[\d.]+\d)").Groups[1].Value;
        new Notebook(
            NotebookCell.Code($"#r \"nuget: TorchSharp, {Version("Include=\"TorchSharp\" Version=\"")}\"\n#r \"nuget: libtorch-cpu-linux-x64, {Version("<LibTorchVersion>")}\"\nusing TorchSharp;"),
            NotebookCell.Code("torch.ones(2, 3).sum().item<float>()")).Save(_place.PathOf("theirs.ipynb"));
        var run = await Command.RunAsync(new ProcessStartInfo(Course.Program, ["run", _place.PathOf("theirs.ipynb"), "--out", _place.PathOf("out")]));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("6", MultilineText.Join(Notebook.Load(_place.PathOf("out", "theirs.ipynb")).Cells[1].Outputs[0]!["data"]!["text/plain"]));
    }

    private Task<CommandResult> RunAsync(string build, string cell)
    {
        Course.SkipUnlessBuilt();
        new Notebook(NotebookCell.Code($"""
            #r "{Path.Combine(build, "CourseKit.dll")}"
            #r "{Path.Combine(build, "TorchSharp.dll")}"
            using CourseKit; using TorchSharp; using System.Linq; using static TorchSharp.torch;
            Course.Start()
            """), NotebookCell.Code(cell)).Save(_place.PathOf("here.ipynb"));
        var start = new ProcessStartInfo(Course.Program, ["run", _place.PathOf("here.ipynb"), "--out", _place.PathOf("out")]);
        start.Environment["COURSEKIT_LIBTORCH"] = _place.PathOf("torch", "lib");
        return Command.RunAsync(start);
    }
}
