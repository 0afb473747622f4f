using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// Fetches packages: the .NET SDK restores a project that references them. The result of the restore is kept in the user's cache folder, so each set
/// of packages is restored only once.
/// </summary>
internal static class PackageCache
{
    private const string AssetsFile = "project.assets.json";
    private static readonly string Framework = $"net{Environment.Version.Major}.0";
    private static readonly string Runtime = RuntimeInformation.RuntimeIdentifier;

    /// <summary>The folder with the results of restores.</summary>
    public static string Folder { get; } = Path.Combine(CacheFolder(), "coursekit", "packages");

    /// <summary>Finds the result of an earlier restore of the same packages. Null if there was none, or if a package's folder is gone.</summary>
    public static PackageAssets? Find(IReadOnlyList<Package> packages)
    {
        var file = Path.Combine(FolderOf(packages), AssetsFile);
        return File.Exists(file) ? PackageAssets.Read(file, Runtime) : null;
    }

    /// <summary>Fetches the packages with the SDK.</summary>
    /// <param name="packages">The packages. The last one is the one that the user asks for.</param>
    /// <param name="said">Called with each line that the SDK prints to stdout.</param>
    /// <param name="cancel">Kills the SDK's process.</param>
    /// <exception cref="ReferenceException">The packages cannot be fetched; the message says why.</exception>
    public static async Task<PackageAssets> RestoreAsync(IReadOnlyList<Package> packages, Action<string> said, CancellationToken cancel)
    {
        var work = Directory.CreateDirectory($"{FolderOf(packages)}.{Guid.NewGuid():N}").FullName;
        try
        {
            var errors = await RestoreAsync(work, packages, said, cancel);
            if (errors.Count > 0)
                throw new ReferenceException($"#r \"nuget: {packages[^1].Id}, {packages[^1].Version}\": {RestoreFailure.Reason(errors)}");

            var folder = Directory.CreateDirectory(FolderOf(packages)).FullName;
            File.Move(DotnetSdk.AssetsFile(work), Path.Combine(folder, AssetsFile), overwrite: true);
            return PackageAssets.Read(Path.Combine(folder, AssetsFile), Runtime)
                ?? throw new ReferenceException($"{folder}: the SDK restored the packages, but files it names are not there. Delete that folder and try again.");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static string Project(IReadOnlyList<Package> packages) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>{Framework}</TargetFramework>
            <RuntimeIdentifier>{Runtime}</RuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            {string.Join("\n    ", packages.Select(package => $"<PackageReference Include=\"{package.Id}\" Version=\"{SecurityElement.Escape(package.Range)}\" />"))}
          </ItemGroup>
        </Project>
        """;

    private static async Task<IReadOnlyList<string>> RestoreAsync(string work, IReadOnlyList<Package> packages, Action<string> said, CancellationToken cancel)
    {
        try
        {
            return await DotnetSdk.RestoreAsync(work, Project(packages), said, cancel);
        }
        catch (Win32Exception)
        {
            throw new ReferenceException("#r \"nuget: ...\" needs the .NET SDK, and no `dotnet` was found. Install it from https://dot.net, or reference the DLL by its path.");
        }
    }

    private static string FolderOf(IReadOnlyList<Package> packages)
    {
        var key = string.Join(';', packages.Select(package => $"{package.Id.ToUpperInvariant()} {package.Range}").Append($"{Framework} {Runtime}"));
        return Path.Combine(Folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16]);
    }

    private static string CacheFolder()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(home, ".cache");
    }
}
