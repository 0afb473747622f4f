using System.Diagnostics;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Benchmarks.Training;

/// <summary>Those who run in turns: each gives a step to be repeated.</summary>
internal static class Contestants
{
    /// <summary>Where the tensors of all contestants live.</summary>
    public static Device Device { get; set; } = CPU;

    /// <summary>The library's step: <see cref="GanStep"/>, without the penalty, which the others do not have.</summary>
    public static Action Ours(Net net)
    {
        var (G, D) = net.Build(Device);
        var images = Images(net);
        var step = new GanStep(G, D, net.Batch, r1: 0);
        return () =>
        {
            using var scope = NewDisposeScope();
            var made = G.forward(Latent(net));
            step.UpdateDiscriminator(Minibatch(images, net), made);
            step.UpdateGenerator(made);
        };
    }

    /// <summary>The same algorithm as one writes it down, with TorchSharp's own Adam.</summary>
    public static Action Plain(Net net)
    {
        var (G, D) = net.Build(Device);
        var images = Images(net);
        var (optimizerG, optimizerD) = (optim.Adam(G.parameters(), 1e-3, 0.5, 0.99), optim.Adam(D.parameters(), 1e-3, 0.5, 0.99));
        return () =>
        {
            using var scope = NewDisposeScope();
            optimizerD.zero_grad();
            var made = G.call(Latent(net)).detach();
            (-logsigmoid(D.call(Minibatch(images, net))).mean() - logsigmoid(-D.call(made)).mean()).backward();
            optimizerD.step();
            optimizerG.zero_grad();
            (-logsigmoid(D.call(G.call(Latent(net)))).mean()).backward();
            optimizerG.step();
        };
    }

    /// <summary>The floor: nothing but the matrix products of a step, each in its shape.</summary>
    public static Action Floor(Net net)
    {
        var pairs = net.Products().Select(shape => (A: randn(shape.M, shape.K, device: Device), B: randn(shape.K, shape.N, device: Device))).ToArray();
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
        Wait();
        var clock = Stopwatch.StartNew();
        var steps = 0;
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            step();
            steps++;
            // A GPU is behind; now and then, so that the queue cannot hold the steps of minutes.
            if (steps % 10 == 0)
                Wait();
        }
        Wait();
        return steps / clock.Elapsed.TotalSeconds;
    }

    public static Tensor Images(Net net) => rand([1000, .. net.Image], device: Device) * 2 - 1;

    public static Tensor Latent(Net net) => randn(net.Batch, net.Latent, device: Device);

    public static Tensor Minibatch(Tensor images, Net net) => images.index_select(0, randint(images.shape[0], [net.Batch], device: Device));

    private static void Wait()
    {
        if (Device.type == DeviceType.CUDA)
            cuda.synchronize();
    }
}
