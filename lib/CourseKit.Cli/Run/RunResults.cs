using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Common;
using CourseKit.Kernel.Pages;
using CourseKit.Kernel.Running;

namespace CourseKit.Cli.Run;

/// <summary>The folder of results. Each file that this class writes is written whole or not at all.</summary>
internal sealed class RunResults(string folder)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The folder for files that a notebook saves. Removes the files of an earlier run. The folder is made when the first file is saved.</summary>
    public string FreshArtifacts(NotebookFile file)
    {
        var artifacts = Path.Combine(folder, "artifacts", file.Name);
        if (Directory.Exists(artifacts))
            Directory.Delete(artifacts, recursive: true);
        return artifacts;
    }

    /// <summary>Writes the executed notebook and its page.</summary>
    public void Write(Outcome outcome)
    {
        var (name, notebook) = (outcome.File.Name, outcome.File.Notebook);
        notebook.Save(Path.Combine(folder, name + ".ipynb"));
        AtomicFile.WriteText(Path.Combine(folder, name + ".html"), HtmlPage.Render(notebook, name, home: "index.html", outcome.File.Folder));
    }

    /// <summary>Writes summary.json and the cover page. Both cover the notebooks that were started.</summary>
    public void WriteSummary(IEnumerable<Outcome> outcomes, string title)
    {
        Outcome[] started = [.. outcomes.Where(outcome => outcome.Run is not null)];
        var summary = new JsonObject
        {
            ["version"] = 1,
            ["notebooks"] = new JsonArray([.. started.Select(outcome => (JsonNode)Summary(outcome.File.Name, outcome.Run!))]),
        };
        AtomicFile.WriteText(Path.Combine(folder, "summary.json"), summary.ToJsonString(Indented) + "\n");
        AtomicFile.WriteText(Path.Combine(folder, "index.html"), CoverPage.Render(
            [.. started.Select(Cover)], title, Circumstances(started), $"Run on {DateTime.Now:d MMMM yyyy} by CourseKit {ProductVersion.Of(typeof(RunResults).Assembly)}"));
    }

    // A figure means little without the machine and the time that it took.
    private static string Circumstances(Outcome[] started)
    {
        var time = TimeSpan.FromSeconds(started.Sum(outcome => outcome.Run!.Elapsed.TotalSeconds));
        var processor = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return string.Create(CultureInfo.InvariantCulture,
            $"What the notebooks showed when they ran here: a machine with {Environment.ProcessorCount} {processor} cores, {time.TotalMinutes:0.0} minutes in all.");
    }

    private static JsonObject Summary(string name, NotebookRun run) => new JsonObject
    {
        ["name"] = name,
        ["status"] = StatusOf(run),
        ["seconds"] = Math.Round(run.Elapsed.TotalSeconds, 3),
        ["cells"] = run.Cells,
        ["error"] = run.Error is not { } error ? null : new JsonObject
        {
            ["cell"] = error.Cell,
            ["name"] = error.Name,
            ["message"] = error.Message,
            ["line"] = error.Line,
        },
        ["metrics"] = new JsonObject(run.Metrics.Select(metric => KeyValuePair.Create<string, JsonNode?>(metric.Key, metric.Value))),
        ["captions"] = new JsonObject(run.Captions.Select(caption => KeyValuePair.Create<string, JsonNode?>(caption.Key, caption.Value))),
    };

    private static CoverEntry Cover(Outcome outcome)
    {
        var run = outcome.Run!;
        var error = run.Error is { } e ? $"Cell {e.Cell}: {e.Name}: {e.Message}" : null;
        return CoverEntry.From(
            outcome.File.Notebook, outcome.File.Name, StatusOf(run), run.Elapsed.TotalSeconds, run.Metrics, run.Captions, error);
    }

    private static string StatusOf(NotebookRun run) => run.Status switch
    {
        RunStatus.Ok => "ok",
        RunStatus.Timeout => "timeout",
        _ => "failed",
    };
}
