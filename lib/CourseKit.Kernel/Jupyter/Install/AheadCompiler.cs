using System.ComponentModel;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>
/// Compiles assemblies to machine code ahead of time (ReadyToRun), with the runtime's own compiler from its package. `dotnet publish` is not used:
/// it would build into the checkout, which may be running, and it would fetch a second runtime to compile against.
/// </summary>
/// <param name="program">The compiler.</param>
internal sealed class AheadCompiler(string program)
{
    // These assemblies take no part in a kernel's start, or none in a kernel at all. They load fast enough as they are.
    private static readonly string[] Left =
    [
        "Humanizer.", "Markdig.", "Microsoft.Extensions.ObjectPool.", "Spectre.", "System.Configuration.", "System.Diagnostics.EventLog.",
        "System.Security.", "System.ServiceModel.",
    ];

    // For these assemblies, the runtime's generic types over the assemblies' own types are compiled too. Else the runtime would compile those types
    // at every start, where they are half of everything it compiles. The runtime checks each of them against itself when it is loaded. Compiling
    // these assemblies takes twice as long this way.
    private static readonly string[] AtStart = ["AsyncIO", "CourseKit.Cli", "CourseKit.Kernel", "Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp", "NetMQ"];

    /// <summary>Fetches the compiler, or finds it if it was fetched before.</summary>
    /// <exception cref="AheadCompilerException">The compiler cannot be fetched.</exception>
    public static async Task<AheadCompiler> FetchAsync(CancellationToken cancel)
    {
        var work = Directory.CreateDirectory(Path.Combine(PackageCache.Folder, $"compiler.{Guid.NewGuid():N}")).FullName;
        var (package, version) = ($"Microsoft.NETCore.App.Crossgen2.{Platform}", Environment.Version.ToString(3));
        try
        {
            var errors = await DotnetSdk.RestoreAsync(work, $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                    <NuGetAudit>false</NuGetAudit>
                  </PropertyGroup>
                  <ItemGroup>
                    <PackageDownload Include="{package}" Version="[{version}]" />
                  </ItemGroup>
                </Project>
                """, _ => { }, cancel);
            if (errors.Count > 0)
                throw new AheadCompilerException($"the package {package} {version} cannot be fetched: {RestoreFailure.Reason(errors)}");
            var caches = JsonNode.Parse(await File.ReadAllTextAsync(DotnetSdk.AssetsFile(work), cancel))!["packageFolders"]!.AsObject();
            var programs = from cache in caches
                           from name in new[] { "crossgen2.dll", OperatingSystem.IsWindows() ? "crossgen2.exe" : "crossgen2" }
                           select Path.Combine(cache.Key, package.ToLowerInvariant(), version, "tools", name);
            return new(programs.FirstOrDefault(File.Exists) ?? throw new AheadCompilerException($"the package {package} {version} holds no compiler"));
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

    /// <summary>Whether a file is to be compiled: it is an assembly, it is not compiled yet, and a kernel uses it.</summary>
    public static bool Takes(string file)
    {
        if (!Path.GetExtension(file).Equals(".dll", StringComparison.OrdinalIgnoreCase) || Left.Any(Path.GetFileName(file).StartsWith))
            return false;
        using var reader = new PEReader(File.OpenRead(file));
        return reader.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: 0 };
    }

    /// <summary>Compiles an assembly. The assemblies that it refers to lie beside it or in the runtime.</summary>
    /// <exception cref="AheadCompilerException">The compiler failed.</exception>
    public async Task CompileAsync(string assembly, string to, CancellationToken cancel)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        List<string> arguments = [assembly, "-o", to, "-O", "-r", Path.Combine(folder, "*.dll"), "-r", Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")];
        if (AtStart.Contains(Path.GetFileNameWithoutExtension(assembly)))
            arguments.AddRange(["--opt-cross-module:*", "--non-local-generics-module:*"]);
        var isAssembly = program.EndsWith(".dll", StringComparison.Ordinal);
        if (isAssembly)
            arguments.Insert(0, program);
        try
        {
            var (exitCode, said) = await DotnetSdk.RunAsync(isAssembly ? DotnetSdk.Host : program, arguments, folder, _ => { }, cancel);
            if (exitCode != 0)
                throw new AheadCompilerException($"the compiler failed on {Path.GetFileName(assembly)}: {said.Trim().Split('\n')[0]}");
        }
        catch (Win32Exception e)
        {
            // NuGet lets only the user who fetched a package run the programs in it.
            throw new AheadCompilerException($"the compiler cannot be started: {e.Message}");
        }
    }

    // The name that the package uses for the platform. A distribution's build of the runtime has another name for it.
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

/// <summary>Assemblies cannot be compiled ahead of time; the message says why.</summary>
internal sealed class AheadCompilerException(string message) : Exception(message);
