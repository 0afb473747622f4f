using System.Diagnostics;
using CourseKit.Cli.Tests.Classes;

namespace CourseKit.EndToEnd.Tests;

/// <summary>Mutated submissions through the grader.</summary>
internal static class Submissions
{
    /// <summary>Takes the submissions of so many seeds and prints a line for each level of mutation, each fault and the slowest.</summary>
    /// <returns>The exit code: 0 where there is no fault.</returns>
    public static async Task<int> RunAsync(int count, int first)
    {
        var watch = Stopwatch.StartNew();
        using var many = new ManySubmissions();
        var seeds = Enumerable.Range(first, count).ToList();
        var ends = await many.EndsAsync(seeds, CancellationToken.None);
        var (looked, whole) = (watch.Elapsed, await many.GradedAsync(seeds));
        Console.WriteLine("| level | submissions | unreadable | with cells that no compiler reads | faults | mean ms | most ms |\n|---|---|---|---|---|---|---|");
        foreach (var level in ends.GroupBy(end => end.Of.Level).OrderBy(level => level.Key, StringComparer.Ordinal))
            Console.WriteLine($"| {level.Key} | {level.Count()} | {level.Count(end => end.Unreadable)} | {level.Count(end => end.Unparsed > 0)} | {level.Count(end => end.Fault is not null)} | {level.Average(end => end.Took.TotalMilliseconds):F0} | {level.Max(end => end.Took.TotalMilliseconds):F0} |");
        foreach (var end in ends.Where(end => end.Fault is not null))
            Console.WriteLine($"seed {end.Of.Seed}, {end.Of.Level}: {end.Fault}");
        foreach (var fault in whole)
            Console.WriteLine(fault);
        Console.WriteLine($"The slowest: {string.Join(", ", ends.OrderByDescending(end => end.Took).Take(5).Select(end => $"seed {end.Of.Seed} {end.Took.TotalSeconds:F1} s"))}.");
        Console.WriteLine($"{ends.Count} of {count} ended, in {looked.TotalSeconds:F0} s; {seeds.Count(seed => seed % MutatedSubmission.WholeWay == 0)} of them went the whole way, in {(watch.Elapsed - looked).TotalSeconds:F0} s more.");
        return ends.Count == count && ends.All(end => end.Fault is null) && whole.Count == 0 ? 0 : 1;
    }
}
