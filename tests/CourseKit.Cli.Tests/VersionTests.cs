using System.Diagnostics;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary>There is one version, and everything that says one says the same; the commit stands behind it where the build knows one.</summary>
public sealed class VersionTests : IDisposable
{
    private static readonly string Version = FileVersionInfo.GetVersionInfo(Path.Combine(Path.GetDirectoryName(BuiltCourse.Program)!, "CourseKit.Cli.dll")).ProductVersion!;
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task The_command_line_says_it_with_the_commit()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+(-[a-z0-9.]+)?(\+[0-9a-f]{9})?$", Version);
        if (Directory.Exists(Path.Combine(BuiltCourse.Root, ".git")))
            Assert.Contains('+', Version);
        Assert.Equal((0, Version + "\n"), ((await place.RunAsync("--version")) is var run ? (run.ExitCode, run.Output) : default));
    }

    [Fact]
    public void The_library_is_of_the_same_version()
    {
        var library = Path.Combine(BuiltCourse.Root, "lib", "CourseKit", "bin", Directory.GetParent(AppContext.BaseDirectory.TrimEnd('/'))!.Name, Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "CourseKit.dll");
        Assert.Equal(Version, FileVersionInfo.GetVersionInfo(library).ProductVersion);
    }

    [Fact]
    public async Task So_say_the_kernelspec_and_the_page_over_the_notebooks()
    {
        await place.RunAsync("kernel", "install", "--prefix", "prefix");
        var spec = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(place.PathOf("prefix", "share", "jupyter", "kernels", "coursekit", "kernel.json")))!;
        Assert.Equal(Version, (string?)spec["metadata"]!["coursekit"]!["version"]);
        place.Write("one.ipynb", "1");
        await place.RunAsync("run", "one.ipynb");
        Assert.Contains($"by CourseKit {Version}<", File.ReadAllText(place.PathOf("out", "index.html")).Replace("&#43;", "+", StringComparison.Ordinal));
    }
}
