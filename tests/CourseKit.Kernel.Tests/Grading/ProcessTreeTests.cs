using System.Diagnostics;
using CourseKit.Kernel.Grading;

namespace CourseKit.Kernel.Tests.Grading;

/// <summary>What a process and all that descend from it take, as Linux tells it.</summary>
public sealed class ProcessTreeTests
{
    public ProcessTreeTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has /proc");

    [Fact]
    [Trait("Cost", "process")]
    public async Task Children_of_children_count_whatever_they_are_called()
    {
        // A shell with a shell in it, which holds 60 MB in a variable and starts two more.
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", "(hold=$(head -c 60000000 /dev/zero | tr '\\0' 'x'); sleep 100 & sleep 100 & echo ready; wait) & wait"]) { RedirectStandardOutput = true })!;
        try
        {
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            var (megabytes, tasks) = ProcessTree.Of(process.Id);
            Assert.Equal(4, tasks);
            Assert.InRange(megabytes, 60, 400);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void This_process_counts_with_its_threads_and_memory()
    {
        var held = new byte[100_000_000];
        Array.Fill(held, (byte)1);
        var (megabytes, tasks) = ProcessTree.Of(Environment.ProcessId);
        Assert.InRange(megabytes, 100, 100_000);
        Assert.InRange(tasks, 3, 10_000);
        Assert.InRange(ProcessTree.TasksOfUser(), tasks / 2, 1_000_000);
        GC.KeepAlive(held);
    }

    [Fact]
    public void A_process_that_has_ended_takes_nothing()
    {
        using var process = Process.Start("true");
        process.WaitForExit();
        Assert.Equal((0, 0), ProcessTree.Of(process.Id));
    }
}
