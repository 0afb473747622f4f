using System.Globalization;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Running;
using Spectre.Console;

namespace CourseKit.Cli.Run;

/// <summary>Prints the results of a run: a table, the page to open, and last the failures.</summary>
internal static class RunReport
{
    private const int HeadlineFigures = 4;

    public static void Print(IReadOnlyList<Outcome> outcomes, string folder)
    {
        var table = new Table().RoundedBorder().AddColumns("Notebook", "Status", "Cells", "Seconds", "Figures");
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();
        foreach (var (file, run, isKept) in outcomes)
        {
            table.AddRow(
                Markup.Escape(PrintableText.Line(file.Name)),
                run is null ? "not run" : isKept ? "[green]ok[/], before" : run.Status == RunStatus.Ok ? "[green]ok[/]" : $"[red]{run.Status.ToString().ToLowerInvariant()}[/]",
                $"{run?.Cells ?? 0}/{file.Cells}",
                run is null ? "" : run.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
                Markup.Escape(PrintableText.Line(string.Join(", ", (run?.Metrics ?? new Dictionary<string, double>()).Take(HeadlineFigures).Select(Figure)))));
        }
        CommandConsole.Write(table);
        Console.WriteLine($"Open {CommandConsole.Short(Path.Combine(folder, "index.html"))}");
        Console.Out.Flush();
        foreach (var (file, run, _) in outcomes.Where(outcome => outcome.IsFailure))
            PrintFailure(CommandConsole.Short(file.Path), run!.Error!);
    }

    /// <summary>A metric as text, with at most four significant digits: <c>loss 0.1234</c>.</summary>
    public static string Figure(KeyValuePair<string, double> metric) =>
        string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:G4}");

    private static void PrintFailure(string path, NotebookRunError error)
    {
        Console.Error.WriteLine($"{PrintableText.Line(path)}: cell {error.Cell} failed");
        Console.Error.WriteLine(PrintableText.Lines($"{error.Name}: {error.Message}"));
        if (error.Line is int line)
            Console.Error.WriteLine(PrintableText.Lines($"line {line}: {error.Source}"));
    }
}
