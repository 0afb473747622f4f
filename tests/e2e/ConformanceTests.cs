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
        Assert.Matches(new Regex(@"^Ran 12 tests in .*\n\nOK$", RegexOptions.Multiline), run.Error);
        Assert.DoesNotContain("skipped", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sockets_can_be_files_of_the_user_alone()
    {
        jupyter.Require();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "libzmq has no ipc on Windows.");
        var start = jupyter.Module("local");
        start.Environment["KERNEL"] = Jupyter.KernelName;
        start.Environment["PYTHONPATH"] = AppContext.BaseDirectory;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";

        var run = await Command.RunAsync(start);

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        Assert.Equal(["['0o600'] 5", "42", "Stopped.", "[]", ""], run.Output.Split('\n'));
    }
}
