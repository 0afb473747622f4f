using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Directives;

/// <summary>Packages by way of the .NET SDK: a project that references them is restored in the user's cache folder, once for each set of packages.</summary>
internal static class PackageCache
{
    private const string AssetsFile = "project.assets.json";
    private static readonly string Framework = $"net{Environment.Version.Major}.0";
    private static readonly string Runtime = RuntimeInformation.RuntimeIdentifier;

    /// <summary>Where restored sets are kept.</summary>
    public static string Folder { get; } = Path.Combine(CacheFolder(), "coursekit", "packages");

    /// <summary>What an earlier restore of the same packages found; null where there was none, or its files are gone.</summary>
    public static PackageAssets? Find(IReadOnlyList<Package> packages)
    {
        var file = Path.Combine(FolderOf(packages), AssetsFile);
        return File.Exists(file) ? PackageAssets.Read(file, Runtime) : null;
    }

    /// <summary>Has the SDK fetch the packages.</summary>
    /// <param name="packages">The packages, the one that is asked for last.</param>
    /// <param name="said">Gets each line the SDK prints.</param>
    /// <param name="cancel">Ends the SDK.</param>
    /// <exception cref="DirectiveException">They cannot be had; the message says why.</exception>
    public static async Task<PackageAssets> RestoreAsync(IReadOnlyList<Package> packages, Action<string> said, CancellationToken cancel)
    {
        var work = Directory.CreateDirectory($"{FolderOf(packages)}.{Guid.NewGuid():N}").FullName;
        try
        {
            var project = Path.Combine(work, "packages.csproj");
            await File.WriteAllTextAsync(project, Project(packages), cancel);
            // Nothing above the cache folder may have a say in it.
            await File.WriteAllTextAsync(Path.Combine(work, "Directory.Build.props"), "<Project />", cancel);
            await File.WriteAllTextAsync(Path.Combine(work, "Directory.Build.targets"), "<Project />", cancel);
            await File.WriteAllTextAsync(Path.Combine(work, "Directory.Packages.props"), "<Project />", cancel);
            var output = await RunSdkAsync(work, said, cancel);
            var assets = Path.Combine(work, "obj", AssetsFile);
            var errors = File.Exists(assets) ? Errors(assets) : [output.Trim()];
            if (errors.Count > 0)
                throw new DirectiveException($"#r \"nuget: {packages[^1].Id}, {packages[^1].Version}\": {RestoreFailure.Reason(errors)}");

            var folder = Directory.CreateDirectory(FolderOf(packages)).FullName;
            File.Move(assets, Path.Combine(folder, AssetsFile), overwrite: true);
            return PackageAssets.Read(Path.Combine(folder, AssetsFile), Runtime)
                ?? throw new DirectiveException($"{folder}: the SDK restored the packages, but files it names are not there. Delete that folder and try again.");
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

    private static async Task<string> RunSdkAsync(string folder, Action<string> said, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Host(), ["restore", "--nologo", "-nodeReuse:false"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // What the host process was told about its own SDK and build does not concern this one.
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        // Its words are looked into.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = StartSdk(start);
        process.StandardInput.Close();
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancel);
            var output = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                output.AppendLine(line);
                said(line);
            }
            await process.WaitForExitAsync(cancel);
            return output.Append(await error).ToString();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private static Process StartSdk(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new DirectiveException("#r \"nuget: ...\" needs the .NET SDK, and no `dotnet` was found. Install it from https://dot.net, or reference the DLL by its path.");
        }
    }

    // The SDK that belongs to the runtime we run on, else the one on the path.
    private static string Host()
    {
        var root = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        var own = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(own) && Directory.Exists(Path.Combine(root, "sdk")) ? own : "dotnet";
    }

    private static List<string> Errors(string assets) => [.. (JsonNode.Parse(File.ReadAllText(assets))!["logs"]?.AsArray() ?? [])
        .Where(log => (string?)log!["level"] == "Error").Select(log => $"{log!["code"]}: {log["message"]}")];

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
