using System.Text.RegularExpressions;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>What Jupyter itself tests of a kernel.</summary>
[Collection(nameof(Jupyter))]
public sealed class ConformanceTests(Jupyter jupyter)
{
    [Fact]
    public async Task Jupyters_own_conformance_suite_passes_and_skips_nothing()
    {
        jupyter.Require();
        var start = jupyter.Module("unittest", "-v", "conformance");
        start.WorkingDirectory = AppContext.BaseDirectory;
        start.Environment["KERNEL"] = Jupyter.KernelName;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";

        var run = await Command.RunAsync(start);

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Matches(new Regex(@"^Ran 14 tests in .*\n\nOK$", RegexOptions.Multiline), run.Error);
        Assert.DoesNotContain("skipped", run.Error, StringComparison.Ordinal);
    }
}
