using System.Diagnostics;
using System.Globalization;
using CourseKit.EndToEnd.Tests.Protocol;

// Stress, fuzzing and load: what takes minutes, with its figures as output. The tests take a small share of each.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string usage = """
    long cells [COUNT]       a session of COUNT cells (2000), twice: once they only compute, once a third of them declare something.
                             Prints milliseconds a cell and kilobytes a cell, per quarter and for the whole session,
                             and how much longer the last 60 cells took than the 60 behind the twentieth. COUNT is at least 200.
    long messages [COUNT]    COUNT mutated messages (100000) to one kernel, seeds 1 to 5 in turn. Prints how many it refused; it must answer afterwards.
    long stops [COUNT]       COUNT stops (50) of each kind of busy cell, by message and by signal, while two loops keep the machine busy. Prints how long
                             they took; no kernel may die, no variable may be lost, and 99 of 100 cells must stop within a second.
    long recursions          each kind of endless recursion once. All must be errors, and the kernel must live.
    """;
if (args is [] or ["help" or "--help" or "-h", ..])
{
    Console.WriteLine(usage);
    return 0;
}
var given = args is [_, var text] ? int.TryParse(text, out var parsed) && parsed > 0 ? parsed : -1 : 0;
if (args.Length > 2 || given < 0 || args is not (["cells" or "messages" or "stops", ..] or ["recursions"]) || (args[0] == "cells" && given is > 0 and < 200))
{
    Console.Error.WriteLine($"long: '{string.Join(' ', args)}' is not one of\n{usage}");
    return 2;
}
var folder = Directory.CreateTempSubdirectory("coursekit-long-");
try
{
    return args[0] switch
    {
        "cells" => Cells(given > 0 ? given : 2000),
        "messages" => Messages(given > 0 ? given : 100_000),
        "stops" => Stops.Run(folder.FullName, given > 0 ? given : 50),
        _ => Recursions.Run(folder.FullName),
    };
}
finally
{
    folder.Delete(recursive: true);
}

int Cells(int count)
{
    Console.WriteLine("| cells | kind | ms a cell | kB a cell |\n|---|---|---|---|");
    foreach (var declaring in new[] { false, true })
    {
        using var kernel = new KernelProcess(folder.FullName);
        using var client = new KernelClient(kernel);
        var cells = new ManyCells(kernel, client, declaring);
        cells.Run(20);
        // Cells come in rounds of six kinds. Both windows have whole rounds, or one would have more of the slow kinds.
        const int window = 60;
        var before = cells.Kept();
        var early = Time(window);
        var (done, kept, start) = (20 + window, cells.Kept(), before);
        var quarter = (count - 20 - 2 * window) / 4;
        for (var i = 0; i < 4; i++)
        {
            var milliseconds = Time(quarter);
            var now = cells.Kept();
            Row($"{done} to {done + quarter}", milliseconds, 1000 * (now - kept) / quarter);
            (done, kept) = (done + quarter, now);
        }
        var late = Time(window);
        done += window;
        Row($"20 to {done}, the last to the first {window}: {late:F1} / {early:F1} = {late / early:F2}", late, 1000 * (cells.Kept() - start) / (done - 20));

        double Time(int some)
        {
            var watch = Stopwatch.StartNew();
            cells.Run(some);
            return watch.Elapsed.TotalMilliseconds / some;
        }

        void Row(string which, double milliseconds, double kilobytes) =>
            Console.WriteLine($"| {which} | {(declaring ? "a third declares" : "compute only")} | {milliseconds:F1} | {kilobytes:F1} |");
    }
    return 0;
}

int Messages(int count)
{
    using var kernel = new KernelProcess(folder.FullName);
    using var client = new KernelClient(kernel);
    var watch = Stopwatch.StartNew();
    for (var seed = 1; seed <= 5; seed++)
    {
        new ManyMessages(client, seed).Send(count / 5);
        Console.WriteLine($"seed {seed}: {count / 5} sent; the next cell gives {new ManyMessages(client, seed).AnswerAfterwards()}");
    }
    Console.WriteLine($"{kernel.Log.Split("dropped what came").Length - 1} of {count} refused in {watch.Elapsed.TotalSeconds:F0} s. {(kernel.WaitForExit(TimeSpan.Zero) is { } code ? $"The kernel ended with {code}." : "The kernel lives.")}");
    return kernel.WaitForExit(TimeSpan.Zero) is null ? 0 : 1;
}
