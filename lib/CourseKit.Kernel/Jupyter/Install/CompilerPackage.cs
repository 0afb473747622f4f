using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>The package of the runtime's own compiler, of the version of the runtime that we run on.</summary>
internal static class CompilerPackage
{
    public static readonly string Name = $"Microsoft.NETCore.App.Crossgen2.{Platform}", Version = Environment.Version.ToString(3);

    /// <summary>The compiler, where NuGet keeps packages; the SDK fetches it if it is not there yet.</summary>
    /// <exception cref="AheadCompilerException">It cannot be had.</exception>
    public static async Task<string> FetchAsync(CancellationToken cancel)
    {
        // Asking the SDK takes seconds, and most often the package is there.
        var usual = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        // NuGet writes the metadata file last: without it the package is not there as a whole.
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

    // In the cache folder the user's own NuGet settings apply, if there are any.
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

    // The package's own word for the machine; a distribution's build of the runtime has another.
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
