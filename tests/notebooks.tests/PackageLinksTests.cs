using System.Diagnostics;
using System.Runtime.Versioning;

namespace CourseKit.Notebooks.Tests;

/// <summary>How a build brings the packages' files into bin/: whoever may read bin/ may use them. Permissions are what is looked at, since root may read all.</summary>
[UnsupportedOSPlatform("windows")]
[Trait("Cost", "slow")]
public sealed class PackageLinksTests : IDisposable
{
    private readonly TempFolder _place = new();

    public PackageLinksTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such permissions");
        // The course's own rules, and a project with one package, whose files it does not restore but has.
        Write("course/Directory.Build.props", File.ReadAllText(Path.Combine(Course.Root, "Directory.Build.props")));
        Write("course/lib/package-links.sh", File.ReadAllText(Path.Combine(Course.Root, "lib", "package-links.sh")));
        Write("course/project/project.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                <ReferenceCopyLocalPaths Include="{_place.PathOf("home")}/packages/*.dll" NuGetPackageId="package" />
              </ItemGroup>
            </Project>
            """);
        Write("home/packages/one.dll", "one");
        Permit("", "755");
        Assert.SkipWhen(Path.GetTempPath() is var temp && !File.GetUnixFileMode(temp).HasFlag(UnixFileMode.OtherExecute), "others may not enter the folder of temporary files here");
    }

    private string Built => _place.PathOf("course", "project", "bin", "one.dll");

    private string Cached => _place.PathOf("home", "packages", "one.dll");

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_cache_that_is_open_to_all_is_linked_to()
    {
        await BuildAsync();
        Assert.Equal(Cached, File.ResolveLinkTarget(Built, returnFinalTarget: false)?.FullName);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_cache_that_others_may_not_enter_gives_the_same_files_another_name(bool isAfterLinks)
    {
        if (isAfterLinks)
            await BuildAsync();
        Permit("home", "700");
        await BuildAsync();
        Assert.Null(File.ResolveLinkTarget(Built, returnFinalTarget: false));
        Assert.Equal(await InodeAsync(Cached), await InodeAsync(Built));
        Assert.True(IsReadable(Built));
    }

    [Fact]
    public async Task A_cache_that_lies_elsewhere_behind_a_link_is_judged_by_where_it_lies()
    {
        Permit("home", "700");
        Directory.CreateSymbolicLink(_place.PathOf("cache"), _place.PathOf("home", "packages"));
        var project = _place.PathOf("course", "project", "project.csproj");
        Write("course/project/project.csproj", File.ReadAllText(project).Replace($"{_place.PathOf("home")}/packages", _place.PathOf("cache"), StringComparison.Ordinal));
        await BuildAsync();
        Assert.Null(File.ResolveLinkTarget(Built, returnFinalTarget: false));
        Assert.True(IsReadable(Built));
    }

    // A hard link has the permissions of the file in the cache, which are the cache's own matter.
    [Theory, InlineData("755"), InlineData("700")]
    public async Task Files_that_others_may_not_read_are_copied_and_the_cache_keeps_its_permissions(string home)
    {
        Permit("home", home);
        await BuildAsync();
        Permit("home/packages/one.dll", "600");
        await BuildAsync();
        Assert.Null(File.ResolveLinkTarget(Built, returnFinalTarget: false));
        Assert.NotEqual(await InodeAsync(Cached), await InodeAsync(Built));
        Assert.Equal("one", await File.ReadAllTextAsync(Built, TestContext.Current.CancellationToken));
        Assert.Equal((true, false), (IsReadable(Built), IsReadable(Cached)));
    }

    [Fact]
    public async Task A_package_in_another_version_is_not_written_over_the_one_in_the_cache()
    {
        Permit("home", "700");
        await BuildAsync();
        Write("home/other/one.dll", "another one");
        Permit("home/other/one.dll", "600"); // copied, where the former was a hard link
        var project = _place.PathOf("course", "project", "project.csproj");
        Write("course/project/project.csproj", File.ReadAllText(project).Replace("packages/*.dll", "other/*.dll", StringComparison.Ordinal));
        await BuildAsync();
        Assert.Equal(("another one", "one"), (File.ReadAllText(Built), File.ReadAllText(Cached)));
    }

    [Fact]
    public async Task Where_nothing_that_is_built_is_for_others_any_link_will_do()
    {
        Permit("home", "700");
        await BuildAsync(umask: "077");
        Assert.Equal(Cached, File.ResolveLinkTarget(Built, returnFinalTarget: false)?.FullName);
    }

    // The step of a build that copies, with all that the course hangs on it.
    private async Task BuildAsync(string umask = "022")
    {
        var start = new ProcessStartInfo("sh", ["-c", $"umask {umask} && exec dotnet msbuild \"$0\" -nologo -nodeReuse:false -t:_CopyFilesMarkedCopyLocal -p:OutDir=bin/", _place.PathOf("course", "project")]);
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        var result = await Command.RunAsync(start);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }

    private static async Task<string> InodeAsync(string path) => (await Command.RunAsync(new ProcessStartInfo("ls", ["-i", path]))).Output.Trim().Split(' ')[0];

    private static bool IsReadable(string path) => File.GetUnixFileMode(path).HasFlag(UnixFileMode.OtherRead);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_place.PathOf(path))!);
        File.WriteAllText(_place.PathOf(path), text);
    }

    private void Permit(string path, string mode) => File.SetUnixFileMode(_place.PathOf(path), (UnixFileMode)Convert.ToInt32(mode, 8));
}
