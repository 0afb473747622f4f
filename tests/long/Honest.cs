using System.Diagnostics;
using CourseKit.Cli.Tests.Classes;

namespace CourseKit.EndToEnd.Tests;

/// <summary>A class of right answers while the machine has other work: nobody may lose a point, or be suspected.</summary>
internal static class Honest
{
    /// <summary>Grades so many answers of 1 to 40 seconds and prints each that got less than it must.</summary>
    /// <returns>The exit code: 0 where nobody did.</returns>
    public static async Task<int> RunAsync(int count)
    {
        Load.Begin();
        var watch = Stopwatch.StartNew();
        var wronged = await HonestClass.WrongedAsync(count, shortest: 1, longest: 40);
        foreach (var line in wronged)
            Console.WriteLine(line);
        Console.WriteLine("| right answers | seconds each | rows without full marks, or suspicious | seconds in all |\n|---|---|---|---|");
        Console.WriteLine($"| {count} | 1 to 40 | {wronged.Count}; none may be | {watch.Elapsed.TotalSeconds:F0} |");
        return wronged.Count == 0 ? 0 : 1;
    }
}
