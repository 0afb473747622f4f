using System.Diagnostics;
using CourseKit.Data;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;
using CourseKit.Metrics;
using CourseKit.Plots;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Benchmarks.Training;

/// <summary>What a lecture does beside training: samples, metrics, pictures, the page; and the start of a notebook.</summary>
internal static class Surroundings
{
    private const int Repeats = 7;

    /// <summary>Prints the median time of each.</summary>
    /// <param name="executed">An executed lecture, for the export; null to leave that out.</param>
    public static void Measure(string? executed)
    {
        var digits = Datasets.Load("digits");
        using var trainer = GanTrainer.For(digits.Train);
        trainer.Train(50);
        using var quality = new SampleQuality(digits);
        using var samples = trainer.Averaged.forward(trainer.Averaged.SampleLatent(2000)).detach();
        Console.WriteLine("| what | ms, median of 7 |\n|---|---|");
        Print("a sample of 2,000 digits", () => trainer.Averaged.forward(trainer.Averaged.SampleLatent(2000)));
        Print("the statistics of batch normalisation, anew (each snapshot)", () => trainer.Averaged.TakeStatistics(trainer.Averaged.SampleLatent(4096)));
        Print("the classifier that metrics look through, trained (once a lecture)", () => new SampleQuality(digits).Dispose());
        Print("quality of 2,000 digits", () => quality.Measure(samples));
        Print("a grid of 256 digits as PNG", () => _ = ImageGrid.Of(samples[..256]).Png);
        if (executed is not null)
        {
            var notebook = Notebook.Load(executed);
            Print($"the page of {Path.GetFileName(executed)}", () => HtmlPage.Render(notebook, "Lecture"));
        }
    }

    private static void Print(string what, Action action)
    {
        var times = new List<double>();
        for (var i = 0; i <= Repeats; i++)
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var clock = Stopwatch.StartNew();
            action();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }
        Console.WriteLine($"| {what} | {times.Skip(1).Order().ElementAt(Repeats / 2):F1} |");
    }
}
