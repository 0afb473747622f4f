using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>The program as a .NET tool: its package, and the tool far from the checkout.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly TempFolder folder = new();

    /// <summary>A version that no cache holds yet.</summary>
    private readonly string version = $"0.0.{Environment.ProcessId}";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_is_packed_installed_and_does_its_work_without_a_checkout()
    {
        var pack = await Command.RunAsync(PackedFile.Timed(new("dotnet", ["pack", "-c", "Release", "--no-build", $"-p:Version={version}", Path.Combine(Course.Root, "lib", "CourseKit.Cli"), "-o", folder.PathOf("packages")])));
        Assert.True(pack.ExitCode == 0, pack.Output + pack.Error);
        await LookIntoAsync(folder.PathOf("packages", $"CourseKit.Cli.{version}.nupkg"));

        File.WriteAllText(folder.PathOf("nuget.config"), "<configuration><packageSources><clear /><add key=\"here\" value=\"packages\" /></packageSources></configuration>");
        await RunAsync("dotnet", "tool", "install", "CourseKit.Cli", "--version", version, "--tool-path", folder.PathOf("my tools"), "--configfile", folder.PathOf("nuget.config"));
        var coursekit = folder.PathOf("my tools", OperatingSystem.IsWindows() ? "coursekit.exe" : "coursekit");

        Assert.Equal((await RunAsync(Course.Program, "--version")).Output, (await RunAsync(coursekit, "--version")).Output);
        // The tool has no data; what notebooks have that load the package is said so, and the part of MNIST as a part.
        var nothing = ("XDG_CACHE_HOME", folder.PathOf("cache"));
        var list = (await StartAsync(coursekit, ["data", "list"], nothing)).Output.Split('\n').Where(line => line.Contains("comes with the package CourseKit", StringComparison.Ordinal)).ToList();
        Assert.Collection(list, digits => Assert.Matches(@"^. digits +. packaged ", digits), mnist => Assert.Matches(@"^. mnist +. packaged +. MNIST, 12,000 of 60,000 ", mnist));
        var verify = await StartAsync(coursekit, ["data", "verify", "digits"], nothing);
        Assert.Equal((1, ""), (verify.ExitCode, verify.Output));
        Assert.Contains("digits: comes with the package CourseKit, and is not here", verify.Error, StringComparison.Ordinal);
        Assert.StartsWith("digits: verified, ", (await RunAsync(coursekit, "data", "verify", "digits", "--data", Path.Combine(Course.Root, "data"))).Output, StringComparison.Ordinal);
        new Notebook(NotebookCell.Code("1 + 1")).Save(folder.PathOf("small.ipynb"));
        await RunAsync(coursekit, "run", "small.ipynb");
        Assert.Equal("2", MultilineText.Join(Notebook.Load(folder.PathOf("out", "small.ipynb")).Cells[0].Outputs[0]!["data"]!["text/plain"]));

        File.WriteAllText(folder.PathOf("old.dib"), "#!csharp\n\n#r \"nuget: TorchSharp-cpu\"\n");
        await RunAsync(coursekit, "import", "old.dib");
        Assert.Contains("#r \"nuget: CourseKit, ", Notebook.Load(folder.PathOf("old.ipynb")).Cells[0].Source, StringComparison.Ordinal);

        await RunAsync(coursekit, "kernel", "install", "--prefix", "prefix");
        var kernel = folder.PathOf("prefix", "share", "jupyter", "kernels", "coursekit");
        var start = JsonNode.Parse(File.ReadAllText(Path.Combine(kernel, "kernel.json")))!["argv"]!.AsArray().Select(word => (string)word!).ToList();
        Assert.Equal([Path.Combine(kernel, "bin", "CourseKit.Cli.dll"), "kernel", "start", "{connection_file}"], start[^4..]);
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(start[0]).HasFlag(UnixFileMode.OtherExecute), "the kernel may be for all users");
        // Removing the tool leaves the kernel, which is a copy. It starts: it reads the file of the front end.
        Directory.Delete(folder.PathOf("my tools"), recursive: true);
        File.WriteAllText(folder.PathOf("connection.json"), "{}");
        var started = await StartAsync(start[0], [.. start[1..^1], folder.PathOf("connection.json")]);
        Assert.Contains("connection.json", started.Error, StringComparison.Ordinal);

        // Of a course, the kernel is sound; the library comes from the package.
        var doctor = await StartAsync(start[^5], [start[^4], "doctor", "--json"], ("JUPYTER_PATH", folder.PathOf("prefix", "share", "jupyter")));
        var checks = JsonNode.Parse(doctor.Output)!["checks"]!.AsArray().ToDictionary(check => (string)check!["name"]!, check => (string)check!["status"]!);
        Assert.Equal(("ok", "ok"), (checks["package"], checks["kernel"]));
        Assert.DoesNotContain("build", checks.Keys);
    }

    // Twice the program, one of it for any platform; neither libtorch nor any other native code.
    private static async Task LookIntoAsync(string file)
    {
        Assert.InRange(new FileInfo(file).Length, 1, 40_000_000);
        using var package = new PackedFile(file);
        package.AssertIsOfNoPlaceAndTime();
        Assert.Empty(package.Dependencies);
        var any = package.Entries.Where(entry => entry.FullName.StartsWith("tools/net10.0/any/", StringComparison.Ordinal)).ToList();
        Assert.Contains(any, entry => entry.Name == "DotnetToolSettings.xml");
        Assert.DoesNotContain(package.Entries, entry => entry.Name is "CourseKit.Cli" or "TorchSharp.dll" || entry.Name.EndsWith(".so", StringComparison.Ordinal) || entry.Name.EndsWith(".xlf", StringComparison.Ordinal));
        var assemblies = any.Where(entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal)).ToList();
        Assert.InRange(assemblies.Count, 25, 40);

        // Each assembly is ours or one of a package that is listed with its licence; the other half of the package holds the same files.
        var (licences, of) = (package.Licences("tools/net10.0/any/THIRD-PARTY.md"), package.Assemblies("tools/net10.0/any/CourseKit.Cli.deps.json"));
        string[] known = ["CourseKit.dll", "CourseKit.Cli.dll", "CourseKit.Kernel.dll", .. licences.Keys.SelectMany(name => of[name])];
        Assert.Equal(known.Order(StringComparer.Ordinal), assemblies.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.All(licences.Values, licence => Assert.Contains(licence, new[] { "MIT", "BSD-2-Clause", "Apache-2.0" }));
        Assert.Contains("| temml", package.Text("tools/net10.0/any/THIRD-PARTY.md"), StringComparison.Ordinal);
        package.AssertHoldsTheTextsOf(licences, "tools/net10.0/any/THIRD-PARTY-NOTICES.txt");
        Assert.Contains("temml, in CourseKit.Kernel.dll\n", package.Text("tools/net10.0/any/THIRD-PARTY-NOTICES.txt"), StringComparison.Ordinal);
        Assert.Contains("This work is released under the GUST Font License", package.Text("tools/net10.0/any/THIRD-PARTY-NOTICES.txt"), StringComparison.Ordinal);
        var half = Path.GetDirectoryName(package.Files.First(name => name.EndsWith("/CourseKit.Cli.dll", StringComparison.Ordinal) && !name.Contains("/any/", StringComparison.Ordinal)))! + "/";
        Assert.Equal(any.Select(entry => entry.FullName["tools/net10.0/any/".Length..]), package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith(half, StringComparison.Ordinal)).Select(name => name[half.Length..]));
        Assert.Equal(["CourseKit.Cli.nuspec", "LICENSE", "README.md", "icon.png"], package.Files.Where(name => !name.StartsWith("tools/net10.0/any/", StringComparison.Ordinal) && !name.StartsWith(half, StringComparison.Ordinal)));
        foreach (var assembly in assemblies)
        {
            using var content = new MemoryStream();
            await using (var stream = await assembly.OpenAsync(TestContext.Current.CancellationToken))
                await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
            content.Position = 0;
            using var reader = new PEReader(content);
            Assert.True(reader.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size == 0, $"{assembly.FullName} is compiled for one platform");
        }
    }

    private async Task<CommandResult> RunAsync(string program, params string[] arguments)
    {
        var run = await StartAsync(program, arguments);
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return run;
    }

    private Task<CommandResult> StartAsync(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.Root };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Command.RunAsync(start);
    }
}
