using System.ComponentModel;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>
/// Compiles assemblies to machine code ahead of time (ReadyToRun) with .NET's compiler crossgen2. This class does not use `dotnet publish`, because
/// that would overwrite build outputs of the checkout that may be in use, and would download a second runtime.
/// </summary>
/// <param name="program">The path of crossgen2: an executable or a .dll.</param>
internal sealed class AheadCompiler(string program)
{
    // A kernel never calls these assemblies, or only where speed does not matter. They load fast enough as they are.
    private static readonly string[] Left =
    [
        "Humanizer.", "Markdig.", "Microsoft.CodeAnalysis.Elfie.", "Microsoft.CodeAnalysis.Scripting.", "Microsoft.DiaSymReader.", "Microsoft.Extensions.ObjectPool.",
        "NaCl.", "Spectre.", "System.Configuration.", "System.Diagnostics.EventLog.", "System.Security.", "System.ServiceModel.",
    ];

    // Roslyn is large, and a kernel calls only a third of its methods. Only these are compiled ahead of time; the profile lists them. The JIT
    // compiles the others when they are first called.
    private const string Profiled = "Microsoft.CodeAnalysis.";
    private static readonly string Profile = Path.Combine(AppContext.BaseDirectory, "kernel.mibc");

    // These assemblies also get the code of generic types whose type arguments come from other assemblies. Otherwise the JIT would compile that code
    // at each start. It takes long to compile, so only one assembly of Roslyn gets it: the one that is loaded first.
    private static readonly string[] WithGenerics = ["AsyncIO.dll", "CourseKit.Cli.dll", "CourseKit.Kernel.dll", "Microsoft.CodeAnalysis.dll", "NetMQ.dll"];

    /// <summary>Finds the compiler on this machine, or downloads it.</summary>
    /// <exception cref="AheadCompilerException">The compiler cannot be downloaded.</exception>
    public static async Task<AheadCompiler> FetchAsync(CancellationToken cancel) => new(await CompilerPackage.FetchAsync(cancel));

    /// <summary>Whether a file is to be compiled: it is an assembly that is not yet compiled ahead of time, and a kernel needs it to be fast.</summary>
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

    /// <summary>Compiles an assembly. The assemblies that it references must be in its folder or in the runtime's folder.</summary>
    /// <exception cref="AheadCompilerException">The compiler failed or cannot be started.</exception>
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
            // A common cause: only the user who downloaded a NuGet package may execute the programs in it.
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
