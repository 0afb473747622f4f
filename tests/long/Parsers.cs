using CourseKit.Tests.Parsers;

namespace CourseKit.EndToEnd.Tests;

/// <summary>Inputs that are nearly right, for each parser.</summary>
internal static class Parsers
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Prints a row for each parser, then the faults.</summary>
    /// <returns>The exit code: 0 where there is no fault.</returns>
    public static int Run(int count, int first)
    {
        Library.Find();
        return Both(count, first);
    }

    // The types of the library are found from here on.
    private static int Both(int count, int first)
    {
        using var kernel = new KernelParsers();
        using var library = new LibraryParsers();
        using var changing = new LibraryParsers { FilesChange = true };
        Console.WriteLine("| parser | inputs | refused | faults | slowest ms | memory, of what it may |\n|---|---|---|---|---|---|");
        List<string> faults = [];
        var changed = changing.All.Select(parser => parser with { Name = $"{parser.Name}, of a file that changes" });
        foreach (var parser in library.All.Concat(changed).Concat(kernel.All))
        {
            var fuzzed = Fuzzed.Run(parser, count, first);
            Console.WriteLine($"| {fuzzed.Parser} | {fuzzed.Inputs} | {fuzzed.Refused} | {fuzzed.Faults.Count} | {fuzzed.Slowest.TotalMilliseconds:F0} | {fuzzed.Memory:P0} |");
            faults.AddRange(fuzzed.Faults.Select(fault => $"{parser.Name}, {fault}"));
            if (fuzzed.Slowest > Longest)
                faults.Add($"{parser.Name}, seed {fuzzed.SlowestSeed}: took {fuzzed.Slowest.TotalSeconds:F1} s");
        }
        foreach (var fault in faults.Take(100))
            Console.WriteLine(fault);
        return faults.Count == 0 ? 0 : 1;
    }
}
