using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CourseKit.Kernel.Session.Compilation;

/// <summary>
/// An assembly's name, version and references, read from the file. The assembly is not loaded. The id (the MVID of the module) tells two builds
/// of one version apart.
/// </summary>
internal sealed record AssemblyFile(string Path, string Name, Version Version, Guid Id, IReadOnlyList<string> References)
{
    /// <summary>Reads the file's metadata.</summary>
    /// <exception cref="BadImageFormatException">The file is no .NET assembly.</exception>
    public static AssemblyFile Read(string path)
    {
        using var file = File.OpenRead(path);
        using var portable = new PEReader(file);
        if (!HasAssembly(portable))
            throw new BadImageFormatException($"{path}: not a .NET assembly (it holds native code only, or is no library at all).");
        var metadata = portable.GetMetadataReader();
        var assembly = metadata.GetAssemblyDefinition();
        return new(path, metadata.GetString(assembly.Name), assembly.Version, metadata.GetGuid(metadata.GetModuleDefinition().Mvid),
            [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name))]);
    }

    private static bool HasAssembly(PEReader portable)
    {
        try
        {
            return portable.HasMetadata && portable.GetMetadataReader().IsAssembly;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
