using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CourseKit.Notebooks.Tests;

/// <summary>Which libtorch a build asks for. Only evaluated: the packages of CUDA weigh 2.5 GB.</summary>
[Trait("Cost", "slow")]
public sealed class TorchBackendTests
{
    private const string Cpu = "libtorch-cpu-linux-x64", Cuda = "TorchSharp-cuda-linux";

    /// <summary>The library, and what else holds its natives in its own output folder.</summary>
    public static TheoryData<string> Projects { get; } = ["lib/CourseKit", "tests/CourseKit.Tests", "tests/benchmarks/training"];

    [Theory, MemberData(nameof(Projects))]
    public async Task The_backend_is_the_CPUs_unless_asked_otherwise(string project)
    {
        var packages = await PackagesAsync(project);
        Assert.Equal("[2.10.0]", packages[Cpu]);
        Assert.DoesNotContain(Cuda, packages.Keys);
    }

    [Theory, MemberData(nameof(Projects))]
    public async Task A_property_asks_for_CUDA(string project)
    {
        var packages = await PackagesAsync(project, "-p:TorchBackend=cuda");
        Assert.Equal("[0.107.0]", packages[Cuda]);
        Assert.DoesNotContain(packages.Keys, name => name.StartsWith("libtorch-cpu", StringComparison.Ordinal));
    }

    [Theory, InlineData("win-x64"), InlineData("win-arm64"), InlineData("osx-arm64")]
    public async Task A_build_for_another_system_takes_that_system_s_libtorch_and_a_folder_of_its_own(string platform)
    {
        var result = await MsBuildAsync("lib/CourseKit", null, $"-p:RuntimeIdentifier={platform}", "-getItem:PackageReference", "-getProperty:OutDir,AheadOfTime");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var asked = JsonNode.Parse(result.Output)!;
        Assert.Equal([$"libtorch-cpu-{platform}"], asked["Items"]!["PackageReference"]!.AsArray().Select(item => (string)item!["Identity"]!).Where(name => name.StartsWith("libtorch", StringComparison.Ordinal)));
        Assert.Equal(($"net10.0/{platform}/", "false"), (((string)asked["Properties"]!["OutDir"]!)[^($"net10.0/{platform}/".Length)..], (string)asked["Properties"]!["AheadOfTime"]!));
    }

    [Fact]
    public async Task CUDA_is_for_Linux_alone()
    {
        var result = await MsBuildAsync("lib/CourseKit", null, "-t:CollectPackageReferences", "-p:TorchBackend=cuda;RuntimeIdentifier=win-x64");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("error CK0003: TorchBackend is 'cuda', which the course has for Linux on x64 only, and this build is for win-x64", result.Output, StringComparison.Ordinal);
    }

    [Theory, InlineData("cpu"), InlineData("cuda")]
    public async Task With_a_PyTorch_at_hand_no_libtorch_is_asked_for(string backend)
    {
        var packages = await PackagesAsync("lib/CourseKit", $"-p:TorchBackend={backend};COURSEKIT_LIBTORCH=/opt/torch/lib");
        Assert.Contains("TorchSharp", packages.Keys);
        Assert.DoesNotContain(packages.Keys, name => name is Cpu or Cuda);
    }

    // How the GPU seat asks for it.
    [Theory, InlineData("cuda", Cuda, Cpu), InlineData("cpu", Cpu, Cuda)]
    public async Task So_does_an_environment_variable(string backend, string held, string notHeld)
    {
        var packages = await PackagesAsync("lib/CourseKit", variable: backend);
        Assert.Contains(held, packages.Keys);
        Assert.DoesNotContain(notHeld, packages.Keys);
    }

    [Theory, MemberData(nameof(Projects))]
    public async Task Any_other_backend_is_refused_before_anything_is_fetched(string project)
    {
        var result = await MsBuildAsync(project, null, "-t:CollectPackageReferences", "-p:TorchBackend=gpu");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("error CK0001: TorchBackend is 'gpu': expected 'cpu' or 'cuda'", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The packages a project references, with the versions that are pinned for them.</summary>
    private static async Task<Dictionary<string, string?>> PackagesAsync(string project, string? property = null, string? variable = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the packages are those of Linux");
        var result = await MsBuildAsync(project, variable, ["-getItem:PackageReference", "-getItem:PackageVersion", .. property is null ? [] : new[] { property }]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        var items = JsonNode.Parse(result.Output)!["Items"]!;
        var versions = items["PackageVersion"]!.AsArray().ToDictionary(item => (string)item!["Identity"]!, item => (string)item!["Version"]!);
        return items["PackageReference"]!.AsArray().Select(item => (string)item!["Identity"]!).ToDictionary(name => name, versions.GetValueOrDefault);
    }

    private static Task<CommandResult> MsBuildAsync(string project, string? variable, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Path.Combine(Course.Root, project), "-nologo", "-nodeReuse:false", .. arguments]);
        // Neither the backend this run was asked to test, nor what its own SDK was told.
        foreach (var name in start.Environment.Keys.Where(key => key is "TorchBackend" or "COURSEKIT_LIBTORCH" || key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        if (variable is not null)
            start.Environment["TorchBackend"] = variable;
        return Command.RunAsync(start);
    }
}
