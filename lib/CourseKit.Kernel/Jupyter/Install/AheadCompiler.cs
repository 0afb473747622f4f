using System.ComponentModel;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>
/// Compiles assemblies to machine code ahead of time (ReadyToRun), with the runtime's own compiler from its package. `dotnet publish` is not used:
/// it would build into the checkout, which may be running, and it would fetch a second runtime to compile against.
/// </summary>
/// <param name="program">The compiler.</param>
internal sealed class AheadCompiler(string program)
{
    // A kernel never calls these assemblies, or only where speed does not matter. They load fast enough as they are.
    private static readonly string[] Left =
    [
        "Humanizer.", "Markdig.", "Microsoft.CodeAnalysis.Elfie.", "Microsoft.CodeAnalysis.Scripting.", "Microsoft.DiaSymReader.", "Microsoft.Extensions.ObjectPool.",
        "NaCl.", "Spectre.", "System.Configuration.", "System.Diagnostics.EventLog.", "System.Security.", "System.ServiceModel.",
    ];

    // Roslyn is large, and a kernel calls a third of it. The profile names that third. The runtime compiles any other method when it is first called.
    private const string Profiled = "Microsoft.CodeAnalysis.";
    private static readonly string Profile = Path.Combine(AppContext.BaseDirectory, "kernel.mibc");

    // These assemblies also hold the code of generic types over types of other assemblies. Otherwise the runtime would compile that code at each start.
    // Compiling it is slow, so one of Roslyn's assemblies holds it for all of them: the one that is loaded first.
    private static readonly string[] WithGenerics = ["AsyncIO.dll", "CourseKit.Cli.dll", "CourseKit.Kernel.dll", "Microsoft.CodeAnalysis.dll", "NetMQ.dll"];

    /// <summary>Finds the compiler, or fetches it.</summary>
    /// <exception cref="AheadCompilerException">It cannot be had.</exception>
    public static async Task<AheadCompiler> FetchAsync(CancellationToken cancel) => new(await CompilerPackage.FetchAsync(cancel));

    /// <summary>Whether a file is to be compiled: it is an assembly, it is not compiled yet, and a kernel uses it.</summary>
    public static bool Takes(string file)
    {
        if (!Path.GetExtension(file).Equals(".dll", StringComparison.OrdinalIgnoreCase) || Left.Any(Path.GetFileName(file).StartsWith))
            return false;
        using var reader = new PEReader(File.OpenRead(file));
        return reader.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: 0 };
    }

    /// <summary>What the result depends on, apart from the assembly and its references: the compiler, the runtime, the options, the profile.</summary>
    public static string Settings(string assembly)
    {
        var profile = IsProfiled(assembly) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Profile))) : "";
        return $"{CompilerPackage.Name} {CompilerPackage.Version} {typeof(object).Module.ModuleVersionId} {profile} {string.Join(' ', Options(assembly))}";
    }

    /// <summary>Compiles an assembly. The assemblies that it refers to lie beside it or in the runtime.</summary>
    /// <exception cref="AheadCompilerException">The compiler failed.</exception>
    public async Task CompileAsync(string assembly, string to, CancellationToken cancel)
    {
        var folder = Path.GetDirectoryName(assembly)!;
        List<string> arguments = [assembly, "-o", to, "-r", Path.Combine(folder, "*.dll"), "-r", Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll"), .. Options(assembly)];
        if (IsProfiled(assembly))
            arguments.AddRange(["--mibc", Profile]);
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

    private static string[] Options(string assembly) =>
    [
        "-O",
        .. IsProfiled(assembly) ? ["--partial"] : Array.Empty<string>(),
        .. WithGenerics.Contains(Path.GetFileName(assembly)) ? ["--opt-cross-module:*", "--non-local-generics-module:*"] : Array.Empty<string>(),
    ];

    private static bool IsProfiled(string assembly) => Path.GetFileName(assembly).StartsWith(Profiled, StringComparison.Ordinal);
}

/// <summary>Assemblies cannot be compiled ahead of time; the message says why.</summary>
internal sealed class AheadCompilerException(string message) : Exception(message);
