using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Benchmarks.Training;

/// <summary>
/// A contestant in a process of its own, as its users have it: with a number of threads that holds for its BLAS as well, and without what the
/// library does to this process. A request goes in, a line each; a number comes back.
/// </summary>
internal sealed class Rival : IDisposable
{
    // Debian's, unless PYTHON names another: that of an environment which has torch.
    private static readonly string Python = Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named ? named : "/usr/bin/python3";

    private static string Device => $"{Contestants.Device.type}".ToLowerInvariant();

    private readonly Process process;

    private Rival(Process process, string version) => (this.process, Version) = (process, version);

    /// <summary>Its name and version, which are the first that it says.</summary>
    public string Version { get; }

    /// <summary>The kernel of OpenBLAS that PyTorch runs on, by OpenBLAS's own word; "no OpenBLAS" where it has another BLAS.</summary>
    public string Kernel { get; private init; } = "";

    /// <summary>Whether there is a Python with torch; torch is not loaded for the answer, so no kernel can spoil it.</summary>
    public static bool HasPyTorch()
    {
        if (!File.Exists(Python))
            return false;
        using var look = Process.Start(Python, ["-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)"]);
        look.WaitForExit();
        return look.ExitCode == 0;
    }

    /// <summary>PyTorch on a kernel of OpenBLAS; null where it ends before it has said its version.</summary>
    /// <param name="threads">Its threads.</param>
    /// <param name="kernel">The kernel; null leaves the choice to OpenBLAS.</param>
    /// <param name="compiled">Whether the step runs through torch.compile; a PyTorch before 2.0 has none, and ends.</param>
    public static Rival? PyTorch(int threads, string? kernel, bool compiled = false)
    {
        // Both variables are settled here: what the user's environment says of them would hold for all kernels alike.
        var variables = new Dictionary<string, string?> { ["OPENBLAS_CORETYPE"] = kernel, ["OPENBLAS_L2_SIZE"] = null };
        return Start(Python, threads, variables, Path.Combine(AppContext.BaseDirectory, "pytorch.py"), Device, compiled ? "compiled" : "eager") is { } rival
            ? new(rival.process, rival.Version) { Kernel = rival.process.StandardOutput.ReadLine() ?? "" }
            : null;
    }

    /// <summary>TorchSharp without the library: <see cref="Serve"/>.</summary>
    public static Rival TorchSharp(int threads)
    {
        // TorchSharp alone does not know this variable of the library's. Where PyTorch's libtorch takes the place of the build's, the dynamic loader finds it so.
        var variables = Environment.GetEnvironmentVariable("COURSEKIT_LIBTORCH") is { Length: > 0 } folder ? new Dictionary<string, string?> { ["LD_LIBRARY_PATH"] = folder } : [];
        return Start(Environment.ProcessPath!, threads, variables, "serve", $"{threads}", Device)
            ?? throw new InvalidOperationException("TorchSharp without the library ended before it said its version; what it wrote stands above.");
    }

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

    /// <summary>Steps a second; null where the process has ended.</summary>
    public double? Rate(Net net, double seconds) => Ask(new Request(net, seconds));

    /// <summary>How far PyTorch's products of these shapes are off double precision at most, for each term of their sums; null where the process has ended.</summary>
    public double? Difference(IEnumerable<(long M, long K, long N)> products) =>
        Ask(new { Products = products.Select(shape => new[] { shape.M, shape.K, shape.N }) });

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private double? Ask<T>(T request)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        return process.StandardOutput.ReadLine() is { } answer ? double.Parse(answer, CultureInfo.InvariantCulture) : null;
    }

    private static Rival? Start(string program, int threads, Dictionary<string, string?> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        (start.Environment["OMP_NUM_THREADS"], start.Environment["OPENBLAS_NUM_THREADS"]) = ($"{threads}", $"{threads}");
        foreach (var (name, value) in variables)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }
        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() is { } version)
            return new(process, version);
        process.Dispose();
        return null;
    }

    private sealed record Request(Net Net, double Seconds);
}
