using System.Diagnostics;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>A class at work in a classroom as <c>classroom/up.sh</c> brings it up: classroom.py, which has the tests' share too.</summary>
internal static class Classroom
{
    /// <summary>Prints what holds, what does not, and the figures.</summary>
    /// <param name="students">How many there are.</param>
    /// <returns>The exit code: 0 where all holds.</returns>
    public static int Run(int students)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "classroom.py"), BuiltCourse.Root, "load", $"{students}"]))!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
