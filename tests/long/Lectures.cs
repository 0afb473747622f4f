using System.Diagnostics;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>Runs every lecture twice with the same seed: one seed in, the same bits out.</summary>
internal static class Lectures
{
    /// <summary>Prints a row for each lecture, with how many figures and pictures it has and how many of them differ.</summary>
    /// <returns>The exit code: 0 where both runs end well and nothing differs.</returns>
    public static async Task<int> RunAsync(int updates)
    {
        using TempFolder once = new(), again = new();
        foreach (var folder in new[] { once, again })
        {
            using var run = Process.Start(new ProcessStartInfo(BuiltCourse.Program, ["run", "-p", $"updates={updates}", "--out", folder.Root]) { WorkingDirectory = BuiltCourse.Root, RedirectStandardOutput = true })!;
            var said = await run.StandardOutput.ReadToEndAsync();
            await run.WaitForExitAsync();
            if (run.ExitCode == 0)
                continue;
            Console.WriteLine(said);
            return 1;
        }
        var different = 0;
        Console.WriteLine("| lecture | figures | pictures | different |\n|---|---|---|---|");
        foreach (var (first, second) in Summary(once).Zip(Summary(again)))
        {
            var name = (string)first!["name"]!;
            var figures = first["metrics"]!.AsObject();
            var (pictures, others) = (Pictures(once.PathOf(name + ".ipynb")), Pictures(again.PathOf(name + ".ipynb")));
            var apart = figures.Count(figure => !JsonNode.DeepEquals(figure.Value, second!["metrics"]![figure.Key]))
                + pictures.Zip(others).Count(pair => pair.First != pair.Second) + Math.Abs(pictures.Count - others.Count);
            different += apart;
            Console.WriteLine($"| {name} | {figures.Count} | {pictures.Count} | {apart} |");
        }
        return different == 0 ? 0 : 1;
    }

    private static JsonArray Summary(TempFolder folder) => JsonNode.Parse(File.ReadAllText(folder.PathOf("summary.json")))!["notebooks"]!.AsArray();

    private static List<string> Pictures(string path) =>
        [.. Notebook.Load(path).Cells.SelectMany(cell => cell.Outputs).Select(output => output!["data"]?["image/png"]).OfType<JsonNode>().Select(MultilineText.Join)];
}
