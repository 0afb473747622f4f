using System.IO.MemoryMappedFiles;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Session;

/// <summary>The .NET runtime's own assemblies, as references for the compiler; read once a process.</summary>
internal static class FrameworkReferences
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Files = new(() =>
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = (string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "";
        return trusted.Split(Path.PathSeparator).Where(path => Path.GetDirectoryName(path) == folder).Distinct()
            .ToDictionary(path => Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase);
    });

    // The references point into these: nothing may unmap them.
    private static readonly List<MemoryMappedViewAccessor> Views = [];

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() => [.. Files.Value.Values.Select(Open)]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MetadataReference> All => References.Value;

    /// <summary>The file of one of them, by its simple name; null where the framework has none of that name.</summary>
    public static string? Find(string name) => Files.Value.GetValueOrDefault(name);

    // Mapped, not read: of 25 MB of metadata the compiler touches a small part.
    private static PortableExecutableReference Open(string path)
    {
        var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        var view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        var module = ModuleMetadata.CreateFromImage(view.SafeMemoryMappedViewHandle.DangerousGetHandle(), checked((int)new FileInfo(path).Length));
        Views.Add(view);
        return AssemblyMetadata.Create(module).GetReference(filePath: path);
    }
}
