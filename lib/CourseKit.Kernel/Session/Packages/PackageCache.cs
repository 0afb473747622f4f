using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using CourseKit.Common;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>
/// Fetches packages: the .NET SDK restores a project that references them. The result of the restore is kept in the user's cache folder, so each set
/// of packages is restored only once.
/// </summary>
internal static class PackageCache
{
    /// <summary>The name of the file with the result of a restore.</summary>
    public const string AssetsFile = "project.assets.json";

    private static readonly string Framework = $"net{Environment.Version.Major}.0";
    private static readonly string Runtime = RuntimeInformation.RuntimeIdentifier;

    /// <summary>The folder with the results of restores.</summary>
    public static string Folder { get; } = Path.Combine(UserPath.Cache, "packages");

    /// <summary>Finds the result of an earlier restore of the same packages from the same sources. Null if there was none, or if a package's folder is gone.</summary>
    public static PackageAssets? Find(IReadOnlyList<Package> packages, PackageSources sources)
    {
        var file = FileOf(packages, sources);
        return File.Exists(file) ? Read(file) : null;
    }

    /// <summary>Where the result of a restore of these packages from these sources is kept.</summary>
    public static string FileOf(IReadOnlyList<Package> packages, PackageSources sources) => Path.Combine(FolderOf(packages, sources), AssetsFile);

    /// <summary>Reads the result of a restore for this machine; null if a package's folder is gone.</summary>
    public static PackageAssets? Read(string file) => PackageAssets.Read(file, Runtime);

    /// <summary>Fetches the packages with the SDK.</summary>
    /// <param name="packages">The packages. The last one is the one that the user asks for; the others are loaded.</param>
    /// <param name="sources">Where to look for them.</param>
    /// <param name="said">Called with each line that the SDK prints to stdout.</param>
    /// <param name="cancel">Kills the SDK's process.</param>
    /// <exception cref="ReferenceException">The packages cannot be fetched; the message says why.</exception>
    public static async Task<PackageAssets> RestoreAsync(IReadOnlyList<Package> packages, PackageSources sources, Action<string> said, CancellationToken cancel)
    {
        var work = Directory.CreateDirectory($"{FolderOf(packages, sources)}.{Guid.NewGuid():N}").FullName;
        try
        {
            var errors = await RestoreAsync(work, Project(packages, sources), said, cancel);
            if (errors.Count > 0)
                throw new ReferenceException($"{packages[^1].Directive}: {RestoreFailure.Reason(errors, sources)}");

            var folder = Directory.CreateDirectory(FolderOf(packages, sources)).FullName;
            File.Move(DotnetSdk.AssetsFile(work), Path.Combine(folder, AssetsFile), overwrite: true);
            return Read(Path.Combine(folder, AssetsFile))
                ?? throw new ReferenceException($"{folder}: the SDK restored the packages, but files it names are not there. Delete that folder and try again.");
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    // The warnings NU1605 and NU1608 say that a new package wants another version than the loaded one. PackageSet tells that in its own words.
    private static string Project(IReadOnlyList<Package> packages, PackageSources sources) => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>{Framework}</TargetFramework>
            <RuntimeIdentifier>{Runtime}</RuntimeIdentifier>
            <SelfContained>false</SelfContained>
            <NuGetAudit>false</NuGetAudit>
            <RestoreRootConfigDirectory>{Literal(sources.Folder)}</RestoreRootConfigDirectory>
            <RestoreAdditionalProjectSources>{string.Join(';', sources.Added.Select(Literal))}</RestoreAdditionalProjectSources>
          </PropertyGroup>
          <ItemGroup>
            {string.Join("\n    ", packages.Select((package, i) => $"<PackageReference Include=\"{package.Id}\" Version=\"{SecurityElement.Escape(package.Range)}\"{(i < packages.Count - 1 ? " NoWarn=\"NU1605;NU1608\"" : "")} />"))}
          </ItemGroup>
        </Project>
        """;

    // A text that MSBuild takes as it stands.
    private static string Literal(string text) => SecurityElement.Escape(string.Concat(text.Select(c => "%$@';?*()".Contains(c, StringComparison.Ordinal) ? $"%{(int)c:X2}" : $"{c}")));

    private static async Task<IReadOnlyList<string>> RestoreAsync(string work, string project, Action<string> said, CancellationToken cancel)
    {
        try
        {
            return await DotnetSdk.RestoreAsync(work, project, said, cancel);
        }
        catch (Win32Exception)
        {
            throw new ReferenceException("#r \"nuget: ...\" needs the .NET SDK, and no `dotnet` was found. Install it from https://dot.net, or reference the DLL by its path.");
        }
    }

    private static string FolderOf(IReadOnlyList<Package> packages, PackageSources sources)
    {
        var key = string.Join(';', packages.Select(package => $"{package.Id.ToUpperInvariant()} {package.Range}").Append($"{Framework} {Runtime}").Append(sources.Key()));
        return Path.Combine(Folder, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..16]);
    }
}
