using System.ComponentModel;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>
/// Compiles assemblies to machine code ahead of time (ReadyToRun), with the runtime's own compiler from its package. Not `dotnet publish`: that would
/// build into the checkout, which may be running, and fetch a second runtime to compile against.
/// </summary>
/// <param name="program">The compiler.</param>
internal sealed class AheadCompiler(string program)
{
    // No kernel calls these, or calls them where it does not matter: as they are, they load as fast as they need to.
    private static readonly string[] Left =
    [
        "Humanizer.", "Markdig.", "Microsoft.CodeAnalysis.Elfie.", "Microsoft.CodeAnalysis.Scripting.", "Microsoft.DiaSymReader.", "Microsoft.Extensions.ObjectPool.",
        "NaCl.", "Spectre.", "System.Configuration.", "System.Diagnostics.EventLog.", "System.Security.", "System.ServiceModel.",
    ];

    // Roslyn is large, and a kernel calls a third of it. The profile names that third; the rest is compiled at run time if it is ever called.
    private const string Profiled = "Microsoft.CodeAnalysis.";
    private static readonly string Profile = Path.Combine(AppContext.BaseDirectory, "kernel.mibc");

    // These also take in generic types over the types of other assemblies, which otherwise every start would compile; the runtime checks each when it loads it.
    // That is slow to compile, so of Roslyn's assemblies one takes in those of all: the one that is loaded first.
    private static readonly string[] WithGenerics = ["AsyncIO.dll", "CourseKit.Cli.dll", "CourseKit.Kernel.dll", "Microsoft.CodeAnalysis.dll", "NetMQ.dll"];

    /// <summary>Finds the compiler, or fetches it.</summary>
    /// <exception cref="AheadCompilerException">It cannot be had.</exception>
    public static async Task<AheadCompiler> FetchAsync(CancellationToken cancel) => new(await CompilerPackage.FetchAsync(cancel));

    /// <summary>Whether an assembly is to be compiled: it is one, not yet compiled, and of use to a kernel.</summary>
    public static bool Takes(string file)
    {
        if (!Path.GetExtension(file).Equals(".dll", StringComparison.OrdinalIgnoreCase) || Left.Any(Path.GetFileName(file).StartsWith))
            return false;
        using var reader = new PEReader(File.OpenRead(file));
        return reader.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: 0 };
    }

    /// <summary>All that the outcome depends on except the assembly and those it refers to: the compiler, the runtime it compiles for, its options, the profile.</summary>
    public static string Settings(string assembly)
    {
        var profile = IsProfiled(assembly) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Profile))) : "";
        return $"{CompilerPackage.Name} {CompilerPackage.Version} {typeof(object).Module.ModuleVersionId} {profile} {string.Join(' ', Options(assembly))}";
    }

    /// <summary>Compiles an assembly; those it refers to lie beside it, or in the runtime.</summary>
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
