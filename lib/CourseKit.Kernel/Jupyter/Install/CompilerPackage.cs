using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>The NuGet package of the compiler crossgen2, in the same version as the running .NET runtime.</summary>
internal static class CompilerPackage
{
    public static readonly string Name = $"Microsoft.NETCore.App.Crossgen2.{Platform}", Version = Environment.Version.ToString(3);

    /// <summary>Returns the path of the compiler in NuGet's package folder. If it is not there, the .NET SDK downloads the package.</summary>
    /// <exception cref="AheadCompilerException">The package cannot be downloaded or holds no compiler.</exception>
    public static async Task<string> FetchAsync(CancellationToken cancel)
    {
        // Asking the SDK takes seconds, and most often the package is there.
        var usual = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        // NuGet writes this metadata file last. Without it, the package is incomplete.
        if (Find(usual) is { } found && File.Exists(Path.Combine(FolderIn(usual), ".nupkg.metadata")))
            return found;
        var work = WorkFolder();
        try
        {
            var errors = await DotnetSdk.RestoreAsync(work, $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                    <NuGetAudit>false</NuGetAudit>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageDownload Include="{Name}" Version="[{Version}]" />
                  </ItemGroup>
                </Project>
                """, _ => { }, cancel);
            if (errors.Count > 0)
                throw new AheadCompilerException($"the package {Name} {Version} cannot be fetched: {RestoreFailure.Reason(errors)}");
            var caches = JsonNode.Parse(await File.ReadAllTextAsync(DotnetSdk.AssetsFile(work), cancel))!["packageFolders"]!.AsObject();
            return caches.Select(cache => Find(cache.Key)).FirstOrDefault(program => program is not null)
                ?? throw new AheadCompilerException($"the package {Name} {Version} holds no compiler");
        }
        catch (Win32Exception)
        {
            throw new AheadCompilerException("there is no .NET SDK, which would fetch the compiler");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string? Find(string packages) =>
        new[] { "crossgen2.dll", "crossgen2.exe", "crossgen2" }.Select(name => Path.Combine(FolderIn(packages), "tools", name)).FirstOrDefault(File.Exists);

    private static string FolderIn(string packages) => Path.Combine(packages, Name.ToLowerInvariant(), Version);

    // A folder for the project file. In the user's cache folder, NuGet also applies a nuget.config from the folders above.
    private static string WorkFolder()
    {
        try
        {
            return Directory.CreateDirectory(Path.Combine(PackageCache.Folder, $"compiler.{Guid.NewGuid():N}")).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Directory.CreateTempSubdirectory("coursekit").FullName;
        }
    }

    // The runtime identifier in the package's name. RuntimeInformation.RuntimeIdentifier can differ: a Linux distribution's own build of .NET
    // names the distribution there.
    private static string Platform
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx"
                : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linux-musl" : "linux";
            return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        }
    }
}
