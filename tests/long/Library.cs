using System.Runtime.Loader;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>CourseKit.dll, which is loaded from its own folder, where libtorch lies.</summary>
internal static class Library
{
    /// <summary>From here on, methods can be called that use the library's types.</summary>
    public static void Find()
    {
        var folder = Path.Combine(BuiltCourse.Root, "lib", "CourseKit", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0");
        AssemblyLoadContext.Default.Resolving += (context, name) => Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }
}
