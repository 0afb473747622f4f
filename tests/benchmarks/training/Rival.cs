using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Benchmarks.Training;

/// <summary>
/// A contestant in a process of its own, as its users have it: with a number of threads that holds for its BLAS as well, and without what the
/// library does to this process. A net and a time go in, a line each; steps a second come back.
/// </summary>
internal sealed class Rival : IDisposable
{
    private readonly Process process;

    private Rival(Process process) => this.process = process;

    /// <summary>PyTorch; null where Python has no torch.</summary>
    public static Rival? PyTorch(int threads) => Start("/usr/bin/python3", threads, Path.Combine(AppContext.BaseDirectory, "pytorch.py"));

    /// <summary>TorchSharp without the library: <see cref="Serve"/>.</summary>
    public static Rival TorchSharp(int threads) => Start(Environment.ProcessPath!, threads, "serve", $"{threads}")!;

    /// <summary>Answers for TorchSharp until the input ends.</summary>
    public static void Serve(int threads)
    {
        set_num_threads(threads);
        Console.WriteLine($"TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}");
        var (name, step) = ("", (Action)(() => { }));
        DisposeScope? scope = null;
        while (Console.ReadLine() is { } line)
        {
            var request = JsonSerializer.Deserialize<Request>(line)!;
            if (request.Net.Name != name)
            {
                scope?.Dispose();
                scope = NewDisposeScope();
                (name, step) = (request.Net.Name, Contestants.Plain(request.Net));
            }
            Console.WriteLine(Contestants.Rate(step, request.Seconds));
        }
    }

    public double Rate(Net net, double seconds)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(new Request(net, seconds)));
        return double.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private static Rival? Start(string program, int threads, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        (start.Environment["OMP_NUM_THREADS"], start.Environment["OPENBLAS_NUM_THREADS"]) = ($"{threads}", $"{threads}");
        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() is { } version)
        {
            if (threads == 1)
                Console.WriteLine(version);
            return new(process);
        }
        process.Dispose();
        return null;
    }

    private sealed record Request(Net Net, double Seconds);
}
