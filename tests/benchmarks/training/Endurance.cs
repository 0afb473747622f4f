using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Benchmarks.Training;

/// <summary>What only many steps, or many at once, show.</summary>
internal static class Endurance
{
    private const int Seats = 6;

    /// <summary>What 20,000 steps leave behind.</summary>
    public static void Soak()
    {
        using var scope = NewDisposeScope();
        var net = Net.All[0];
        var step = Contestants.Ours(net);
        (long Tensors, double Megabytes) After(int steps)
        {
            for (var i = 0; i < steps; i++)
                step();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return (Tensor.TotalCount, Process.GetCurrentProcess().WorkingSet64 / 1e6);
        }
        var before = After(1000);
        var after = After(20_000);
        Console.WriteLine($"20,000 steps of {net.Name}: {after.Tensors - before.Tensors:+0;-0;0} tensors, {after.Megabytes - before.Megabytes:+0.0;-0.0;0} MB resident of {after.Megabytes:F0}");
    }

    /// <summary>Six at once, with the threads that a course takes, beside one that has the machine to itself, with all threads and with one.</summary>
    public static void Crowd()
    {
        var (cores, own) = (Environment.ProcessorCount, get_num_threads());
        var alone = Math.Max(Run(1, cores)[0], Run(1, 1)[0]);
        var crowd = Run(Seats, own);
        Console.WriteLine($"alone on {cores} cores {alone:F0} steps/s; six at once with {own} threads each: {string.Join(", ", crowd.Select(rate => $"{rate:F0}"))}; "
            + $"the slowest has {crowd.Min() / (alone / Seats):F2} of a fair sixth");
    }

    /// <summary>Steps a second of the lecture's larger net with so many threads, for so many seconds.</summary>
    public static double Solo(int threads, double seconds)
    {
        set_num_threads(threads);
        using var scope = NewDisposeScope();
        return Contestants.Rate(Contestants.Ours(Net.All[1]), seconds);
    }

    private static double[] Run(int processes, int threads)
    {
        var all = Enumerable.Range(0, processes).Select(_ => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["solo", $"{threads}", "15"]) { RedirectStandardOutput = true })!).ToArray();
        return [.. all.Select(process => double.Parse(process.StandardOutput.ReadToEnd()))];
    }
}
