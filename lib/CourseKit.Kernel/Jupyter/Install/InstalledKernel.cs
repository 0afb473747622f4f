using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>An installed kernel of CourseKit's.</summary>
/// <param name="Program">The kernel's executable, by its absolute path.</param>
/// <param name="Checkout">The folder of the course that the kernel was installed from; null if there was none, as in an image.</param>
public sealed record InstalledKernel(string Program, string? Checkout)
{
    /// <summary>The checkout if it is no longer there; else null.</summary>
    public string? GoneCheckout => Checkout is not null && !Directory.Exists(Checkout) ? Checkout : null;

    /// <summary>Whether the kernel's engine has the same code as the engine that asks. Compiling ahead of time does not change that.</summary>
    /// <exception cref="IOException">The kernel's assemblies cannot be read.</exception>
    /// <exception cref="BadImageFormatException">The kernel's assemblies are damaged.</exception>
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
