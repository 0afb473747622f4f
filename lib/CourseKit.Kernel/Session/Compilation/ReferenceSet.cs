using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// The assemblies that cells are compiled against and run with: the framework, this assembly (for the display functions), and the assemblies that
/// <c>#r</c> added. There is only one assembly of each simple name.
/// </summary>
internal sealed class ReferenceSet(NotebookLoadContext context)
{
    private static readonly string Engine = typeof(ReferenceSet).Assembly.Location;

    private readonly ConcurrentDictionary<string, AssemblyFile> added = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableArray<MetadataReference> references =
        [.. FrameworkReferences.Usual, MetadataReference.CreateFromFile(Engine, documentation: new DocumentationFiles(Engine))];

    /// <summary>The references that cells are compiled with. At first they include only the usual part of the framework.</summary>
    public ImmutableArray<MetadataReference> All => references;

    /// <summary><see cref="All"/> and the rest of the framework.</summary>
    public ImmutableArray<MetadataReference> Whole => [.. references.Union(FrameworkReferences.Rest.Where(rest => !added.ContainsKey(Path.GetFileNameWithoutExtension(rest.FilePath!))))];

    /// <summary>Whether <c>#r</c> added an assembly of this simple name.</summary>
    public bool Has(string name) => added.ContainsKey(name);

    /// <summary>Adds the rest of the framework to <see cref="All"/>.</summary>
    public void UseWhole() => references = Whole;

    /// <summary>Adds an assembly and the assemblies of the same folder that it references, also indirectly. Cells may use all their types.</summary>
    /// <exception cref="ReferenceException">The file is no assembly, or another build of the assembly was added before.</exception>
    public void AddWithNeighbours(string path)
    {
        var file = AssemblyFile.Read(path)
            ?? throw new ReferenceException($"{path}: not a .NET assembly (it holds native code only, or is damaged, or is no library at all).");
        if (added.TryGetValue(file.Name, out var known) && known.Id != file.Id)
        {
            throw new ReferenceException($"{file.Name} is loaded already, from {known.Path} (version {known.Version}); "
                + $"{path} (version {file.Version}) is another build of it. Restart the session to load that one.");
        }
        var folder = Path.GetDirectoryName(path)!;
        context.AddFolder(folder);
        var waiting = new Queue<AssemblyFile>([file]);
        while (waiting.TryDequeue(out var next))
        {
            if (!Add(next, next.Path))
                continue;
            foreach (var neighbour in next.References.Select(name => Path.Combine(folder, name + ".dll")).Where(File.Exists).Select(AssemblyFile.Read).OfType<AssemblyFile>())
                waiting.Enqueue(neighbour);
        }
    }

    /// <summary>
    /// Adds an assembly of a package: the file to compile against and the file to run, which may be the same. A file that is no .NET assembly is
    /// skipped, because packages may have native libraries among their assemblies.
    /// </summary>
    public void Add(string compile, string runtime)
    {
        if (AssemblyFile.Read(runtime) is { } file && AssemblyFile.Read(compile) is not null)
            Add(file, compile);
    }

    // Returns false if the file is not needed. The framework's own copy is used if the file is not newer. An assembly that was added before stays,
    // because two assemblies of one name would define each type twice.
    private bool Add(AssemblyFile file, string compile)
    {
        if (added.ContainsKey(file.Name) || file.Name == typeof(ReferenceSet).Assembly.GetName().Name)
            return false;
        var framework = FrameworkReferences.Find(file.Name);
        if (framework is not null && AssemblyFile.Read(framework)!.Version >= file.Version)
            return false;
        added[file.Name] = file;
        context.AddFile(file.Name, file.Path);
        // Packages with charts bring .NET Interactive itself, whose class Kernel works in its own process only. Cells mean the one of this assembly.
        var properties = file.Name == typeof(Microsoft.DotNet.Interactive.Kernel).Namespace ? MetadataReferenceProperties.Assembly.WithAliases(["elsewhere"]) : default;
        var reference = MetadataReference.CreateFromFile(compile, properties, new DocumentationFiles(compile, file.Path));
        references = framework is null
            ? references.Add(reference)
            : [.. references.Where(old => old is not PortableExecutableReference { FilePath: { } path } || path != framework), reference];
        return true;
    }
}
