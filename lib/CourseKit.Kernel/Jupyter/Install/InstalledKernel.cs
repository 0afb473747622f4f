using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>A kernel of CourseKit's that was installed.</summary>
/// <param name="Program">Its executable, by its absolute path.</param>
/// <param name="Checkout">The folder of the course it was installed from; null where that was none, as in an image.</param>
public sealed record InstalledKernel(string Program, string? Checkout)
{
    /// <summary>The checkout where it is no longer there.</summary>
    public string? GoneCheckout => Checkout is not null && !Directory.Exists(Checkout) ? Checkout : null;

    /// <summary>Whether its engine is of the same code as the one that asks; compiling ahead of time changes nothing about that.</summary>
    /// <exception cref="IOException">Its assemblies cannot be read.</exception>
    /// <exception cref="BadImageFormatException">They are damaged.</exception>
    public bool IsCurrent
    {
        get
        {
            var own = typeof(InstalledKernel).Module;
            using var reader = new PEReader(File.OpenRead(Path.Combine(Path.GetDirectoryName(Program)!, Path.GetFileName(own.FullyQualifiedName))));
            var metadata = reader.GetMetadataReader();
            return metadata.GetGuid(metadata.GetModuleDefinition().Mvid) == own.ModuleVersionId;
        }
    }
}
