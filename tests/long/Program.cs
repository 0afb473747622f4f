using System.Diagnostics;
using System.Globalization;
using CourseKit.EndToEnd.Tests.Protocol;
using CourseKit.Kernel.Tests.Session;

// Stress, fuzzing and load: what takes minutes, with its figures as output. The tests take a small share of each.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string usage = """
    long cells [COUNT]       a session of COUNT cells (2000), twice: once they only compute, once a third of them declare something.
                             Prints milliseconds a cell and kilobytes a cell, per quarter of the session.
    long checks [COUNT] [SEED]
                             COUNT random programs (1000), from SEED on (1), each compiled as a program and with the checks that cells have. Prints each
                             difference between what the two compute.
    long messages [COUNT]    COUNT mutated messages (100000) to one kernel, seeds 1 to 5 in turn. Prints how many it refused; it must answer afterwards.
    """;
if (args is [] or ["help" or "--help" or "-h", ..])
{
    Console.WriteLine(usage);
    return 0;
}
var numbers = args[1..].Select(text => int.TryParse(text, out var parsed) && parsed > 0 ? parsed : -1).ToList();
if (numbers.Contains(-1) || numbers.Count > (args[0] == "checks" ? 2 : 1) || args[0] is not ("cells" or "checks" or "messages"))
{
    Console.Error.WriteLine($"long: '{string.Join(' ', args)}' is not one of\n{usage}");
    return 2;
}
var given = numbers.FirstOrDefault();
if (args[0] == "checks")
    return Programs(given > 0 ? given : 1000, numbers is [_, var seed] ? seed : 1);
var folder = Directory.CreateTempSubdirectory("coursekit-long-");
try
{
    return args[0] == "cells" ? Cells(given > 0 ? given : 2000) : Messages(given > 0 ? given : 100_000);
}
finally
{
    folder.Delete(recursive: true);
}

static int Programs(int count, int first)
{
    var (different, watch) = (0, Stopwatch.StartNew());
    for (var seed = first; seed < first + count; seed++)
    {
        if (RandomProgram.Difference(seed) is not { } difference)
            continue;
        different++;
        Console.WriteLine(difference);
    }
    Console.WriteLine($"{different} of {count} programs differ, in {watch.Elapsed.TotalSeconds:F0} s.");
    return different == 0 ? 0 : 1;
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
        var (done, before) = (20, cells.Kept());
        for (var quarter = 1; quarter <= 4; quarter++)
        {
            var (some, watch) = ((count - 20) / 4, Stopwatch.StartNew());
            cells.Run(some);
            var milliseconds = watch.Elapsed.TotalMilliseconds / some;
            var kept = cells.Kept();
            Console.WriteLine($"| {done} to {done + some} | {(declaring ? "a third declares" : "compute only")} | {milliseconds:F1} | {1000 * (kept - before) / some:F1} |");
            (done, before) = (done + some, kept);
        }
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
