using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using CourseKit.Kernel.Jupyter.Install;
using Microsoft.CodeAnalysis;

namespace CourseKit.Kernel.Tests.Jupyter;

public sealed class AheadCompilerTests
{
    // So it is for everybody but the user who fetched the compiler: then the kernel is installed as it is, and the reason told.
    [Fact]
    public async Task A_compiler_that_may_not_be_started_is_a_reason_and_no_crash()
    {
        var program = Path.GetTempFileName();
        try
        {
            var failure = await Assert.ThrowsAsync<AheadCompilerException>(() => new AheadCompiler(program)
                .CompileAsync(typeof(AheadCompilerTests).Assembly.Location, program + ".out", TestContext.Current.CancellationToken));
            Assert.StartsWith("the compiler cannot be started: ", failure.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(program);
        }
    }

    // The compiler leaves out what a profile names and the assembly lacks: an old one makes a slow kernel, and nothing else would tell.
    [Fact]
    public void The_profile_was_made_with_the_version_of_Roslyn_that_the_kernel_has()
    {
        using var archive = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "kernel.mibc"));
        using var content = new MemoryStream();
        using (var entry = archive.GetEntry("kernel.mibc.dll")!.Open())
            entry.CopyTo(content);
        content.Position = 0;
        using var reader = new PEReader(content);
        var metadata = reader.GetMetadataReader();
        var versions = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
            .Where(assembly => metadata.GetString(assembly.Name).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)).Select(assembly => assembly.Version).Distinct();
        Assert.Equal(typeof(Compilation).Assembly.GetName().Version, Assert.Single(versions));
    }
}
