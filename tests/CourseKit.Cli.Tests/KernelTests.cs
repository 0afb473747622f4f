using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit kernel</c>: what is installed where, what is left alone, what is removed.</summary>
public sealed class KernelTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    private string Kernels => _place.PathOf("prefix", "share", "jupyter", "kernels");

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task What_is_installed_is_a_kernelspec_with_a_copy_of_the_program_in_it()
    {
        var run = await InstallAsync();

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var folder = Path.Combine(Kernels, "coursekit");
        Assert.Contains(folder, run.Output);
        Assert.Contains($"JUPYTER_PATH={_place.PathOf("prefix", "share", "jupyter")}", run.Output);
        Assert.Contains("Select Kernel > Jupyter Kernel... > C# (CourseKit).", run.Output); // as the list calls it
        Assert.Contains("\n  \"jupyter.completionTriggerCharacters\": { \"csharp\": [\".\"] },\n  \"[csharp]\": { \"editor.wordBasedSuggestions\": \"off\" },\n", run.Output);
        var spec = Spec("coursekit");
        var program = Path.Combine(folder, "bin", Path.GetFileName(BuiltCourse.Program));
        Assert.Equal([Path.Combine(folder, "bin", "kernel.sh"), program, "kernel", "start", "{connection_file}"], spec["argv"]!.AsArray().Select(word => (string)word!));
        Assert.Equal(("C# (CourseKit)", "csharp", "message"),
            ((string?)spec["display_name"], (string?)spec["language"], (string?)spec["interrupt_mode"]));
        Assert.Null(spec["env"]!["OMP_NUM_THREADS"]); // the kernel may run on a machine with other cores than the one it was installed on
        Assert.Equal("PASSIVE", (string?)spec["env"]!["OMP_WAIT_POLICY"]);
        Assert.Equal("3000", (string?)spec["env"]!["GOMP_SPINCOUNT"]);
        Assert.All(new[] { "logo-32x32.png", "logo-64x64.png", "logo-svg.svg" }, logo => Assert.True(new FileInfo(Path.Combine(folder, logo)).Length > 0));
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(program)!), file => new FileInfo(file).LinkTarget is not null);
        Assert.False(File.Exists(Path.Combine(folder, "bin", "CourseKit.dll")));
        Assert.Equal(["coursekit"], Installed());
        Assert.Contains("0.1.0", (await _place.RunAsync(program, [], ["--version"])).Output);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Installed_again_it_is_replaced_and_a_folder_it_came_from_that_is_gone_is_named()
    {
        await InstallAsync();
        var folder = Path.Combine(Kernels, "coursekit");
        await File.WriteAllTextAsync(Path.Combine(folder, "bin", "old"), "", _cancel);
        var spec = Spec("coursekit");
        spec["env"]!["COURSEKIT_CHECKOUT"] = _place.PathOf("moved");
        await File.WriteAllTextAsync(Path.Combine(folder, "kernel.json"), spec.ToJsonString(), _cancel);

        var run = await InstallAsync();

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"installed from {_place.PathOf("moved")}, which is no longer there", run.Output);
        Assert.False(File.Exists(Path.Combine(folder, "bin", "old")));
        Assert.Equal(["coursekit"], Installed());
        Assert.DoesNotContain("no longer there", (await InstallAsync()).Output);
    }

    [Theory]
    [InlineData("""{"argv":["python3"],"display_name":"Other","language":"python"}""", "\"Other\", which CourseKit did not install")]
    [InlineData("""{"metadata":"text"}""", "not a kernel of CourseKit's")]
    [InlineData("[1]", "not a kernel of CourseKit's")]
    [InlineData("not JSON", "not a kernel of CourseKit's")]
    [InlineData(null, "not a kernel of CourseKit's")]
    public async Task What_is_not_ours_is_neither_overwritten_nor_removed(string? spec, string message)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Kernels, "coursekit")).FullName;
        var file = Path.Combine(folder, spec is null ? "notes.txt" : "kernel.json");
        await File.WriteAllTextAsync(file, spec ?? "notes", _cancel);

        foreach (var run in new[] { await InstallAsync(), await UninstallAsync() })
        {
            Assert.Equal(1, run.ExitCode);
            Assert.Contains(message, run.Error);
            Assert.Contains("--name", run.Error);
        }
        Assert.Equal(spec ?? "notes", await File.ReadAllTextAsync(file, _cancel));
        Assert.Equal(["coursekit"], Installed());
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Uninstalling_removes_all_of_it_and_says_so_when_there_is_nothing()
    {
        await InstallAsync();
        await InstallAsync("--name", "Other.1");
        Assert.Equal("C# (other.1)", (string?)Spec("other.1")["display_name"]);

        Assert.Equal(0, (await UninstallAsync()).ExitCode);
        Assert.Equal(["other.1"], Installed());
        var again = await UninstallAsync();
        Assert.Equal(1, again.ExitCode);
        Assert.Contains($"no kernel 'coursekit' is installed in {Kernels}", again.Error);
    }

    [Theory]
    [InlineData("HOME=home", "home/.local/share/jupyter")]
    [InlineData("HOME=home XDG_DATA_HOME=data", "data/jupyter")]
    [InlineData("HOME=home XDG_DATA_HOME=data JUPYTER_DATA_DIR=own", "own")]
    [Trait("Cost", "process")]
    public async Task The_user_s_folder_is_the_one_that_Jupyter_looks_into(string variables, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The folders of Linux; other systems have others.");
        var environment = new Dictionary<string, string?> { ["XDG_DATA_HOME"] = null, ["JUPYTER_DATA_DIR"] = null };
        foreach (var variable in variables.Split(' ').Select(text => text.Split('=')))
            environment[variable[0]] = _place.PathOf(variable[1]);

        var run = await _place.RunAsync(BuiltCourse.Program, environment, ["kernel", "install", "--user"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(File.Exists(_place.PathOf(expected, "kernels", "coursekit", "kernel.json")));
        Assert.DoesNotContain("JUPYTER_PATH", run.Output);
    }

    [Theory]
    [InlineData("kernel install --name a/b", "--name a/b: expected letters")]
    [InlineData("kernel install --name ..", "--name ..: expected letters")]
    [InlineData("kernel install --name Größe", "--name Größe: expected letters")]
    [InlineData("kernel uninstall --name a~b", "--name a~b: expected letters")]
    [InlineData("kernel install --user --prefix here", "give one of them")]
    [InlineData("kernel start", "kernel start")]
    [InlineData("kernel start missing.json", "missing.json: no such connection file")]
    [InlineData("kernel", "kernel")]
    public async Task A_bad_argument_is_refused(string arguments, string message)
    {
        var run = await _place.RunAsync(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_place.Folder));
    }

    [Fact]
    public async Task A_PyTorch_whose_libtorch_is_used_is_known_to_the_kernel_too()
    {
        var environment = new Dictionary<string, string?> { ["COURSEKIT_LIBTORCH"] = "torch/lib", ["COURSEKIT_LIBTORCH_ANY"] = "1" };
        await _place.RunAsync(BuiltCourse.Program, environment, ["kernel", "install", "--prefix", "prefix"]);
        Assert.Equal(_place.PathOf("torch", "lib"), (string?)Spec("coursekit")["env"]!["COURSEKIT_LIBTORCH"]);
        Assert.Equal("1", (string?)Spec("coursekit")["env"]!["COURSEKIT_LIBTORCH_ANY"]);
    }

    [Fact]
    public async Task A_kernel_whose_course_moved_says_so_and_how_to_renew_it()
    {
        await File.WriteAllTextAsync(_place.PathOf("connection.json"), "{}", _cancel);
        var environment = new Dictionary<string, string?> { ["COURSEKIT_CHECKOUT"] = _place.PathOf("moved") };
        var moved = await _place.RunAsync(BuiltCourse.Program, environment, ["kernel", "start", "connection.json"]);
        Assert.StartsWith($"coursekit: this kernel was installed from {_place.PathOf("moved")}, which is no longer there.", moved.Error);
        Assert.Contains("coursekit kernel install", moved.ErrorLines[0]);
        environment["COURSEKIT_CHECKOUT"] = _place.Folder;
        Assert.DoesNotContain("no longer there", (await _place.RunAsync(BuiltCourse.Program, environment, ["kernel", "start", "connection.json"])).Error);
    }

    // Where the build could not compile them, everything works and starts in twice the time: nothing else would tell.
    [Theory]
    [InlineData("CourseKit.Cli.dll")]
    [InlineData("CourseKit.Kernel.dll")]
    [InlineData("Microsoft.CodeAnalysis.dll")]
    [InlineData("Microsoft.CodeAnalysis.CSharp.dll")]
    [InlineData("Spectre.Console.dll")]
    public void The_build_has_compiled_it_to_machine_code(string assembly)
    {
        using var reader = new PEReader(File.OpenRead(Path.Combine(Path.GetDirectoryName(BuiltCourse.Program)!, assembly)));
        Assert.True(reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0);
    }

    // The compiler leaves out what a profile names and the assembly lacks: an old one makes a slow start, and nothing else would tell.
    [Fact]
    public void The_profile_was_made_with_the_version_of_Roslyn_that_the_program_has()
    {
        using var archive = ZipFile.OpenRead(Path.Combine(BuiltCourse.Root, "lib", "roslyn.mibc"));
        using var content = new MemoryStream();
        using (var entry = archive.GetEntry("kernel.mibc.dll")!.Open())
            entry.CopyTo(content);
        content.Position = 0;
        using var reader = new PEReader(content);
        var metadata = reader.GetMetadataReader();
        var versions = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
            .Where(assembly => metadata.GetString(assembly.Name).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)).Select(assembly => assembly.Version).Distinct();
        Assert.Equal(AssemblyName.GetAssemblyName(Path.Combine(Path.GetDirectoryName(BuiltCourse.Program)!, "Microsoft.CodeAnalysis.dll")).Version, Assert.Single(versions));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task The_kernel_is_a_whole_copy_of_the_program_and_runs()
    {
        var run = await InstallAsync();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));

        var bin = Path.Combine(Kernels, "coursekit", "bin");
        Assert.Equal(Contents(Path.GetDirectoryName(BuiltCourse.Program)!), Contents(bin));
        Assert.DoesNotContain(Directory.GetFiles(bin), file => new FileInfo(file).LinkTarget is not null);
        _place.Write("one.ipynb", "1 + 1");
        Assert.Equal(0, (await _place.RunAsync(Path.Combine(bin, Path.GetFileName(BuiltCourse.Program)), [], ["run", "one.ipynb"])).ExitCode);
        Assert.Equal(["execute_result: 2"], _place.Executed("one").Cells[0].InShort());
    }

    private static IEnumerable<(string Name, string Content)> Contents(string folder) =>
        Directory.GetFiles(folder).Select(file => (Path.GetFileName(file), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))))).Order();

    private Task<CliRun> InstallAsync(params string[] more) =>
        _place.RunAsync(["kernel", "install", "--prefix", "prefix", .. more]);

    private Task<CliRun> UninstallAsync() => _place.RunAsync("kernel", "uninstall", "--prefix", "prefix");

    private JsonNode Spec(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Kernels, name, "kernel.json")))!;

    private string?[] Installed() => [.. Directory.GetFileSystemEntries(Kernels).Select(Path.GetFileName)];
}
