using System.Runtime.Loader;

namespace CourseKit.Cli.Shell;

/// <summary>
/// Loads CourseKit.dll and its dependencies. In a checkout there is no copy beside this program, because libtorch takes half a gigabyte: it is the build
/// output of lib/CourseKit, which notebooks reference too. A .NET tool brings CourseKit.dll alone, for the verbs that need no tensors. Only methods that
/// are called after <see cref="Resolve"/> may use types of CourseKit.dll.
/// </summary>
internal static class CourseLibrary
{
    private const string Name = "CourseKit";

    private static readonly string OfTool = Path.Combine(AppContext.BaseDirectory, "library");

    /// <summary>Whether this program is the .NET tool, which has neither data nor libtorch.</summary>
    public static bool IsTool => File.Exists(Path.Combine(OfTool, Name + ".dll"));

    /// <summary>From now on, the runtime finds the library.</summary>
    /// <exception cref="FileNotFoundException">The library has not been built.</exception>
    public static void Resolve()
    {
        // lib/CourseKit.Cli/bin/CONFIGURATION/net10.0 -> lib/CourseKit/bin/CONFIGURATION/net10.0
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = here.Parent?.Name ?? "Release";
        var built = Path.GetFullPath(Path.Combine(here.FullName, "..", "..", "..", "..", Name, "bin", configuration, here.Name));
        var folder = new[] { OfTool, built }.FirstOrDefault(place => File.Exists(Path.Combine(place, Name + ".dll")))
            ?? throw new FileNotFoundException($"{Name}.dll is not in {built}: build it with `dotnet build -c {configuration} lib/{Name}`");
        AssemblyLoadContext.Default.Resolving += (context, wanted) =>
            Path.Combine(folder, wanted.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }
}
