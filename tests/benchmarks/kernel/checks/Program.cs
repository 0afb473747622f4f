using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Session.Stopping;
using CourseKit.Kernel.Tests.Session;

// What the checks cost that make a cell stoppable: the methods of Workloads.cs compiled as a program, and with the checks, in turns.
const int StackSize = 16 << 20;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length > 1 || args is [var text] && !(int.TryParse(text, out var given) && given > 0))
{
    Console.Error.WriteLine($"checks: '{string.Join(' ', args)}' is not a number of turns. Usage: checks [TURNS] (40)");
    return 2;
}
var turns = args is [var number] ? int.Parse(number) : 40;
using var source = new StreamReader(typeof(Program).Assembly.GetManifestResourceStream("Workloads.cs")!);
var plain = TwiceCompiled.Plain(source.ReadToEnd());
var (program, cell) = (TwiceCompiled.Load(plain).GetType("Workloads")!, TwiceCompiled.Load(TwiceCompiled.WithChecks(plain)).GetType("Workloads")!);
// Cells run on a thread whose stack the checks know.
var thread = new Thread(Run, StackSize);
thread.Start();
thread.Join();
return 0;

void Run()
{
    StopRequest.MeasureStack(StackSize / 2, StackSize);
    Console.WriteLine($"| {turns} turns | program, ms | cell, ms | ratio of the medians | of the shortest |\n|---|---|---|---|---|");
    foreach (var workload in program.GetMethods().Where(method => method.DeclaringType == program).Select(method => method.Name))
    {
        var (asProgram, asCell) = (Of(program, workload), Of(cell, workload));
        if (asProgram() != asCell())
            throw new InvalidOperationException($"{workload} gives {asProgram()} as a program and {asCell()} in a cell.");
        // Long enough that both are compiled with all optimisations.
        for (var watch = Stopwatch.StartNew(); turns > 1 && watch.ElapsedMilliseconds < 700;)
            (_, _) = (asProgram(), asCell());
        var (ofProgram, ofCell) = (new double[turns], new double[turns]);
        for (var i = 0; i < turns; i++)
            (ofProgram[i], ofCell[i]) = (Time(asProgram), Time(asCell));
        Array.Sort(ofProgram);
        Array.Sort(ofCell);
        Console.WriteLine($"| {workload} | {ofProgram[turns / 2]:F2} | {ofCell[turns / 2]:F2} | {ofCell[turns / 2] / ofProgram[turns / 2]:F2} | {ofCell[0] / ofProgram[0]:F2} |");
    }
}

static Func<long> Of(Type type, string name) => type.GetMethod(name)!.CreateDelegate<Func<long>>();

static double Time(Func<long> run)
{
    var start = Stopwatch.GetTimestamp();
    run();
    return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
