using System.Reflection;
using System.Runtime.Loader;
using CourseKit.Kernel.Session.Compilation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CourseKit.Kernel.Tests.Session;

/// <summary>A source compiled as a program is, and the same with the checks that cells have. <c>tests/long</c> and the benchmarks use it too.</summary>
internal static class TwiceCompiled
{
    private static readonly MetadataReference[] Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location)).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles a source, optimised.</summary>
    public static MemoryStream Plain(string source)
    {
        var image = new MemoryStream();
        var result = CSharpCompilation.Create($"program-{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(source)], Framework,
            new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true)).Emit(image);
        return result.Success ? image : throw new ArgumentException(string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)) + "\n" + source);
    }

    /// <summary>Adds the checks to what <see cref="Plain"/> gave.</summary>
    public static MemoryStream WithChecks(MemoryStream image)
    {
        var (changed, _) = Checks.Add(new(image.ToArray()), null);
        changed.Position = 0;
        return changed;
    }

    /// <summary>Loads an image in a context of its own.</summary>
    public static Assembly Load(MemoryStream image)
    {
        image.Position = 0;
        return new AssemblyLoadContext(null).LoadFromStream(image);
    }

    /// <summary>Calls <c>Program.Run</c> of an image.</summary>
    public static T Run<T>(MemoryStream image, int argument) => Load(image).GetType("Program")!.GetMethod("Run")!.CreateDelegate<Func<int, T>>()(argument);
}
