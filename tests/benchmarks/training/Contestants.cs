using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Benchmarks.Training;

/// <summary>Those who run in turns: each gives a step to be repeated.</summary>
internal static class Contestants
{
    /// <summary>The library's step: <see cref="GanStep"/>, without the penalty, which the others do not have.</summary>
    public static Action Ours(Net net, Tensor images)
    {
        var (G, D) = net.Build();
        var step = new GanStep(G, D, net.Batch, r1: 0);
        return () =>
        {
            using var scope = NewDisposeScope();
            step.UpdateDiscriminator(Minibatch(images, net), randn(net.Batch, net.Latent));
            step.UpdateGenerator(randn(net.Batch, net.Latent));
        };
    }

    /// <summary>The same algorithm as one writes it down, with TorchSharp's own Adam.</summary>
    public static Action Plain(Net net, Tensor images)
    {
        var (G, D) = net.Build();
        var (optimizerG, optimizerD) = (optim.Adam(G.parameters(), 1e-3, 0.5, 0.99), optim.Adam(D.parameters(), 1e-3, 0.5, 0.99));
        return () =>
        {
            using var scope = NewDisposeScope();
            optimizerD.zero_grad();
            var made = G.call(randn(net.Batch, net.Latent)).detach();
            (-logsigmoid(D.call(Minibatch(images, net))).mean() - logsigmoid(-D.call(made)).mean()).backward();
            optimizerD.step();
            optimizerG.zero_grad();
            (-logsigmoid(D.call(G.call(randn(net.Batch, net.Latent)))).mean()).backward();
            optimizerG.step();
        };
    }

    /// <summary>The floor: nothing but the matrix products of a step, each in its shape.</summary>
    public static Action Floor(Net net)
    {
        var pairs = net.Products().Select(shape => (A: randn(shape.M, shape.K), B: randn(shape.K, shape.N))).ToArray();
        return () =>
        {
            using var scope = NewDisposeScope();
            foreach (var (a, b) in pairs)
                a.matmul(b);
        };
    }

    /// <summary>Steps a second for as long as asked, after a few to warm up.</summary>
    public static double Rate(Action step, double seconds)
    {
        step();
        step();
        var clock = Stopwatch.StartNew();
        var steps = 0;
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            step();
            steps++;
        }
        return steps / clock.Elapsed.TotalSeconds;
    }

    public static Tensor Minibatch(Tensor images, Net net) => images.index_select(0, randint(images.shape[0], [net.Batch]));
}

/// <summary>PyTorch in a process of its own, with a number of threads that holds for its BLAS as well; null where Python has no torch.</summary>
internal sealed class PyTorch : IDisposable
{
    private readonly Process process;

    private PyTorch(Process process) => this.process = process;

    public static PyTorch? Start(int threads)
    {
        var start = new ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "pytorch.py")]) { RedirectStandardInput = true, RedirectStandardOutput = true };
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

    public double Rate(Net net, double seconds)
    {
        process.StandardInput.WriteLine(JsonSerializer.Serialize(new { net.Name, net.Latent, net.Hidden, net.Image, net.Batch, seconds }));
        return double.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
