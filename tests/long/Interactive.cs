using System.Diagnostics;
using CourseKit.Interactive.Tests;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>Runs every lecture and every notebook of instructors in Microsoft's .NET Interactive, and beside it in our kernel.</summary>
internal static class Interactive
{
    /// <summary>Prints a row for each notebook, and each fault.</summary>
    /// <returns>The exit code: 0 where all pass, each update reaches its display, and whatever has a picture here has one there.</returns>
    public static async Task<int> RunAsync(int updates)
    {
        using var folder = new TempFolder();
        var notebooks = Path.Combine(BuiltCourse.Root, "notebooks");
        var faults = 0;
        Console.WriteLine("| notebook | cells | pictures here | there | updates there | orphans | s |\n|---|---|---|---|---|---|---|");
        foreach (var file in new[] { notebooks, Path.Combine(notebooks, "instructor") }.SelectMany(from => Directory.GetFiles(from, "*.ipynb").Order(StringComparer.Ordinal)))
        {
            var results = folder.PathOf(Path.GetFileName(Path.GetDirectoryName(file))!);
            // Notebooks of instructors have no number of updates to set.
            string[] set = Notebook.Load(file).Cells.Any(cell => cell.HasTag("parameters")) ? ["-p", $"updates={updates}"] : [];
            using (var ours = Process.Start(new ProcessStartInfo(BuiltCourse.Program, ["run", file, "--out", results, .. set]) { RedirectStandardOutput = true })!)
            {
                await ours.StandardOutput.ReadToEndAsync();
                await ours.WaitForExitAsync();
            }
            var here = Notebook.Load(Path.Combine(results, Path.GetFileName(file))).Cells
                .Where(cell => cell.Kind == CellKind.Code && !cell.HasTag("injected-parameters"))
                .Select(cell => cell.Outputs.Count(output => output!["data"]?.AsObject() is { } data && Picture.IsIn(data))).ToList();
            var watch = Stopwatch.StartNew();
            var there = await LectureThere.RunAsync(file, ("updates", $"{updates}"));
            var name = Path.GetRelativePath(notebooks, file);
            Console.WriteLine($"| {name} | {there.Cells.Count} | {here.Sum()} | {there.Cells.Sum(cell => cell.Pictures)} | {there.Updates} | {there.Orphans} | {watch.Elapsed.TotalSeconds:F0} |");
            foreach (var fault in there.Errors.Concat(there.Cells.Zip(here).Where(pair => pair.First.Pictures < pair.Second)
                .Select(pair => $"{pair.Second} pictures here and {pair.First.Pictures} there: {pair.First.Source.Split('\n')[0]}")))
            {
                faults++;
                Console.WriteLine($"{name}: {fault}");
            }
            faults += there.Orphans;
        }
        Console.WriteLine($"{faults} faults");
        return faults == 0 ? 0 : 1;
    }
}
