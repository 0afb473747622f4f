using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Grading;

namespace CourseKit.Cli.Tests.Classes;

/// <summary>What <c>coursekit grade</c> made of a class.</summary>
/// <param name="ExitCode">The program's exit code.</param>
/// <param name="Error">What it wrote to standard error.</param>
/// <param name="Rows">The rows of grades.csv; none if the program failed.</param>
/// <param name="PeakMegabytes">The most memory that the program itself had, without the submissions' processes; 0 where the system does not tell.</param>
internal sealed record GradedClass(int ExitCode, string Error, IReadOnlyList<CsvRow> Rows, double PeakMegabytes)
{
    /// <summary>Grades the folder <c>class</c> of a place into its folder <c>out</c>.</summary>
    /// <param name="program">The command line, and what comes before it, such as a program that changes the user.</param>
    /// <param name="place">The place, in which the program runs.</param>
    /// <param name="arguments">What follows the class and the place of the results.</param>
    public static async Task<GradedClass> RunAsync(string program, string place, string[] arguments, params string[] before)
    {
        string[] command = [.. before, program, "grade", "class", "--out", "out", .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = place, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error, peak) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), 0.0);
        var exit = process.WaitForExitAsync();
        while (await Task.WhenAny(exit, Task.Delay(100)) != exit)
            peak = Math.Max(peak, PeakOf(process.Id));
        await output;
        var rows = process.ExitCode == 0 ? CsvReader.Read(Path.Combine(place, "out", "grades.csv")).ToList() : [];
        return new(process.ExitCode, await error, rows, peak);
    }

    private static double PeakOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line[6..^3], CultureInfo.InvariantCulture) / 1000;
        }
        catch (IOException)
        {
            return 0; // It has just ended.
        }
    }
}
