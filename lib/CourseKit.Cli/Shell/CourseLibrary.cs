using System.Runtime.Loader;

namespace CourseKit.Cli.Shell;

/// <summary>
/// Finds CourseKit.dll and everything it needs in the library's own build output, which notebooks reference too. Half a gigabyte of native
/// libraries lies there, and no second copy beside this program. Only methods that run after <see cref="Resolve"/> may name the library's types.
/// </summary>
internal static class CourseLibrary
{
    private const string Name = "CourseKit";

    /// <exception cref="FileNotFoundException">The library has not been built.</exception>
    public static void Resolve()
    {
        // lib/CourseKit.Cli/bin/CONFIGURATION/net10.0 -> lib/CourseKit/bin/CONFIGURATION/net10.0
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var configuration = here.Parent?.Name ?? "Release";
        var folder = Path.GetFullPath(Path.Combine(here.FullName, "..", "..", "..", "..", Name, "bin", configuration, here.Name));
        if (!File.Exists(Path.Combine(folder, Name + ".dll")))
            throw new FileNotFoundException($"{Name}.dll is not in {folder}: build it with `dotnet build -c {configuration} lib/{Name}`");
        AssemblyLoadContext.Default.Resolving += (context, wanted) =>
            Path.Combine(folder, wanted.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }
}
