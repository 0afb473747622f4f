using System.Diagnostics;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>A classroom as <c>classroom/up.sh</c> brings it up on this machine, in folders and with accounts of its own, which are removed again.</summary>
public sealed class ClassroomTests
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public async Task Students_work_hand_in_and_get_feedback_and_none_reaches_what_is_anothers()
    {
        Course.SkipUnlessBuilt();
        if (!Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux())
            Assert.Skip("a classroom makes accounts, so it needs Linux' superuser");
        var modules = await Command.RunAsync(new ProcessStartInfo(Python, ["-c", "import jupyterhub, nbclassic, requests, websocket"]));
        if (modules.ExitCode != 0)
            Assert.Skip($"Debian's jupyterhub and python3-nbclassic are not installed: {modules.Error}");

        var run = await Command.RunAsync(new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "classroom.py"), Course.Root, "share"]));

        // Each line says what holds, or what FAILED and why. The last one comes when all was tried and is removed.
        Assert.True(run.ExitCode == 0 && run.Output.TrimEnd().EndsWith("nothing is left of it", StringComparison.Ordinal) && !run.Output.Contains("FAILED", StringComparison.Ordinal), $"{run.Output}{run.Error}");
    }
}
