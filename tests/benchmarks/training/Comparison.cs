using System.Globalization;
using System.Text.Json;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Benchmarks.Training;

/// <summary>The tables: everybody in turns, again and again, so that what else the machine does falls on all alike; the medians count.</summary>
internal sealed class Comparison(IReadOnlyList<Net> nets, int repeats, double seconds)
{
    private static readonly string[] Names = ["ours", "torchsharp", "pytorch", "compiled", "floor"];

    /// <summary>
    /// Prints steps a second of all contestants, each with its best number of threads. Two others have equal rank: libtorch's own eager step, which
    /// TorchSharp runs, and PyTorch's on its fastest kernel; neither is always the faster one.
    /// </summary>
    /// <param name="json">Where to write the same; null for nowhere.</param>
    public void Run(string? json)
    {
        int[] threads = Contestants.Device.type == DeviceType.CUDA ? [1] : [.. new[] { 1, 2 }.Where(count => count <= Environment.ProcessorCount)];
        if (json is not null)
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(json))!);
        var peers = new KernelChoice(nets, repeats, seconds).Peers(threads);
        var kernel = peers.GetValueOrDefault(1)?.Kernel;
        var rivals = threads.ToDictionary(count => count, count => new[]
        {
            Rival.TorchSharp(count), peers.GetValueOrDefault(count), peers.ContainsKey(count) ? Rival.PyTorch(count, kernel, compiled: true) : null,
        });
        Console.WriteLine($"steps/s on {Contestants.Device.type}, the best of {string.Join(" and ", threads)} threads, medians of {repeats} turns of {seconds} s");
        var pytorchs = kernel is null ? "PyTorch's, left out here" : $"PyTorch's ({peers[1].Version} on {kernel})";
        Console.WriteLine($"with equal rank: libtorch's own eager step ({rivals[1][0]!.Version}, optim.Adam) and {pytorchs}\n");
        Console.WriteLine($"| net | ours | libtorch, eager (TorchSharp) | PyTorch ({kernel ?? "none"}) | PyTorch, compiled | floor "
            + "| over libtorch | over PyTorch | over the best of both | step / floor |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        var results = new List<Dictionary<string, object?>>();
        foreach (var net in nets)
        {
            using var scope = NewDisposeScope();
            Action[] steps = [Contestants.Ours(net), Contestants.Floor(net)];
            var rates = Names.ToDictionary(name => name, _ => threads.ToDictionary(count => count, _ => new List<double>()));
            for (var turn = 0; turn < repeats; turn++)
            {
                foreach (var count in threads)
                {
                    set_num_threads(count);
                    rates["ours"][count].Add(Contestants.Rate(steps[0], seconds));
                    rates["floor"][count].Add(Contestants.Rate(steps[1], seconds));
                    foreach (var (name, rival) in new[] { "torchsharp", "pytorch", "compiled" }.Zip(rivals[count]))
                    {
                        if (rival is not null)
                            rates[name][count].Add(rival.Rate(net, seconds) ?? throw new InvalidOperationException($"{rival.Version} ended at {net.Name}."));
                    }
                }
            }
            double? Best(string name) => rates[name].Values.Where(turns => turns.Count > 0).Select(Median).Select(rate => (double?)rate).Max();
            var (ours, eager, pytorch, compiled, floor) = (Best("ours"), Best("torchsharp"), Best("pytorch"), Best("compiled"), Best("floor"));
            var best = new[] { eager, pytorch }.Max();
            results.Add(new()
            {
                ["name"] = net.Name,
                ["ours"] = ours,
                ["torchsharp"] = eager,
                ["pytorch"] = pytorch,
                ["compiled"] = compiled,
                ["floor"] = floor,
                ["pytorch_kernel"] = kernel,
                ["over_best_of_both"] = ours / best,
            });
            Console.WriteLine($"| {net.Name} | {ours:F1} | {eager:F1} | {pytorch:F1} | {compiled:F1} | {floor:F1} "
                + $"| {ours / eager:F2} | {ours / pytorch:F2} | {ours / best:F2} | {floor / ours:F2} |");
        }
        foreach (var rival in rivals.Values.SelectMany(both => both))
            rival?.Dispose();
        if (json is not null)
            File.WriteAllText(json, JsonSerializer.Serialize(results));
    }

    /// <summary>Prints where the time of our step goes.</summary>
    public void Parts()
    {
        set_num_threads(1);
        Console.WriteLine("\nWhere our step goes, ms with one thread\n\n| net | forward | backward | optimiser | rest | all | optimiser's share |\n|---|---|---|---|---|---|---|");
        foreach (var net in nets)
        {
            using var scope = NewDisposeScope();
            var (G, D) = net.Build(Contestants.Device);
            var (images, latent) = (Contestants.Images(net), Contestants.Latent(net));
            FusedAdam[] adams = [new(G.parameters()), new(D.parameters())];
            foreach (var parameter in G.parameters().Concat(D.parameters()))
                parameter.grad = randn_like(parameter.detach());
            void Forward()
            {
                using var loop = NewDisposeScope();
                var made = G.forward(latent);
                D.forward(cat([images[..(int)net.Batch], made.detach()]));
                D.forward(made);
            }
            void Optimise()
            {
                foreach (var adam in adams)
                    adam.Step();
            }
            void Rest()
            {
                using var loop = NewDisposeScope();
                Contestants.Minibatch(images, net);
                Contestants.Latent(net);
                using (Freeze.Of(D, check: false))
                {
                }
            }
            Action[] parts = [Contestants.Ours(net), Forward, Optimise, Rest];
            var times = parts.Select(_ => new List<double>()).ToArray();
            for (var turn = 0; turn < repeats; turn++)
            {
                foreach (var (i, part) in parts.Index())
                    times[i].Add(1000 / Contestants.Rate(part, seconds));
            }
            double[] ms = [.. times.Select(Median)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {net.Name} | {ms[1]:F2} | {ms[0] - ms[1] - ms[2] - ms[3]:F2} | {ms[2]:F2} | {ms[3]:F2} | {ms[0]:F2} | {ms[2] / ms[0]:P1} |"));
            foreach (var adam in adams)
                adam.Dispose();
        }
    }

    /// <summary>The middle one; the upper of two.</summary>
    public static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
