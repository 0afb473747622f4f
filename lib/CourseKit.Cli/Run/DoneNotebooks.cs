using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using CourseKit.Common;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Cli.Run;

/// <summary>
/// What earlier runs into the same folder have done: <c>done/NAME.json</c> for each notebook that ran to its end. It is removed before the notebook
/// runs and written when all its other files are there. So a run that was cut off leaves none.
/// </summary>
internal sealed partial class DoneNotebooks(RunPlan plan)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    private sealed record Entry(string Digest, NotebookRun Run);

    /// <summary>The outcome of an earlier run if the notebook need not run again: nothing that made it has changed, and none of its files; else null.</summary>
    public Outcome? Find(NotebookFile file) => EntryOf(file.Name) is { } entry && entry.Digest == Digest(Made(file), file.Name)
        ? new Outcome(file with { Notebook = Notebook.Load(Path.Combine(plan.Out, file.Name + ".ipynb")) }, entry.Run, IsKept: true)
        : null;

    /// <summary>From now on the notebook is not done. Returns the digest of what makes its results.</summary>
    public string Begin(NotebookFile file)
    {
        File.Delete(PathOf(file.Name));
        return Made(file);
    }

    /// <summary>The notebook has run to its end, and its files are written.</summary>
    public void Keep(Outcome outcome, string made) =>
        AtomicFile.WriteText(PathOf(outcome.File.Name), JsonSerializer.Serialize(new Entry(Digest(made, outcome.File.Name), outcome.Run!), Indented));

    private string PathOf(string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(plan.Out, "done")).FullName, name + ".json");

    // Null if there is none, or if another version of this program or somebody else wrote it.
    private Entry? EntryOf(string name)
    {
        try
        {
            return File.Exists(PathOf(name)) && JsonSerializer.Deserialize<Entry>(File.ReadAllText(PathOf(name)), Indented) is { Digest: not null, Run: { Status: RunStatus.Ok, Metrics: not null, Captions: not null } } entry ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // No path is part of the digest, so that a course that was moved is not run again.
    private string Made(NotebookFile file)
    {
        foreach (var cell in file.Notebook.Cells)
            cell.ClearOutputs();
        var loaded = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var cell in NotebookRunner.RunnableCells(file.Notebook))
            AddLoaded(cell.Source, file.Folder, loaded);
        return Hash([
            file.Notebook.ToJson(),
            .. new[] { typeof(DoneNotebooks), typeof(NotebookRunner) }.Select(type => type.Module.ModuleVersionId.ToString()),
            $"{Environment.GetEnvironmentVariable("COURSEKIT_THREADS")} {Environment.GetEnvironmentVariable("OMP_NUM_THREADS")} threads",
            .. loaded.Select(one => $"{one.Key} {one.Value}"),
            .. Listing(plan.Data),
            // The notebooks whose results this one uses. A notebook that failed has left none that count.
            .. file.After.Select(before => $"{before} {EntryOf(before)?.Digest}"),
        ]);
    }

    // The files that directives name: libraries, such as CourseKit.dll with the list of what it depends on, and sources with what they load.
    private static void AddLoaded(string source, string folder, SortedDictionary<string, string> loaded)
    {
        foreach (var name in LoadingLine().Matches(source).Select(match => match.Groups["path"].Value))
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path) || !loaded.TryAdd(name, Hash(path)))
                continue;
            var dependencies = Path.ChangeExtension(path, ".deps.json");
            if (Path.GetExtension(path) != ".dll")
                AddLoaded(File.ReadAllText(path), folder, loaded);
            else if (File.Exists(dependencies))
                loaded[name + " depends on"] = Hash(dependencies);
        }
    }

    // The content of a data folder may be gigabytes: a file that is as long and as old as before is taken for the same.
    private static IEnumerable<string> Listing(string? data)
    {
        data ??= Environment.GetEnvironmentVariable("COURSEKIT_DATA");
        if (!Directory.Exists(data))
            return [];
        var all = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 5, IgnoreInaccessible = true };
        return new DirectoryInfo(data).EnumerateFiles("*", all)
            .Select(file => $"{Path.GetRelativePath(data, file.FullName)} {file.Length} {file.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal);
    }

    private string Digest(string made, string name)
    {
        var artifacts = Path.Combine(plan.Out, "artifacts", name);
        IEnumerable<string> saved = Directory.Exists(artifacts) ? Directory.GetFiles(artifacts, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];
        var files = new[] { ".ipynb", ".html" }.Select(extension => Path.Combine(plan.Out, name + extension)).Concat(saved);
        return Hash([made, .. files.Select(file => $"{Path.GetRelativePath(plan.Out, file)} {(File.Exists(file) ? Hash(file) : "is missing")}")]);
    }

    private static string Hash(IEnumerable<string> parts) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));

    // What a pipe holds cannot be read again, and reading may never end. Its length is 0.
    private static string Hash(string path)
    {
        if (new FileInfo(path).Length == 0)
            return "empty";
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }

    [GeneratedRegex("""^[ \t]*#(r|load|!import|!value\b.*--from-file)[ \t]+"?(?<path>[^"\r\n]+?)"?[ \t]*\r?$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex LoadingLine();
}
