using System.Collections.Immutable;
using System.IO.MemoryMappedFiles;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// The .NET runtime's own assemblies, as references for the compiler. Each kept cell needs memory for each reference that it was compiled with:
/// about 200 kB for all 165 references, and 40 kB for the usual ones. So a session starts with the references that most notebooks use. The rest
/// is added when a cell does not compile without it.
/// </summary>
internal static class FrameworkReferences
{
    private static readonly string[] UsualNames =
    [
        "Microsoft.CSharp", "System.Collections", "System.Collections.Concurrent", "System.Collections.Immutable", "System.ComponentModel.Primitives",
        "System.Console", "System.Diagnostics.Process", "System.Linq", "System.Linq.Expressions", "System.Memory", "System.Net.Http", "System.Net.Primitives",
        "System.ObjectModel", "System.Private.CoreLib", "System.Private.Uri", "System.Runtime", "System.Runtime.InteropServices", "System.Runtime.Numerics",
        "System.Text.Json", "System.Text.RegularExpressions", "System.Threading", "System.Threading.Tasks.Parallel",
    ];

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Files = new(() =>
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return trusted.Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == folder).Distinct()
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);
    });

    // This list keeps the mapped files in memory, because the references point into them.
    private static readonly List<MemoryMappedViewAccessor> Views = [];
    private static readonly Dictionary<string, PortableExecutableReference> Opened = [];

    /// <summary>The references that a session starts with.</summary>
    public static IEnumerable<PortableExecutableReference> Usual => UsualNames.Select(Find).OfType<string>().Select(Open);

    /// <summary>All other references.</summary>
    public static IEnumerable<PortableExecutableReference> Rest => Files.Value.ExceptBy(UsualNames, file => file.Key).Select(file => Open(file.Value));

    /// <summary>Finds framework assemblies that a reference needs and the compiler was not given.</summary>
    public static MetadataReferenceResolver Resolver { get; } = new ByName();

    /// <summary>Finds the path of a framework assembly by its simple name (case is ignored); null if the framework has no such assembly.</summary>
    public static string? Find(string name) => Files.Value.GetValueOrDefault(name);

    // The file is mapped and not read, because the compiler touches only a small part of the 25 MB of metadata.
    private static PortableExecutableReference Open(string path)
    {
        lock (Opened)
        {
            if (Opened.TryGetValue(path, out var known))
                return known;
            using var file = File.OpenRead(path);
            using var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
            Views.Add(view);
            var module = ModuleMetadata.CreateFromImage(view.SafeMemoryMappedViewHandle.DangerousGetHandle(), checked((int)file.Length));
            return Opened[path] = AssemblyMetadata.Create(module).GetReference(new DocumentationFiles(path), filePath: path);
        }
    }

    private sealed class ByName : MetadataReferenceResolver
    {
        public override bool ResolveMissingAssemblies => true;

        public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity) =>
            Find(referenceIdentity.Name) is { } path ? Open(path) : null;

        public override ImmutableArray<PortableExecutableReference> ResolveReference(string reference, string? baseFilePath, MetadataReferenceProperties properties) => [];

        public override bool Equals(object? other) => other is ByName;

        public override int GetHashCode() => nameof(ByName).GetHashCode(StringComparison.Ordinal);
    }
}
