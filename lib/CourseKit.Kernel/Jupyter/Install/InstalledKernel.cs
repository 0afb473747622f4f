using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>A kernel that CourseKit has installed.</summary>
/// <param name="Program">The kernel's executable, or the assembly that <c>dotnet</c> runs, by its absolute path.</param>
/// <param name="Checkout">The root folder of the course that the kernel was installed from; null if it was not installed from a course.</param>
public sealed record InstalledKernel(string Program, string? Checkout)
{
    /// <summary>The checkout if it is no longer there; else null.</summary>
    public string? GoneCheckout => Checkout is not null && !Directory.Exists(Checkout) ? Checkout : null;

    /// <summary>
    /// Whether the kernel's CourseKit.Kernel.dll was built from the same code as the running one: both have the same module version id. Compiling
    /// ahead of time, as a Release build does, does not change that id.
    /// </summary>
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
