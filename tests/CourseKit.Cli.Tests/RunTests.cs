using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit run</c> where all goes well.</summary>
public sealed class RunTests
{
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_writes_the_executed_notebook_its_page_the_cover_and_the_summary()
    {
        using var place = new Workplace();
        place.Write("hello.ipynb", NotebookCell.Markdown("# Hello\n\nA greeting."), NotebookCell.Code("var who = \"world\";"),
            NotebookCell.Code("System.Console.WriteLine(\"to \" + who);\nSystem.Console.Error.WriteLine(\"oh\");\nwho.Length"), NotebookCell.Code("  \n"));
        var before = await File.ReadAllTextAsync(place.PathOf("hello.ipynb"), _cancel);

        var run = await place.RunAsync("run", "hello.ipynb");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("[1/1] hello cell 2/2\n", run.Output);
        Assert.EndsWith($"Open {Path.Combine("out", "index.html")}\n", run.Output);
        Assert.Equal(before, await File.ReadAllTextAsync(place.PathOf("hello.ipynb"), _cancel));
        var cells = place.Executed("hello").Cells;
        Assert.Equal([null, 1, 2, null], cells.Select(cell => cell.ExecutionCount));
        Assert.Equal(["stream: stdout to world\n", "stream: stderr oh\n", "execute_result: 5"], cells[2].InShort());
        Assert.Contains("to world", await File.ReadAllTextAsync(place.PathOf("out", "hello.html"), _cancel));
        Assert.Contains("hello.html", await File.ReadAllTextAsync(place.PathOf("out", "index.html"), _cancel));
        var summary = place.Summary();
        Assert.Equal(("hello", "ok", 2), ((string)summary["name"]!, (string)summary["status"]!, (int)summary["cells"]!));
        Assert.Null(summary["error"]);
        Assert.Equal(["hello.html", "hello.ipynb", "index.html", "summary.json"], Directory.GetFiles(place.PathOf("out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_picture_beside_the_notebook_is_in_its_page_wherever_the_shell_stands()
    {
        using var place = new Workplace();
        place.Write("notebooks/a.ipynb", NotebookCell.Markdown("![p](sub/pic.gif)"));
        Directory.CreateDirectory(place.PathOf("notebooks", "sub"));
        await File.WriteAllTextAsync(place.PathOf("notebooks", "sub", "pic.gif"), "GIF89a", _cancel);

        var run = await place.RunAsync("run", "notebooks/a.ipynb", "--out", "out");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("<img src=\"data:image/gif;base64,R0lGODlh\" alt=\"p\"", await File.ReadAllTextAsync(place.PathOf("out", "a.html"), _cancel));
        Assert.Equal("![p](sub/pic.gif)", place.Executed("a").Cells[0].Source);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Without_a_path_the_notebooks_of_the_folder_above_run_in_order_but_for_the_optional_ones_and_the_results_go_beside_it()
    {
        using var place = new Workplace();
        var optional = new Notebook(NotebookCell.Code("3"));
        optional.Metadata["coursekit"] = new System.Text.Json.Nodes.JsonObject { ["optional"] = true };
        Directory.CreateDirectory(place.PathOf("notebooks"));
        optional.Save(place.PathOf("notebooks", "00-optional.ipynb"));
        place.Write("notebooks/02-b.ipynb", "2");
        place.Write("notebooks/01-a.ipynb", "System.IO.Path.GetFileName(System.Environment.CurrentDirectory)");
        Directory.CreateDirectory(place.PathOf("notebooks", "exercises"));
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(BuiltCourse.Program, ["run", "--jobs", "1"])
        {
            WorkingDirectory = place.PathOf("notebooks", "exercises"),
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(_cancel);
        await process.WaitForExitAsync(_cancel);

        Assert.Equal(0, process.ExitCode);
        Assert.True(output.IndexOf("[1/2] 01-a ok", StringComparison.Ordinal) < output.IndexOf("[2/2] 02-b cell 1", StringComparison.Ordinal), output);
        Assert.Equal(["execute_result: notebooks"], place.Executed("01-a").Cells[0].InShort());
        Assert.Equal("02-b", (string)place.Summary(1)["name"]!);
        Assert.False(File.Exists(place.PathOf("out", "00-optional.html")));

        var named = await place.RunAsync("run", "notebooks/00-optional.ipynb");
        Assert.Equal((0, ""), (named.ExitCode, named.Error));
        Assert.Equal(["execute_result: 3"], place.Executed("00-optional").Cells[0].InShort());
        File.Delete(place.PathOf("notebooks", "01-a.ipynb"));
        File.Delete(place.PathOf("notebooks", "02-b.ipynb"));
        var folder = await place.RunAsync("run", "notebooks");
        Assert.Equal(2, folder.ExitCode);
        Assert.Contains("optional by their metadata", folder.Error, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Cost", "process")]
    [InlineData("dataset=pictures", "pictures")]
    [InlineData("dataset=../{0}/pictures", "pictures")]
    [InlineData("dataset=~/mine", "home/mine")]
    [InlineData("dataset=./nowhere", null)]
    [InlineData(null, "notebooks/pictures")]
    public async Task A_path_given_to_p_starts_where_the_shell_stands_and_one_in_the_notebook_where_that_lies(string? parameter, string? found)
    {
        using var place = new Workplace();
        var library = Path.Combine(BuiltCourse.Root, "lib", "CourseKit", "bin", Directory.GetParent(AppContext.BaseDirectory.TrimEnd('/'))!.Name, "net10.0");
        var bytes = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==");
        foreach (var folder in new[] { "pictures", "home/mine", "notebooks/pictures" })
        {
            Directory.CreateDirectory(place.PathOf(folder));
            await File.WriteAllBytesAsync(place.PathOf(folder, "a.png"), bytes, _cancel);
            await File.WriteAllBytesAsync(place.PathOf(folder, "b.png"), bytes, _cancel);
        }
        place.Write("notebooks/n.ipynb", NotebookCell.Code($"#r \"{library}/CourseKit.dll\"\n#r \"{library}/TorchSharp.dll\"\nusing CourseKit.Data;"),
            NotebookCell.Code("var dataset = \"pictures\";", "parameters"), NotebookCell.Code("Datasets.Load(dataset).Train.Provenance"));

        string[] given = parameter is null ? [] : ["-p", string.Format(System.Globalization.CultureInfo.InvariantCulture, parameter, Path.GetFileName(place.Folder))];
        var run = await place.RunAsync(BuiltCourse.Program, new() { ["HOME"] = place.PathOf("home") }, ["run", "notebooks/n.ipynb", .. given]);

        var last = place.Executed("n").Cells[^1].InShort();
        if (found is not null)
            Assert.Equal([$"execute_result: 1 picture of {place.PathOf(found.Split('/'))}"], last);
        else
            Assert.Contains($"\n  {place.PathOf("nowhere")}\n", run.Output + run.Error + string.Concat(last));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Two_runs_of_a_notebook_give_the_same_file_to_the_byte()
    {
        using var place = new Workplace();
        place.Write("same.ipynb", NotebookCell.Code("int seed = 1;", "parameters"),
            NotebookCell.Code("var shown = display(\"a\");\nshown.Update(\"b\");\nnew System.Random(seed).NextDouble()"));
        await place.RunAsync("run", "same.ipynb", "--seed", "5", "--out", "one");
        await place.RunAsync("run", "same.ipynb", "--seed", "5", "--out", "two");
        Assert.Equal(
            await File.ReadAllTextAsync(place.PathOf("one", "same.ipynb"), _cancel),
            await File.ReadAllTextAsync(place.PathOf("two", "same.ipynb"), _cancel));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Notebooks_that_run_at_the_same_time_keep_their_outputs_apart()
    {
        using var place = new Workplace();
        // Each waits for the others: they end only if all three run at once.
        string[] names = ["a", "b", "c"];
        foreach (var name in names)
        {
            place.Write($"all/{name}.ipynb", $$"""
                System.IO.File.WriteAllText("{{name}}.here", "");
                while (!System.Linq.Enumerable.All(new[] { "a", "b", "c" }, n => System.IO.File.Exists(n + ".here"))) System.Threading.Thread.Sleep(10);
                for (var i = 0; i < 200; i++) System.Console.WriteLine("{{name}}");
                """);
        }
        var run = await place.RunAsync("run", "all", "--jobs", "3", "--timeout", "60");
        Assert.Equal(0, run.ExitCode);
        foreach (var name in names)
            Assert.Equal($"stream: stdout {string.Concat(Enumerable.Repeat(name + "\n", 200))}", Assert.Single(place.Executed(name).Cells[0].InShort()));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_notebook_that_builds_on_others_runs_after_them_however_long_they_take()
    {
        using var place = new Workplace();
        place.Write("all/1.ipynb", "1");
        place.Write("all/2.ipynb", "System.Threading.Thread.Sleep(1500); System.IO.File.WriteAllText(\"2.here\", \"\");");
        var last = new Notebook(NotebookCell.Code("System.IO.File.Exists(\"2.here\")"));
        last.Metadata["coursekit"] = new System.Text.Json.Nodes.JsonObject { ["after"] = new System.Text.Json.Nodes.JsonArray("2", "nowhere", "3") };
        last.Save(place.PathOf("all", "3.ipynb"));

        var run = await place.RunAsync("run", "all", "--jobs", "2");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["execute_result: True"], place.Executed("3").Cells[0].InShort());
        Assert.Equal(["1", "2", "3"], Enumerable.Range(0, 3).Select(at => (string)place.Summary(at)["name"]!));
    }

    // Else a long one that waits would run last and alone.
    [Fact]
    [Trait("Cost", "process")]
    public async Task What_others_wait_for_runs_first_and_what_has_waited_next()
    {
        using var place = new Workplace();
        foreach (var name in new[] { "a", "b", "c" })
        {
            var notebook = new Notebook(NotebookCell.Code($"System.IO.File.AppendAllText(\"order\", \"{name}\");"));
            if (name == "c")
                notebook.Metadata["coursekit"] = new System.Text.Json.Nodes.JsonObject { ["after"] = new System.Text.Json.Nodes.JsonArray("b") };
            Directory.CreateDirectory(place.PathOf("all"));
            notebook.Save(place.PathOf("all", name + ".ipynb"));
        }
        Assert.Equal(0, (await place.RunAsync("run", "all", "--jobs", "1")).ExitCode);
        Assert.Equal("bca", File.ReadAllText(place.PathOf("all", "order")));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Displays_are_updated_in_place_even_from_a_later_cell_and_cleared_outputs_are_gone()
    {
        using var place = new Workplace();
        place.Write("show.ipynb", "var shown = display(\"first\");", "shown.Update(\"second\"); System.Console.Write(\"a\");\nSystem.Console.Write(\"b\");");
        await place.RunAsync("run", "show.ipynb");
        var cells = place.Executed("show").Cells;
        Assert.Equal(["display_data: second"], cells[0].InShort());
        Assert.Equal(["stream: stdout ab"], cells[1].InShort());
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Figures_that_a_notebook_records_are_in_the_summary_and_the_table()
    {
        using var place = new Workplace();
        place.Write("figures.ipynb", """
            class TypeFormatterSourceAttribute(System.Type type) : System.Attribute
            {
                public System.Type FormatterSourceType => type;
                public string[] PreferredMimeTypes { get; set; }
            }
            class Source { public System.Collections.Generic.IEnumerable<object> CreateTypeFormatters() => new object[] { new Formatter() }; }
            class Formatter
            {
                public string MimeType => "application/scrapbook.scrap.json+json";
                public bool Format(object value, System.IO.TextWriter writer) { writer.Write(((Scrap)value).Json); return true; }
            }
            [TypeFormatterSource(typeof(Source), PreferredMimeTypes = new[] { "application/scrapbook.scrap.json+json" })]
            class Scrap { public string Json; }
            """, """
            display(new Scrap { Json = "{\"name\": \"distance\", \"data\": 1.5, \"encoder\": \"json\", \"version\": 1}" });
            display(new Scrap { Json = "{\"name\": \"remark\", \"data\": \"no number\", \"encoder\": \"json\", \"version\": 1}" });
            """);
        var run = await place.RunAsync("run", "figures.ipynb");
        Assert.Contains("distance 1.5", run.Output);
        Assert.Equal("""{"distance":1.5}""", place.Summary()["metrics"]!.ToJsonString());
    }

    [Theory]
    [Trait("Cost", "process")]
    [InlineData("1")]
    [InlineData("2")]
    public async Task How_many_notebooks_run_at_once_does_not_say_how_many_threads_each_has(string jobs)
    {
        using var place = new Workplace();
        place.Write("threads.ipynb", "$\"{System.Environment.GetEnvironmentVariable(\"COURSEKIT_THREADS\")}, {System.Environment.GetEnvironmentVariable(\"OMP_NUM_THREADS\")}\"");
        await place.RunAsync("run", "threads.ipynb", "--jobs", jobs);
        var seen = Environment.GetEnvironmentVariable("COURSEKIT_THREADS") + ", " + Environment.GetEnvironmentVariable("OMP_NUM_THREADS");
        Assert.Contains($"\"{seen}\"", await File.ReadAllTextAsync(place.PathOf("out", "threads.ipynb"), _cancel));
    }

    [Fact]
    public async Task Artifacts_of_a_former_run_are_removed_and_the_notebook_is_told_where_to_save()
    {
        using var place = new Workplace();
        place.Write("save.ipynb", """
            var folder = System.Environment.GetEnvironmentVariable("COURSEKIT_ARTIFACTS");
            System.IO.Directory.CreateDirectory(folder);
            System.IO.File.WriteAllText(System.IO.Path.Combine(folder, "new.txt"), System.Environment.GetEnvironmentVariable("COURSEKIT_DATA"));
            System.Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") == "PASSIVE"
            """);
        Directory.CreateDirectory(place.PathOf("out", "artifacts", "save"));
        await File.WriteAllTextAsync(place.PathOf("out", "artifacts", "save", "old.txt"), "", _cancel);
        await place.RunAsync("run", "save.ipynb", "--data", ".");
        Assert.Equal("new.txt", Path.GetFileName(Assert.Single(Directory.GetFiles(place.PathOf("out", "artifacts", "save")))));
        Assert.Equal(place.Folder, await File.ReadAllTextAsync(place.PathOf("out", "artifacts", "save", "new.txt"), _cancel));
        Assert.Equal(["execute_result: True"], place.Executed("save").Cells[0].InShort());
    }

    [Fact]
    public async Task Parameters_reach_the_notebooks_that_declare_them()
    {
        using var place = new Workplace();
        place.Write("all/a.ipynb", NotebookCell.Code("int seed = 1; var rate = 0.5; string who = \"me\"; bool loud = false;", "parameters"),
            NotebookCell.Code("$\"{seed} {rate * 2} {who} {loud}\""));
        place.Write("all/b.ipynb", "\"none\"");
        var run = await place.RunAsync("run", "all", "--seed", "7", "-p", "rate=1e-1", "-p", "who=\"you\"\\ and=me", "-p", "loud=true");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var cells = place.Executed("a").Cells;
        Assert.Equal(["injected-parameters"], cells[1].Tags);
        Assert.Equal(["execute_result: 7 0.2 \"you\"\\ and=me True"], cells[2].InShort());
        Assert.Equal(["execute_result: none"], place.Executed("b").Cells[0].InShort());
    }
}
