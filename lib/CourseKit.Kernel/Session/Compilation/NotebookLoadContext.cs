using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using CourseKit.Common;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// The load context for cells and their references. It is not the engine's context, so a notebook may use another version of a package than the
/// engine does.
/// </summary>
internal sealed class NotebookLoadContext() : AssemblyLoadContext("notebook")
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, string> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> folders = [];

    /// <summary>Adds a folder to search for native libraries, and for assemblies that <see cref="AddFile"/> does not name.</summary>
    public void AddFolder(string folder)
    {
        lock (gate)
        {
            if (!folders.Contains(folder))
                folders.Add(folder);
        }
    }

    /// <summary>Sets the file that is loaded for the assembly with this simple name.</summary>
    public void AddFile(string name, string path)
    {
        lock (gate)
            files[name] = path;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is not { } name || name == typeof(NotebookLoadContext).Assembly.GetName().Name)
            return null;
        var path = Known(name);
        if (path is null && FrameworkReferences.Find(name) is null)
            path = Probe(name + ".dll");
        if (path is null || Default.Assemblies.Any(loaded => !loaded.IsDynamic && loaded.Location == path))
            return null;
        var assembly = LoadFromAssemblyPath(path);
        if (name == InteractiveFormatter.AssemblyName)
            InteractiveFormatter.Use(assembly);
        return assembly;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        var extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        var native = Path.Combine("runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        string[] names = [unmanagedDllName, unmanagedDllName + extension, "lib" + unmanagedDllName + extension];
        var path = names.SelectMany(name => new[] { name, Path.Combine(native, name) }).Select(Probe).FirstOrDefault(found => found is not null);
        if (path is null)
            return 0;
        try
        {
            return LoadUnmanagedDllFromPath(path);
        }
        catch (DllNotFoundException) when (LoadableCopy.Helps(path))
        {
            // The copy lies in another folder than what it needs. The loader finds that by name once it is loaded.
            foreach (var needed in ElfFile.Read(path).Needs.Select(need => Probe(need) ?? Probe(Path.Combine(native, need))).OfType<string>())
                NativeLibrary.Load(needed);
            return LoadUnmanagedDllFromPath(LoadableCopy.Make(path));
        }
    }

    private string? Known(string name)
    {
        lock (gate)
            return files.GetValueOrDefault(name);
    }

    private string? Probe(string file)
    {
        lock (gate)
            return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }
}
