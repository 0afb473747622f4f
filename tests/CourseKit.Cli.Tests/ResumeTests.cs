using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit run --resume</c>: what is done and unchanged is not done again, and the results are those of one run.</summary>
public sealed class ResumeTests : IDisposable
{
    // Each run of a notebook adds a letter to a file, and saves one.
    private const string Counts = """
        System.IO.File.AppendAllText("NAME.runs", "x");
        var folder = System.IO.Directory.CreateDirectory(System.Environment.GetEnvironmentVariable("COURSEKIT_ARTIFACTS")).FullName;
        System.IO.File.WriteAllText(System.IO.Path.Combine(folder, "saved.txt"), "saved");
        """;

    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_run_that_failed_goes_on_where_it_failed_and_ends_with_the_results_of_one_run()
    {
        Write("1", "// # One\n1");
        Write("2", "System.IO.File.ReadAllText(\"ready\")");
        Write("3", "3", after: "2");
        Write("4", "4");
        var first = await _place.RunAsync("run", "all", "--jobs", "1", "--keep-going", "--resume");
        Assert.Equal(1, first.ExitCode);
        Assert.DoesNotContain("skipped", first.Output);
        var of1 = _place.Summary().ToJsonString();
        await File.WriteAllTextAsync(_place.PathOf("all", "ready"), "", _cancel);

        var second = await _place.RunAsync("run", "all", "--jobs", "1", "--resume");

        Assert.Equal((0, ""), (second.ExitCode, second.Error));
        Assert.StartsWith("[1/4] 1 skipped: done before, and nothing that made it has changed\n[4/4] 4 skipped: ", second.Output);
        Assert.Equal(("x", "xx", "xx", "x"), (Runs("1"), Runs("2"), Runs("3"), Runs("4")));
        Assert.Equal(["1 ok", "2 ok", "3 ok", "4 ok"], Enumerable.Range(0, 4).Select(at => $"{_place.Summary(at)["name"]} {_place.Summary(at)["status"]}"));
        Assert.Equal(of1, _place.Summary().ToJsonString());

        var results = Results();
        var third = await _place.RunAsync("run", "all", "--resume");
        Assert.Equal((0, 4), (third.ExitCode, third.Output.Split(" skipped: ").Length - 1));
        Assert.Equal(results, Results());
        Assert.Contains("1.html", results["index.html"]);

        // Without the option all run again. What it wrote is what the next run goes on from.
        await _place.RunAsync("run", "all/1.ipynb");
        Assert.Equal("xx", Runs("1"));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_pipe_among_the_results_is_not_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "named pipes of Linux");
        Write("1", "System.Diagnostics.Process.Start(\"mkfifo\", [System.IO.Path.Combine(folder, \"pipe\")]).WaitForExit()");
        Assert.Equal(0, (await _place.RunAsync("run", "all", "--resume")).ExitCode);
        Assert.Contains("1 skipped", (await _place.RunAsync("run", "all", "--resume")).Output);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task What_made_a_notebooks_results_and_the_results_themselves_decide_whether_it_runs_again()
    {
        var dll = _place.PathOf("all", "library.dll");
        Directory.CreateDirectory(_place.PathOf("all"));
        File.Copy(typeof(ResumeTests).Assembly.Location, dll);
        await File.WriteAllTextAsync(_place.PathOf("all", "library.deps.json"), "{}", _cancel);
        await File.WriteAllTextAsync(_place.PathOf("all", "inner.csx"), "int two = 2;", _cancel);
        await File.WriteAllTextAsync(_place.PathOf("all", "outer.csx"), "#!import inner.csx\n", _cancel);
        Write("after", "1", after: "edited");
        Write("artifact", "1");
        Write("edited", "1");
        Write("imports", "#!import outer.csx\ntwo");
        Write("library", "#r \"library.dll\"\n1");
        Write("parameter", "int rate = 1;", tag: "parameters");
        Write("same", "1");
        string[] command = ["run", "all", "--data", "data", "--resume", "-p"];
        Directory.CreateDirectory(_place.PathOf("data"));
        Assert.Equal(0, (await _place.RunAsync([.. command, "rate=2"])).ExitCode);

        var edited = Notebook.Load(_place.PathOf("all", "edited.ipynb"));
        edited.Cells[1].Source = "2";
        edited.Save(_place.PathOf("all", "edited.ipynb"));
        await File.WriteAllTextAsync(_place.PathOf("out", "artifacts", "artifact", "saved.txt"), "Saved", _cancel);
        await File.WriteAllTextAsync(_place.PathOf("all", "inner.csx"), "int two = 3;", _cancel);
        await File.WriteAllTextAsync(_place.PathOf("all", "library.deps.json"), "{ }", _cancel);
        File.Delete(_place.PathOf("out", "index.html"));
        // What an editor adds when the notebook runs there is not its source.
        _place.Executed("same").Save(_place.PathOf("all", "same.ipynb"));
        var run = await _place.RunAsync([.. command, "rate=3"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("after xx, artifact xx, edited xx, imports xx, library xx, parameter xx, same x",
            string.Join(", ", Directory.GetFiles(_place.PathOf("all"), "*.runs").Order().Select(file => $"{Path.GetFileNameWithoutExtension(file)} {File.ReadAllText(file)}")));
        Assert.True(File.Exists(_place.PathOf("out", "index.html")));

        // The course is moved: no path counts. Then its data change.
        Directory.CreateDirectory(_place.PathOf("moved"));
        foreach (var folder in new[] { "all", "data", "out" })
            Directory.Move(_place.PathOf(folder), _place.PathOf("moved", folder));
        string[] elsewhere = ["run", "moved/all/same.ipynb", "--data", "moved/data", "--out", "moved/out", "--resume"];
        Assert.Contains("same skipped", (await _place.RunAsync(elsewhere)).Output);
        await File.WriteAllTextAsync(_place.PathOf("moved", "data", "more"), "", _cancel);
        Assert.DoesNotContain("skipped", (await _place.RunAsync(elsewhere)).Output);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_killed_run_leaves_whole_files_and_the_next_run_removes_the_rest()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "POSIX signals");
        Write("1", "1");
        Write("2", "System.IO.File.Exists(\"ready\") ? 1 : await System.Threading.Tasks.Task.Delay(600_000).ContinueWith(_ => 1)");
        using (var killed = _place.Start("run", "all", "--jobs", "1"))
        {
            while (await killed.StandardOutput.ReadLineAsync(_cancel) is { } line && !line.Contains("2 cell 2/2", StringComparison.Ordinal))
            {
            }
            var busy = await _place.RunAsync("run", "all", "--resume");
            Assert.Equal(2, busy.ExitCode);
            Assert.Contains("If another run writes there, wait for its end, or name another folder.", busy.Error);
            await killed.SignalAsync("KILL");
            await killed.WaitForExitAsync(_cancel);
        }
        // As if it had been killed while it wrote these.
        foreach (var file in new[] { "summary.json", "2.html", "artifacts/2/saved.txt" })
            await File.WriteAllTextAsync(_place.PathOf("out", $"{file}.{Guid.NewGuid():N}.tmp"), "half", _cancel);
        await File.WriteAllTextAsync(_place.PathOf("all", "ready"), "", _cancel);

        Assert.Contains("1 skipped", (await _place.RunAsync("run", "all", "--resume")).Output);

        Assert.Equal(["1.html", "1.ipynb", "2.html", "2.ipynb", "artifacts/1/saved.txt", "artifacts/2/saved.txt", "done/1.json", "done/2.json", "index.html", "summary.json"],
            Results().Keys);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task What_a_killed_cell_was_saving_is_gone_when_the_run_ends()
    {
        _place.Write("saves.ipynb", $$"""
            var half = System.IO.Path.Combine(System.IO.Directory.CreateDirectory(System.Environment.GetEnvironmentVariable("COURSEKIT_ARTIFACTS")).FullName, "model.safetensors.{{Guid.NewGuid():N}}.tmp");
            System.IO.File.WriteAllText(half, "half");
            System.IO.File.WriteAllText(half.Replace("model.safetensors", "").Replace(".tmp", "") + ".mine.tmp", "a name like many");
            System.Environment.FailFast("killed");
            """);
        Assert.Equal(1, (await _place.RunAsync("run", "saves.ipynb")).ExitCode);
        Assert.EndsWith(".mine.tmp", Assert.Single(Directory.GetFiles(_place.PathOf("out", "artifacts", "saves"))));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_folder_in_the_place_of_a_file_is_told_and_the_next_run_goes_on()
    {
        Write("1", "1");
        Directory.CreateDirectory(_place.PathOf("out", "1.html"));
        var run = await _place.RunAsync("run", "all");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("coursekit: ", run.Error);
        Assert.Contains("1.html", run.Error);
        Directory.Delete(_place.PathOf("out", "1.html"));
        // Neither may a file that another program wrote stop a run.
        await File.WriteAllTextAsync(_place.PathOf("out", "done", "1.json"), "{\"Digest\": \"\", \"Run\": null}", _cancel);
        Assert.DoesNotContain("skipped", (await _place.RunAsync("run", "all", "--resume")).Output);
        Assert.Equal(["1.html", "1.ipynb", "artifacts/1/saved.txt", "done/1.json", "index.html", "summary.json"], Results().Keys);
    }

    private void Write(string name, string cell, string? tag = null, string? after = null)
    {
        var notebook = new Notebook(NotebookCell.Code(Counts.Replace("NAME", name, StringComparison.Ordinal)), NotebookCell.Code(cell, tag is null ? [] : [tag]));
        if (after is not null)
            notebook.Metadata["coursekit"] = new System.Text.Json.Nodes.JsonObject { ["after"] = new System.Text.Json.Nodes.JsonArray(after) };
        notebook.Save(_place.PathOf("all", name + ".ipynb"));
    }

    private string Runs(string name) => File.ReadAllText(_place.PathOf("all", name + ".runs"));

    private SortedDictionary<string, string> Results() => new(Directory.GetFiles(_place.PathOf("out"), "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(_place.PathOf("out"), file), File.ReadAllText), StringComparer.Ordinal);
}
