using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CourseKit;
using CourseKit.Benchmarks.Training;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

// training [--json FILE] [--only TEXT] [--repeats N] [--seconds S] | soak | crowd | solo THREADS SECONDS
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Course.Start(seed: 1);
string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;
var (repeats, seconds) = (int.Parse(Option("--repeats") ?? "5"), double.Parse(Option("--seconds") ?? "0.5"));
var digits = Net.All[0];
switch (args.FirstOrDefault())
{
    case "soak":
        Soak();
        break;
    case "crowd":
        Crowd();
        break;
    case "solo":
        Console.WriteLine(Solo(int.Parse(args[1]), double.Parse(args[2])));
        break;
    default:
        Compare([.. Net.All.Where(net => net.Name.Contains(Option("--only") ?? "", StringComparison.Ordinal))], Option("--json"));
        break;
}

// Everybody in turns, again and again, so that what else the machine does falls on all alike; the medians count.
void Compare(IReadOnlyList<Net> nets, string? json)
{
    int[] threads = [.. new[] { 1, 2 }.Where(count => count <= Environment.ProcessorCount)];
    var pytorch = threads.ToDictionary(count => count, PyTorch.Start);
    var results = new List<(Net Net, double?[] Best)>();
    Console.WriteLine($"steps/s, the best of {string.Join(" and ", threads)} threads, medians of {repeats} turns of {seconds} s\n");
    Console.WriteLine("| net | ours | TorchSharp | PyTorch | floor | over TorchSharp | over PyTorch | step / floor |\n|---|---|---|---|---|---|---|---|");
    foreach (var net in nets)
    {
        using var scope = NewDisposeScope();
        var images = rand([1000, .. net.Image]) * 2 - 1;
        Action[] steps = [Contestants.Ours(net, images), Contestants.Plain(net, images), Contestants.Floor(net)];
        var rates = new Dictionary<(int Contestant, int Threads), List<double>>();
        for (var turn = 0; turn < repeats; turn++)
        {
            foreach (var count in threads)
            {
                set_num_threads(count);
                for (var i = 0; i < steps.Length; i++)
                    Rates(i, count).Add(Contestants.Rate(steps[i], seconds));
                if (pytorch[count] is { } process)
                    Rates(steps.Length, count).Add(process.Rate(net, seconds));
            }
        }
        double?[] best = [.. Enumerable.Range(0, 4).Select(i => threads.Where(count => rates.ContainsKey((i, count))).Select(count => Median(Rates(i, count))).Select(rate => (double?)rate).Max())];
        if (args.Contains("--threads"))
            Console.WriteLine(string.Join(", ", rates.OrderBy(one => one.Key).Select(one => $"{one.Key}: {Median(one.Value):F0}")));
        results.Add((net, best));
        var (ours, plain, floor, torchs) = (best[0]!.Value, best[1]!.Value, best[2]!.Value, best[3]);
        Console.WriteLine($"| {net.Name} | {ours:F1} | {plain:F1} | {torchs:F1} | {floor:F1} | {ours / plain:F2} | {ours / torchs:F2} | {floor / ours:F2} |");

        List<double> Rates(int contestant, int count) => rates.TryGetValue((contestant, count), out var found) ? found : rates[(contestant, count)] = [];
    }
    foreach (var process in pytorch.Values)
        process?.Dispose();
    Console.WriteLine("\nWhere our step goes, ms with one thread\n\n| net | forward | backward | optimiser | rest | all | optimiser's share |\n|---|---|---|---|---|---|---|");
    foreach (var net in nets)
        Parts(net);
    if (json is not null)
    {
        File.WriteAllText(json, JsonSerializer.Serialize(results.Select(one =>
            new { name = one.Net.Name, ours = one.Best[0], torchsharp = one.Best[1], pytorch = one.Best[3], floor = one.Best[2] })));
    }
}

void Parts(Net net)
{
    set_num_threads(1);
    using var scope = NewDisposeScope();
    var images = rand([1000, .. net.Image]) * 2 - 1;
    var (G, D) = net.Build();
    var step = new GanStep(G, D, net.Batch, r1: 0);
    FusedAdam[] adams = [new(G.parameters()), new(D.parameters())];
    Action all = Contestants.Ours(net, images);
    Action optimise = () =>
    {
        foreach (var adam in adams)
        {
            adam.ZeroGrad();
            adam.Step();
        }
    };
    Action forward = () =>
    {
        using var loop = NewDisposeScope();
        Tensor made;
        using (no_grad())
            made = G.forward(zeros(net.Batch, net.Latent));
        D.forward(images[..(int)net.Batch]);
        D.forward(made);
        D.forward(G.forward(zeros(net.Batch, net.Latent)));
    };
    Action rest = () =>
    {
        using var loop = NewDisposeScope();
        using (Freeze.Of(G))
            Contestants.Minibatch(images, net);
        using (Freeze.Of(D))
            randn(net.Batch, net.Latent);
        randn(net.Batch, net.Latent);
    };
    step.UpdateDiscriminator(Contestants.Minibatch(images, net), randn(net.Batch, net.Latent)); // so that there are gradients
    step.UpdateGenerator(randn(net.Batch, net.Latent));
    Action[] parts = [all, forward, optimise, rest];
    var times = parts.Select(_ => new List<double>()).ToArray();
    for (var turn = 0; turn < repeats; turn++)
    {
        foreach (var (i, part) in parts.Index())
            times[i].Add(1000 / Contestants.Rate(part, seconds));
    }
    double[] ms = [.. times.Select(Median)];
    Console.WriteLine($"| {net.Name} | {ms[1]:F2} | {ms[0] - ms[1] - ms[2] - ms[3]:F2} | {ms[2]:F2} | {ms[3]:F2} | {ms[0]:F2} | {ms[2] / ms[0]:P1} |");
}

// What 20,000 steps leave behind.
void Soak()
{
    using var scope = NewDisposeScope();
    var step = Contestants.Ours(digits, rand([1000, .. digits.Image]) * 2 - 1);
    (long, double) After(int steps)
    {
        for (var i = 0; i < steps; i++)
            step();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return (Tensor.TotalCount, Process.GetCurrentProcess().WorkingSet64 / 1e6);
    }
    var (tensors, megabytes) = After(1000);
    var (later, more) = After(20_000);
    Console.WriteLine($"20,000 steps of {digits.Name}: {later - tensors:+0;-0;0} tensors, {more - megabytes:+0.0;-0.0;0} MB resident of {more:F0}");
}

// Six at once beside one that has the machine to itself, with the threads that a course takes and with all.
void Crowd()
{
    const int Seats = 6;
    double[] Run(int processes, int threads)
    {
        var all = Enumerable.Range(0, processes).Select(_ => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["solo", $"{threads}", "15"]) { RedirectStandardOutput = true })!).ToArray();
        return [.. all.Select(process => double.Parse(process.StandardOutput.ReadToEnd()))];
    }
    var cores = Environment.ProcessorCount;
    var alone = Run(1, cores)[0];
    var crowd = Run(Seats, get_num_threads());
    Console.WriteLine($"alone with {cores} threads {alone:F0} steps/s; six at once with {get_num_threads()}: {string.Join(", ", crowd.Select(rate => $"{rate:F0}"))}; "
        + $"the slowest has {crowd.Min() / (alone / Seats):F2} of a fair sixth");
}

double Solo(int threads, double length)
{
    set_num_threads(threads);
    using var scope = NewDisposeScope();
    return Contestants.Rate(Contestants.Ours(Net.All[1], rand([1000, .. Net.All[1].Image]) * 2 - 1), length);
}

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
