using System.Diagnostics;
using CourseKit.Cli.Tests.Classes;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>A class of hostile students, graded as the current user and, where that is the superuser, as an ordinary one too.</summary>
internal static class HostileStudents
{
    private const double Bar = 1500; // MB
    private static readonly string[] Ordinary = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "env", $"HOME={Path.GetTempPath()}"];

    /// <summary>Grades so many and prints each row that is not as designed.</summary>
    /// <returns>The exit code: 0 where all are, within the memory that the grader may take.</returns>
    public static async Task<int> RunAsync(int count)
    {
        Console.WriteLine("| user | students | rows | missing or not as designed | most MB of the grader | seconds |\n|---|---|---|---|---|---|");
        var good = await AsAsync("this one", count, []);
        if (Environment.IsPrivilegedProcess && OperatingSystem.IsLinux())
        {
            using var reads = Process.Start(new ProcessStartInfo(Ordinary[0], [.. Ordinary[1..], BuiltCourse.Program, "--version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            await reads.WaitForExitAsync();
            if (reads.ExitCode == 0)
                good &= await AsAsync("an ordinary one", count, Ordinary);
            else
                Console.WriteLine("| an ordinary one | not run: it cannot read this build | | | | |");
        }
        return good ? 0 : 1;
    }

    private static async Task<bool> AsAsync(string user, int count, string[] before)
    {
        var watch = Stopwatch.StartNew();
        var end = await HostileClass.RunAsync(BuiltCourse.Program, count, before);
        Console.WriteLine($"| {user} | {count} | {end.Rows} | {end.Wrong.Count}; none may be | {end.PeakMegabytes:F0}; at most {Bar} | {watch.Elapsed.TotalSeconds:F0} |");
        foreach (var line in end.Wrong)
            Console.Error.WriteLine(line);
        return end.Wrong.Count == 0 && end.PeakMegabytes <= Bar;
    }
}
