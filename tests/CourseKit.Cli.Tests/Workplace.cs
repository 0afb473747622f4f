using System.Diagnostics;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary>A folder of its own for a test, with the command line to run in it.</summary>
internal sealed class Workplace : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("coursekit-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Writes a notebook of code cells.</summary>
    public void Write(string path, params string[] cells) => Write(path, [.. cells.Select(cell => NotebookCell.Code(cell))]);

    public void Write(string path, params NotebookCell[] cells)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        new Notebook(cells).Save(PathOf(path));
    }

    public Notebook Executed(string name) => Notebook.Load(PathOf("out", name + ".ipynb"));

    public JsonNode Summary(int notebook = 0) => JsonNode.Parse(File.ReadAllText(PathOf("out", "summary.json")))!["notebooks"]![notebook]!;

    public Process Start(params string[] arguments) => Start(BuiltCourse.Program, [], arguments);

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="environment">Variables that are set, or taken away where they are null.</param>
    /// <param name="arguments">Its arguments.</param>
    public Process Start(string program, Dictionary<string, string?> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public Task<CliRun> RunAsync(params string[] arguments) => RunAsync(BuiltCourse.Program, [], arguments);

    public async Task<CliRun> RunAsync(string program, Dictionary<string, string?> environment, string[] arguments)
    {
        using var process = Start(program, environment, arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CliRun(process.ExitCode, await output, await error);
    }
}

internal sealed record CliRun(int ExitCode, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

internal static class Outputs
{
    /// <summary>The outputs of a cell in short: the type, then the text that tells them apart.</summary>
    public static string[] InShort(this NotebookCell cell) =>
    [
        .. cell.Outputs.Select(output => $"{output!["output_type"]}: " + (string)output["output_type"]! switch
        {
            "stream" => $"{output["name"]} {MultilineText.Join(output["text"])}",
            "error" => $"{output["ename"]}: {output["evalue"]}",
            _ => MultilineText.Join(output["data"]!["text/plain"]),
        }),
    ];
}
