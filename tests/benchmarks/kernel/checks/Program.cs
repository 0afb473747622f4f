using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Session.Stopping;
using CourseKit.Kernel.Tests.Session;

// What the checks cost that make a cell stoppable: the methods of Workloads.cs compiled as a program, and with the checks. Each runs in processes of its
// own, in turns: the runtime optimises what both call in the libraries for the one that it met first.
const int stackSize = 16 << 20;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["program" or "cell", var mode])
{
    // Cells run on a thread whose stack the checks know.
    var thread = new Thread(() => Measure(args[0] == "cell", isQuick: mode == "quick"), stackSize);
    thread.Start();
    thread.Join();
    return 0;
}
if (args.Length > 1 || args is [var text] && !(int.TryParse(text, out var given) && given > 0))
{
    Console.Error.WriteLine($"checks: '{string.Join(' ', args)}' is not a number of turns. Usage: checks [TURNS] (3). One turn only shows that all of it runs.");
    return 2;
}
var turns = args is [var number] ? int.Parse(number) : 3;
var (program, cell) = (new List<Dictionary<string, string[]>>(), new List<Dictionary<string, string[]>>());
for (var turn = 0; turn < turns; turn++)
{
    program.Add(Run("program"));
    cell.Add(Run("cell"));
}
Console.WriteLine($"| medians of {turns} | program, ms | cell, ms | ratio |\n|---|---|---|---|");
foreach (var workload in program[0].Keys)
{
    if (program[0][workload][1] != cell[0][workload][1])
        throw new InvalidOperationException($"{workload} gives {program[0][workload][1]} as a program and {cell[0][workload][1]} in a cell.");
    var (asProgram, asCell) = (Median(program), Median(cell));
    Console.WriteLine($"| {workload} | {asProgram:F2} | {asCell:F2} | {asCell / asProgram:F2} |");

    double Median(List<Dictionary<string, string[]>> runs) => runs.Select(run => double.Parse(run[workload][0])).Order().ElementAt(turns / 2);
}
return 0;

Dictionary<string, string[]> Run(string which)
{
    using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(Program).Assembly.Location] : Array.Empty<string>(), which, turns == 1 ? "quick" : "warm"])
    {
        RedirectStandardOutput = true,
    })!;
    var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    process.WaitForExit();
    return process.ExitCode == 0 ? lines.Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts[1..]) : throw new InvalidOperationException($"The process of the {which} ended with {process.ExitCode}.");
}

// Prints the shortest time of each method, in milliseconds, and its result.
static void Measure(bool isCell, bool isQuick)
{
    StopRequest.MeasureStack(stackSize / 2, stackSize);
    using var source = new StreamReader(typeof(Program).Assembly.GetManifestResourceStream("Workloads.cs")!);
    var plain = TwiceCompiled.Plain(source.ReadToEnd());
    var type = TwiceCompiled.Load(isCell ? TwiceCompiled.WithChecks(plain) : plain).GetType("Workloads")!;
    foreach (var method in type.GetMethods().Where(method => method.DeclaringType == type))
    {
        var run = method.CreateDelegate<Func<long>>();
        // Often enough that it is compiled with all optimisations, which happens on another thread.
        for (var i = 0; i < 560 && !isQuick; i++)
            run();
        Thread.Sleep(isQuick ? 0 : 250);
        var shortest = double.MaxValue;
        for (var i = 0; i < (isQuick ? 1 : 30); i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Console.WriteLine($"{method.Name} {shortest:R} {run()}");
    }
}
