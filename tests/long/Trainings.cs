using System.Diagnostics;
using CourseKit.Data;
using CourseKit.Metrics;
using CourseKit.Models;
using CourseKit.Tests.Training;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.EndToEnd.Tests;

/// <summary>Trainings that are ended and taken up, that the garbage collector disturbs, that are long, and whose networks the library does not know.</summary>
internal static class Trainings
{
    /// <summary>Prints what each of the four found.</summary>
    /// <param name="which">All of them, or only the collections or the networks.</param>
    /// <param name="count">How often each kind of training is ended.</param>
    /// <returns>The exit code: 0 where nothing was wrong.</returns>
    public static int Run(string which, int count)
    {
        Library.Find();
        return Begin(which, count);
    }

    private static int Begin(string which, int count)
    {
        Course.Start(device: "cpu");
        var faults = which switch
        {
            "collections" => Collections(1000L * count),
            "networks" => 0,
            _ => Endings(count) + Collections(1000L * count) + Updates(400L * count),
        };
        if (which != "collections")
            Networks();
        return faults == 0 ? 0 : 1;
    }

    // Each kind is ended at random places, one after the other, until so many endings are over. Each time it comes to its end, the bits are compared.
    private static int Endings(int count)
    {
        Console.WriteLine("| training | endings | whole trainings | of them not the same bits |\n|---|---|---|---|");
        var (random, faults) = (new Random(1), 0);
        foreach (var kind in Resumed.Kinds)
        {
            var folder = Directory.CreateTempSubdirectory("coursekit-long-");
            var (whole, endings, ends, wrong) = (Resumed.Run(kind, null), 0, 0, 0);
            while (endings < count)
            {
                var file = Path.Combine(folder.FullName, $"{ends}.ckpt");
                if (Resumed.Run(kind, file, random.Next(1, kind == "discriminator" ? 100 : 30)) is not { } end)
                {
                    endings++;
                    continue;
                }
                ends++;
                wrong += end == whole ? 0 : 1;
            }
            Console.WriteLine($"| {kind} | {endings} | {ends} | {wrong} |");
            faults += wrong;
            folder.Delete(recursive: true);
        }
        return faults;
    }

    private static int Collections(long count)
    {
        using var scope = NewDisposeScope();
        var done = 0L;
        var stop = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref stop) && Interlocked.Read(ref done) < count)
            {
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
                GC.WaitForPendingFinalizers();
                Interlocked.Increment(ref done);
            }
        });
        collector.Start();
        var (faults, updates) = (0, 0L);
        using var digits = Digits.Load();
        using var quality = new SampleQuality(digits);
        while (Interlocked.Read(ref done) < count)
        {
            try
            {
                using var inner = NewDisposeScope();
                using var trainer = GanTrainer.For(digits.Train);
                trainer.Train(200, snapshotsAt: [100]);
                quality.Measure(trainer.Averaged.forward(trainer.SampleLatent(500)).detach());
                using var own = new GanTrainer(OwnNetworks.Generator("convolutional", 6), OwnNetworks.Encoder("dropout", 1), digits.Train.Images, latentSize: 6);
                own.Train(50);
                updates += 250;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                faults++;
                Console.WriteLine(error);
            }
        }
        stop = true;
        collector.Join();
        Console.WriteLine($"\n{Interlocked.Read(ref done):N0} forced collections during {updates:N0} updates and {updates / 250} measurements: {faults} errors");
        return faults;
    }

    private static int Updates(long count)
    {
        Console.WriteLine("\n| updates | live tensors | MB | threads |\n|---|---|---|---|");
        using var digits = Digits.Load();
        using var trainer = GanTrainer.For(digits.Train);
        var tensors = new List<long>();
        for (var part = 0; part <= 4; part++)
        {
            trainer.Train(part == 0 ? 100 : count / 4);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = Process.GetCurrentProcess();
            tensors.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            Console.WriteLine($"| {trainer.Updates:N0} | {tensors[^1]} | {process.WorkingSet64 / 1e6:F0} | {process.Threads.Count} |");
        }
        return tensors[1..].Distinct().Count() == 1 ? 0 : 1;
    }

    // The library's own networks and four that a student might write, on the digits, seed 1 to 3. The distance is to the held-out half.
    private static void Networks()
    {
        Console.WriteLine("\n| G and D | Frechet distance over its floor, seeds 1, 2, 3 | confident |\n|---|---|---|");
        using var digits = Digits.Load();
        using var quality = new SampleQuality(digits);
        foreach (var kind in OwnNetworks.Kinds.Prepend("the library's"))
        {
            List<double> distances = [], confident = [];
            for (var seed = 1; seed <= 3; seed++)
            {
                using var scope = NewDisposeScope();
                Course.Seed(seed);
                using var trainer = kind == "the library's" ? GanTrainer.For(digits.Train)
                    : new GanTrainer(OwnNetworks.Generator(kind, 16, 256), OwnNetworks.Encoder(kind, 1, 256), digits.Train.Images, batchSize: 128, learningRate: 2e-3, r1: 0.6, latentSize: 16);
                trainer.Train(5000);
                var measured = quality.Measure(trainer.Averaged.forward(trainer.SampleLatent(2000)).detach());
                distances.Add(measured.FrechetDistance / quality.FrechetFloor);
                confident.Add(measured.Confident);
            }
            Console.WriteLine($"| {kind} | {string.Join(", ", distances.Select(distance => $"{distance:F2}"))} | {string.Join(", ", confident.Select(share => $"{share:P0}"))} |");
        }
    }
}
