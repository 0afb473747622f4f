using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// An assembly's name, version and references, read from the file. The assembly is not loaded. The id (the MVID of the module) tells two builds
/// of one version apart.
/// </summary>
internal sealed record AssemblyFile(string Path, string Name, Version Version, Guid Id, IReadOnlyList<string> References)
{
    /// <summary>Reads the file's metadata; null if the file is no .NET assembly: it holds native code only, or is damaged, or no library at all.</summary>
    public static AssemblyFile? Read(string path)
    {
        using var file = File.OpenRead(path);
        try
        {
            using var portable = new PEReader(file);
            if (!portable.HasMetadata || portable.GetMetadataReader() is not { IsAssembly: true } metadata)
                return null;
            var assembly = metadata.GetAssemblyDefinition();
            return new(path, metadata.GetString(assembly.Name), assembly.Version, metadata.GetGuid(metadata.GetModuleDefinition().Mvid),
                [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))]);
        }
        catch (Exception error) when (error is BadImageFormatException or OverflowException)
        {
            return null;
        }
    }
}
