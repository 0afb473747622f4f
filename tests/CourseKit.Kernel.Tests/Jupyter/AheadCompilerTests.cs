using CourseKit.Kernel.Jupyter.Install;

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
}
