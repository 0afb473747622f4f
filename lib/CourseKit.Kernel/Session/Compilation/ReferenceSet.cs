using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// The assemblies that cells are compiled against and run with: the framework, the display functions, and those that <c>#r</c> added. Each
/// simple name has one file.
/// </summary>
internal sealed class ReferenceSet(NotebookLoadContext context)
{
    private static readonly string Engine = typeof(ReferenceSet).Assembly.Location;

    private readonly ConcurrentDictionary<string, AssemblyFile> added = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableArray<MetadataReference> references =
        [.. FrameworkReferences.Usual, MetadataReference.CreateFromFile(Engine, documentation: new DocumentationFiles(Engine))];

    /// <summary>The references for the compiler.</summary>
    public ImmutableArray<MetadataReference> All => references;

    /// <summary>The references for the compiler and the rest of the framework.</summary>
    public ImmutableArray<MetadataReference> Whole => [.. references.Union(FrameworkReferences.Rest.Where(rest => !added.ContainsKey(Path.GetFileNameWithoutExtension(rest.FilePath!))))];

    /// <summary>Lets all cells from here on use the whole framework.</summary>
    public void UseWhole() => references = Whole;

    /// <summary>Adds an assembly that a cell names, and the assemblies beside it that it needs, so that cells may use their types too.</summary>
    /// <exception cref="ReferenceException">The file is no assembly, or another of this name is loaded already.</exception>
    public void AddWithNeighbours(string path)
    {
        AssemblyFile file;
        try
        {
            file = AssemblyFile.Read(path);
        }
        catch (BadImageFormatException error)
        {
            throw new ReferenceException(error.Message);
        }
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
            foreach (var neighbour in next.References.Select(name => Path.Combine(folder, name + ".dll")).Where(File.Exists))
                waiting.Enqueue(AssemblyFile.Read(neighbour));
        }
    }

    /// <summary>Adds a package's assembly. The file to compile against may be another file than the file to run.</summary>
    public void Add(string compile, string runtime) => Add(AssemblyFile.Read(runtime), compile);

    // The framework's own copy wins unless the file is newer. An assembly that was added before stays, because two of one name would make
    // two of each type.
    private bool Add(AssemblyFile file, string compile)
    {
        if (added.ContainsKey(file.Name) || file.Name == typeof(ReferenceSet).Assembly.GetName().Name)
            return false;
        var framework = FrameworkReferences.Find(file.Name);
        if (framework is not null && AssemblyFile.Read(framework).Version >= file.Version)
            return false;
        added[file.Name] = file;
        context.AddFile(file.Name, file.Path);
        var reference = MetadataReference.CreateFromFile(compile, documentation: new DocumentationFiles(compile, file.Path));
        references = framework is null
            ? references.Add(reference)
            : [.. references.Where(old => old is not PortableExecutableReference { FilePath: { } path } || path != framework), reference];
        return true;
    }
}
