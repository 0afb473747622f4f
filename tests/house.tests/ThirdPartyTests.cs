using System.Diagnostics;
using System.Text.Json;

namespace CourseKit.House.Tests;

/// <summary>What others made and the course ships: each thing is listed with its licence, by the build.</summary>
public sealed class ThirdPartyTests
{
    [Theory]
    [InlineData("CourseKit", "TorchSharp", "MIT")]
    [InlineData("CourseKit", "Google.Protobuf", "BSD-3-Clause")]
    [InlineData("CourseKit", "Fable.Core", "The MIT License (MIT), in its file LICENSE")]
    [InlineData("CourseKit", "SixLabors.ImageSharp", "Apache-2.0")]
    [InlineData("CourseKit.Cli", "Markdig", "BSD-2-Clause")]
    [InlineData("CourseKit.Cli", "NuGet.Versioning", "Apache-2.0")]
    public void Each_package_of_an_output_folder_is_listed_with_its_version_and_licence(string project, string one, string licence)
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Output(project), "THIRD-PARTY.md")).Select(line => line.Trim('|', ' ').Split(" | ")).Where(row => row.Length == 3).Skip(1).ToList();
        Assert.Equal(Shipped(project), rows.Select(row => $"{row[0]}/{row[1]}").Order(StringComparer.OrdinalIgnoreCase));
        Assert.All(rows, row => Assert.Matches("^[A-Z][^ ]|^The ", row[2]));
        Assert.Equal(licence, rows.Single(row => row[0] == one)[2]);
    }

    // Where it is: the data beside the library, the page's assets in the program.
    [Fact]
    public void Each_file_that_is_no_code_of_ours_is_listed_too()
    {
        AssertLists("CourseKit", [.. Directory.GetFiles(Repository.PathOf("data"), "*.gz").Select(file => $"data/{Path.GetFileName(file).Split('-')[0]}-*").Distinct(), "plotly.js",
            .. Directory.GetFiles(Repository.PathOf("lib", "CourseKit", "Plots"), "*.LICENSE").Select(file => Path.GetFileNameWithoutExtension(file)!)]);
        AssertLists("CourseKit.Cli", [.. Directory.GetFiles(Repository.PathOf("lib", "CourseKit.Kernel", "Pages", "Assets"), "*.LICENSE").Select(file => Path.GetFileNameWithoutExtension(file)!)]);

        static void AssertLists(string project, string[] others)
        {
            var listed = File.ReadAllText(Path.Combine(Repository.Output(project), "THIRD-PARTY.md")).Split("| also | licence |\n|---|---|\n")[1].TrimEnd('\n').Split('\n');
            Assert.Equal(others.Length, listed.Length);
            Assert.All(others, other => Assert.Contains(listed, line => line.StartsWith($"| {other}", StringComparison.Ordinal)));
        }
    }

    // An advisory may appear on any day, and a source may know of none.
    [Fact]
    [Trait("Cost", "process")]
    public async Task An_advisory_for_a_package_is_a_warning_that_breaks_no_build()
    {
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", Repository.PathOf("lib", "CourseKit.Cli"), "-getProperty:NuGetAudit", "-getProperty:WarningsNotAsErrors", "-getProperty:NoWarn"]) { RedirectStandardOutput = true })!;
        var properties = JsonDocument.Parse(await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("Properties");
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("true", properties.GetProperty("NuGetAudit").GetString());
        Assert.Subset(Of("WarningsNotAsErrors"), new HashSet<string> { "NU1900", "NU1901", "NU1902", "NU1903", "NU1904" });
        Assert.Contains("NU1905", Of("NoWarn"));

        HashSet<string> Of(string property) => [.. properties.GetProperty(property).GetString()!.Split(';')];
    }

    // From what the compiler writes for the runtime, which the list is not made of.
    private static IEnumerable<string> Shipped(string project)
    {
        using var dependencies = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Output(project), project + ".deps.json")));
        var root = dependencies.RootElement;
        var target = root.GetProperty("targets").GetProperty(root.GetProperty("runtimeTarget").GetProperty("name").GetString()!);
        return [.. target.EnumerateObject().Where(library => root.GetProperty("libraries").GetProperty(library.Name).GetProperty("type").GetString() == "package"
            && (library.Value.TryGetProperty("runtime", out _) || library.Value.TryGetProperty("native", out _))).Select(library => library.Name).Order(StringComparer.OrdinalIgnoreCase)];
    }
}
