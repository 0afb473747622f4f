using System.Diagnostics;
using System.Globalization;
using CourseKit.Cli.Tests.Classes;
using CourseKit.EndToEnd.Tests;
using CourseKit.EndToEnd.Tests.Protocol;
using CourseKit.Kernel.Tests.Session;

// Stress, fuzzing and load: what takes minutes, with its figures as output. The tests take a small share of each.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string usage = """
    long cells [COUNT]       a session of COUNT cells (2000), twice: once they only compute, once a third of them declare something.
                             Prints milliseconds a cell and kilobytes a cell, per quarter and for the whole session,
                             and how much longer the last 60 cells took than the 60 behind the twentieth. COUNT is at least 200.
    long checks [COUNT] [SEED]
                             COUNT random programs (1000), from SEED on (1), each compiled as a program and with the checks that cells have. Prints each
                             difference between what the two compute.
    long messages [COUNT]    COUNT mutated messages (100000) to one kernel, seeds 1 to 5 in turn. Prints how many it refused; it must answer afterwards.
    long stops [COUNT]       COUNT stops (50) of each kind of busy cell, by message and by signal, while two loops keep the machine busy. Prints how long
                             they took; no kernel may die, no variable may be lost, and 99 of 100 cells must stop within a second.
    long submissions [COUNT] [SEED]
                             COUNT mutated submissions (1000), from SEED on (1), through what the grader does with a file before it runs it, and each 50th
                             through the program. Prints each that does not end as it must, and the slowest.
    long honest [COUNT]      COUNT right answers (200) that take 1 to 40 s each, graded two at once while two loops keep the machine busy. All must get full
                             marks, and none may be suspected.
    long hostile [COUNT]     COUNT hostile submissions (all kinds once), graded as this user and, where that is the superuser, as an ordinary one. Prints each
                             row that is missing or not as designed, and the grader's memory, at most 1500 MB.
    long parsers [COUNT] [SEED]
                             COUNT inputs (100000) that are nearly right, from SEED on (1), for each parser of the project but the grader's. Prints each
                             that is neither read nor refused as documented, that takes over a second, or over ten times its length and 16 MB of memory.
                             The library's parsers get them a second time, from files that another thread changes meanwhile.
    long kills [COUNT]       COUNT times kill -9 (200) at random moments of runs, of grading and of saving. Prints each file that is lost or not whole.
                             Then each of the three is halted and continued, gets a clock that jumps, and the first a disk that is full.
    long trainings [COUNT]   each kind of training, ended COUNT times (50) at random places and taken up from its checkpoint: the same bits as without a break;
                             COUNT thousand forced collections during trainings and measurements: no error; 400 x COUNT updates: no more tensors, memory
                             or threads; and how good a GAN is whose networks the library does not know.
    long collections [COUNT] only the second of these.
    long networks            only the last of these.
    long interactive [UPDATES]
                             every lecture and instructors' notebook with UPDATES updates (50) in Microsoft's .NET Interactive, and here. Prints each error,
                             each update of nothing, and each picture that is missing there.
    long lectures [UPDATES]  every lecture twice with UPDATES updates (50) and the same seed. Prints how many figures and pictures of each differ; none may.
    long pytorch             every network of the course, saved as .pth, through Python's torch and back. Prints by how much the outputs differ, at most 1e-6.
                             It needs Debian's python3-torch, python3-numpy and libopenblas0-pthread.
    long windows             the course under Wine: built here for Windows from a checkout with its line ends; doctor, the kernel, lectures 1, 2 and 5, grading and the
                             library's tests of plots. Prints each that does not end as on Linux. It needs Debian's wine64.
    long slurm [COUNT]       COUNT submissions (200) graded in one run, and by a Slurm array of 4 on a node that is made of this machine, while graders are killed
                             and a task is put back into the queue. Prints each file of the results that differs. It needs the superuser, and Debian's
                             slurmctld, slurmd, slurm-client and munge.
    long classroom [COUNT]   COUNT students (12) at once in a classroom of classroom/up.sh: lecture 2 with 200 updates, Stop, an exercise handed in, graded and
                             given back; three kernels killed, the hub restarted in the middle. Prints how long they took, which kernels were lost, and the
                             memory of a seat. It needs root, and Debian's jupyterhub and python3-nbclassic.
    long recursions          each kind of endless recursion once. All must be errors, and the kernel must live.
    """;
if (args is [] or ["help" or "--help" or "-h", ..])
{
    Console.WriteLine(usage);
    return 0;
}
var numbers = args[1..].Select(text => int.TryParse(text, out var parsed) && parsed > 0 ? parsed : -1).ToList();
var most = args[0] switch { "checks" or "submissions" or "parsers" => 2, "cells" or "messages" or "stops" or "honest" or "hostile" or "kills" or "trainings" or "collections" or "interactive" or "lectures" or "slurm" or "classroom" => 1, "recursions" or "pytorch" or "windows" or "networks" => 0, _ => -1 };
if (numbers.Contains(-1) || numbers.Count > most || (args[0] == "cells" && numbers is [< 200]))
{
    Console.Error.WriteLine($"long: '{string.Join(' ', args)}' is not one of\n{usage}");
    return 2;
}
var given = numbers.FirstOrDefault();
if (args[0] == "checks")
    return Programs(given > 0 ? given : 1000, numbers is [_, var seed] ? seed : 1);
if (args[0] == "submissions")
    return await Submissions.RunAsync(given > 0 ? given : 1000, numbers is [_, var start] ? start : 1);
if (args[0] == "parsers")
    return Parsers.Run(given > 0 ? given : 100_000, numbers is [_, var from] ? from : 1);
if (args[0] == "pytorch")
    return PyTorch.Run();
if (args[0] == "windows")
    return await Windows.RunAsync();
if (args[0] == "classroom")
    return Classroom.Run(given > 0 ? given : 12);
if (args[0] == "kills")
    return Kills.Run(given > 0 ? given : 200);
if (args[0] == "slurm")
    return SlurmGrading.Run(given > 0 ? given : 200);
if (args[0] is "trainings" or "collections" or "networks")
    return Trainings.Run(args[0], given > 0 ? given : 50);
if (args[0] == "honest")
    return await Honest.RunAsync(given > 0 ? given : 200);
if (args[0] == "interactive")
    return await Interactive.RunAsync(given > 0 ? given : 50);
if (args[0] == "lectures")
    return await Lectures.RunAsync(given > 0 ? given : 50);
if (args[0] == "hostile")
    return await HostileStudents.RunAsync(given > 0 ? given : HostileClass.All.Count);
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
        var cells = new ManyCells(kernel, client) { Declaring = declaring };
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
