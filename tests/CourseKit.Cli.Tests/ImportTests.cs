using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit import</c>: notebooks of other C# kernels become notebooks for this one, and what is left to a person is listed.</summary>
public sealed class ImportTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_polyglot_notebook_becomes_one_that_runs()
    {
        var old = Polyglot(
            ("code", "csharp", "var x = 20;"), ("code", "markdown", "# Title"), ("code", null, "#!markdown\ntext"), ("code", "html", "<b>x</b>"), ("code", "fsharp", "let y = 2"),
            ("code", "value", "#!value --name v\nkept"), ("code", "csharp", "#!share v --from value\nx + v.Length"), ("markdown", null, "end"));
        File.WriteAllText(place.PathOf("old.ipynb"), old);
        var run = await place.RunAsync("import", "old.ipynb");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(old, File.ReadAllText(place.PathOf("old.ipynb")));
        var made = Notebook.Load(place.PathOf("old.coursekit.ipynb"));
        Assert.Equal(
            ["Code var x = 20;", "Markdown # Title", "Markdown text", "Code #!html\n<b>x</b>", "Code #!fsharp\nlet y = 2", "Code #!value --name v\nkept", "Code #!share v --from value\nx + v.Length", "Markdown end"],
            made.Cells.Select(cell => $"{cell.Kind} {cell.Source}"));
        Assert.Equal(("csharp", "coursekit"), (made.Language, (string?)made.Metadata["kernelspec"]!["name"]));
        Assert.All(made.Cells, cell => Assert.Equal((0, null, 0), (cell.Outputs.Count, cell.ExecutionCount, cell.Metadata.Count)));
        Assert.Contains("Wrote old.coursekit.ipynb: 8 cells, 5 of them code\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(["3 │ 1 │ #!fsharp │ it is passed over: write it in C#"], Rows(run.Output));

        // It runs, and so does the old one, to the same end.
        Assert.Equal(0, (await place.RunAsync("run", "old.coursekit.ipynb", "old.ipynb")).ExitCode);
        Assert.Equal(["execute_result: 24"], place.Executed("old.coursekit").Cells[6].InShort());
        var before = place.Executed("old");
        Assert.Equal(["execute_result: 24"], before.Cells[6].InShort());
        Assert.Equal(["display_data: F# is passed over: this kernel runs C# only."], before.Cells[4].InShort());
        Assert.Equal("# Title", MultilineText.Join(before.Cells[1].Outputs[0]!["data"]!["text/markdown"]));
        var page = await File.ReadAllTextAsync(place.PathOf("out", "old.html"), TestContext.Current.CancellationToken);
        Assert.Contains("<code>let y = 2</code>", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task A_dib_file_runs_and_is_imported()
    {
        File.WriteAllText(place.PathOf("book.dib"), "\ufeff#!meta\r\n\r\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[]}}\r\n\r\n#!markdown\r\n\r\n# Title\r\n\r\n#!csharp\r\n\r\n1 + 1\r\n\r\n#!pwsh\r\n\r\nls\r\n");
        var run = await place.RunAsync("run", "book.dib");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["execute_result: 2"], place.Executed("book").Cells[1].InShort());
        Assert.True(File.Exists(place.PathOf("out", "book.html")));
        Assert.Contains("done before", (await place.RunAsync("run", "book.dib", "--resume")).Output, StringComparison.Ordinal);

        var import = await place.RunAsync("import", "book.dib");
        Assert.Equal((0, ""), (import.ExitCode, import.Error));
        Assert.Equal(["# Title", "1 + 1", "#!pwsh\nls"], Notebook.Load(place.PathOf("book.ipynb")).Cells.Select(cell => cell.Source));

        // The results of both would have one name.
        Assert.Contains("two notebooks of one name", (await place.RunAsync("run", "book.dib", "book.ipynb")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await place.RunAsync("run", ".")).ExitCode);
    }

    [Fact]
    public async Task What_a_person_has_to_change_is_listed_by_cell_and_line()
    {
        place.Write("old.ipynb",
            "1 + 1",
            "var a = 1;\n#!fsharp\n#!share --from csharp a\nlet y = a\n#!csharp\nvar b = await Kernel.GetInputAsync(\"b\");\n// Kernel.Root in a comment\nvar c = await Kernel.GetPasswordAsync(\"c\");",
            "using Microsoft.DotNet.Interactive;\nusing static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;\nusing Microsoft.DotNet.Interactive.Commands;\nvar context = KernelInvocationContext.Current;\n\nvar root = Kernel.Root;",
            "#!connect mssql --kernel-name db \"Server=here\"\n#r nuget:Unquoted",
            "#!sql-db\nSELECT 1", "#!db\nSELECT 2",
            "#!share x --from sql-db\n#!set --name y --value @javascript:y\n#!set --name z --value 5\n#!set --name w --value @value:w\n#!set --name q --value @input:\"q\"",
            "#r \"nuget: Microsoft.DotNet.Interactive.SqlServer, *-*\"\n#r \"nuget: Plotly.NET.Interactive, 5.0.0\"\n#r \"nuget: Some thing\"\n#r \"nuget: TorchVision\"",
            "#!value --name u --from-url https://somewhere\n",
            "#!js\n#!share --from csharp a\nalert(a)", "#!javascript\nalert(1)",
            "1;\n#!nothing 2");
        var run = await place.RunAsync("import", "old.ipynb", "--out", "new.ipynb");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            [
                "2 2 it is passed over: write it in C#",
                "3 3 leave it out", "3 4 this kernel has no such type: leave it out, or show the result with display(x), HTML(text)",
                "3 6 this kernel has no such type: leave it out, or show the result with display(x), HTML(text)",
                "4 1 no other kernel can be connected: read the data in C#", "4 2 write it with double quotes: #r \"nuget: Id, version\"",
                "5 1 it is passed over: write it in C#", "6 1 it is passed over: write it in C#",
                "7 1 the variable cannot come from there: declare it in C#", "7 2 the variable cannot come from there: declare it in C#",
                "8 1 an extension of .NET Interactive does nothing here: leave it out", "8 3 expected a package's id and a version, as in #r \"nuget: Newtonsoft.Json, 13.0.3\"",
                "8 4 reference CourseKit.dll and TorchSharp.dll of the course instead, as its notebooks do",
                "9 1 fetch it in C#, with HttpClient",
                "10 1 it is passed over, because it takes variables: make the text in C#, and display HTML(text)",
                "12 2 #!nothing: unknown directive",
            ],
            Rows(run.Output).Select(row => row.Split(" │ ")).Select(row => $"{row[0]} {row[1]} {row[3]}"));
    }

    [Fact]
    public async Task The_line_for_TorchSharp_is_exchanged_for_the_TorchSharp_of_the_course()
    {
        place.Write("a.ipynb", "// first\n#r \"nuget: TorchSharp-cpu, 0.105.0\"\n", "#r \"nuget:TorchSharp-cuda-linux\"\nusing TorchSharp;", "#!fsharp\n#r \"nuget: TorchSharp-cpu\"", "var s = @\"\n#r \"\"nuget: TorchSharp-cpu\"\"\n\";\n/*\n#r \"nuget: TorchSharp-cpu\"\n*/");
        place.Write("b.ipynb", "#r \"nuget: TorchSharp-cpu\" // all of it\n#r \"nuget: Other\"\nusing TorchSharp;\nusing static TorchSharp.torch;\n\nones(2).sum()");
        File.WriteAllText(place.PathOf("CourseKit.sln"), "");
        Directory.CreateDirectory(place.PathOf("sub"));
        File.Move(place.PathOf("b.ipynb"), place.PathOf("sub", "b.ipynb"));
        var run = await place.RunAsync("import", "a.ipynb");
        Assert.Contains("Exchanged #r \"nuget: TorchSharp-cpu, 0.105.0\" for the TorchSharp of the course\nExchanged #r \"nuget:TorchSharp-cuda-linux\" for", run.Output, StringComparison.Ordinal);
        const string Build = "lib/CourseKit/bin/Release/net10.0/";
        Assert.Equal(
            [
                $"// first\n// #r \"nuget: TorchSharp-cpu, 0.105.0\" (CourseKit brings TorchSharp and libtorch)\n#r \"./{Build}CourseKit.dll\"\n#r \"./{Build}TorchSharp.dll\"\nCourseKit.Course.Start()",
                "// #r \"nuget:TorchSharp-cuda-linux\" (CourseKit brings TorchSharp and libtorch)\nusing TorchSharp;",
                "#!fsharp\n#r \"nuget: TorchSharp-cpu\"", "var s = @\"\n#r \"\"nuget: TorchSharp-cpu\"\"\n\";\n/*\n#r \"nuget: TorchSharp-cpu\"\n*/",
            ],
            Notebook.Load(place.PathOf("a.coursekit.ipynb")).Cells.Select(cell => cell.Source));

        Assert.Equal(0, (await place.RunAsync("import", "sub/b.ipynb")).ExitCode);
        var cells = Notebook.Load(place.PathOf("sub", "b.coursekit.ipynb")).Cells;
        Assert.Equal($"#r \"../{Build}CourseKit.dll\"\n#r \"../{Build}TorchSharp.dll\"\nCourseKit.Course.Start()", cells[0].Source);
        Assert.Equal("// #r \"nuget: TorchSharp-cpu\" // all of it (CourseKit brings TorchSharp and libtorch)\n#r \"nuget: Other\"\nusing TorchSharp;\nusing static TorchSharp.torch;\n\nones(2).sum()", cells[1].Source);
        var text = File.ReadAllText(place.PathOf("sub", "b.coursekit.ipynb"));
        Assert.Equal(0, (await place.RunAsync("import", "sub/b.ipynb", "--force")).ExitCode);
        Assert.Equal(text, File.ReadAllText(place.PathOf("sub", "b.coursekit.ipynb")));
    }

    [Fact]
    [Trait("Cost", "process")]
    public async Task Elsewhere_the_lines_name_the_course_of_this_program_and_the_notebook_runs()
    {
        place.Write("a.ipynb", "#r \"nuget: TorchSharp-cpu\"\nusing TorchSharp;\nusing static TorchSharp.torch;", "(float)ones(2, 3).sum()");
        Assert.Equal(0, (await place.RunAsync("import", "a.ipynb")).ExitCode);
        var run = await place.RunAsync("run", "a.coursekit.ipynb");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["execute_result: 6"], place.Executed("a.coursekit").Cells[2].InShort());
    }

    [Theory]
    [InlineData("nothere.ipynb", "nothere.ipynb: no such file")]
    [InlineData("folder", "folder: a folder; name one notebook in it")]
    [InlineData("python.ipynb", "a notebook in python, but only C# notebooks")]
    [InlineData("fsharp.dib", "a notebook in F#, but only C# notebooks")]
    [InlineData("three.ipynb", "nbformat: found 3, expected 4")]
    [InlineData("text.ipynb", "found text that is not JSON")]
    [InlineData("bytes.dib", "found bytes that are not UTF-8 at 9, expected text in UTF-8")]
    [InlineData("meta.dib", "#!meta: found text that is not JSON")]
    [InlineData("a.ipynb --out folder", "--out folder: a folder; name a file in it")]
    [InlineData("a.ipynb --out a.ipynb --force", "--out a.ipynb: the notebook itself, which is never overwritten; name another file")]
    [InlineData("a.ipynb --out b.txt", "--out b.txt: expected a name that ends in .ipynb")]
    [InlineData("a.ipynb --out there.ipynb", "there.ipynb is there already: give --force to overwrite it, or another name with --out")]
    [InlineData("three.ipynb --out new/three.ipynb", "nbformat: found 3, expected 4")]
    [InlineData("", "Required argument 'NOTEBOOK' missing")]
    public async Task What_cannot_be_imported_is_told_and_nothing_is_written(string arguments, string message)
    {
        Directory.CreateDirectory(place.PathOf("folder"));
        place.Write("a.ipynb", "1");
        place.Write("there.ipynb", "2");
        File.WriteAllText(place.PathOf("python.ipynb"), """{"cells":[],"metadata":{"kernelspec":{"name":"python3","display_name":"Python","language":"python"}},"nbformat":4,"nbformat_minor":5}""");
        File.WriteAllText(place.PathOf("three.ipynb"), """{"worksheets":[],"metadata":{},"nbformat":3,"nbformat_minor":0}""");
        File.WriteAllText(place.PathOf("fsharp.dib"), "#!fsharp\nlet x = 1");
        File.WriteAllText(place.PathOf("text.ipynb"), "hello");
        File.WriteAllText(place.PathOf("meta.dib"), "#!meta\n{\n#!csharp\n1");
        File.WriteAllBytes(place.PathOf("bytes.dib"), [.. "#!csharp\n"u8, 0xff]);
        var before = Contents();
        var run = await place.RunAsync(["import", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
        if (arguments.Contains("there.ipynb", StringComparison.Ordinal) && !arguments.StartsWith('n'))
            Assert.Equal(0, (await place.RunAsync("import", "a.ipynb", "--out", "there.ipynb", "--force")).ExitCode);

        string Contents() => string.Join('\n', Directory.GetFiles(place.Folder).Order(StringComparer.Ordinal).Select(file => $"{file} {File.ReadAllText(file)}"));
    }

    [Fact]
    public async Task A_place_where_nothing_can_be_written_is_told()
    {
        place.Write("a.ipynb", "1");
        var run = await place.RunAsync("import", "a.ipynb", "--out", "a.ipynb/b.ipynb");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("a.ipynb", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notebook_whose_cells_say_CSharp_is_one_whatever_its_own_metadata_say()
    {
        File.WriteAllText(place.PathOf("old.ipynb"), Polyglot(("code", "csharp", "1 + 1")).Replace("\"polyglot-notebook\"", "\"python\"", StringComparison.Ordinal));
        Assert.Equal(0, (await place.RunAsync("import", "old.ipynb")).ExitCode);
        Assert.Equal(0, (await place.RunAsync("run", "old.ipynb")).ExitCode);
    }

    [Fact]
    public async Task An_order_within_a_page_stays_one_and_the_page_stays_a_page()
    {
        File.WriteAllText(place.PathOf("old.ipynb"), Polyglot(("code", "html", "#!time\n<b>\nx\n</b>\n#!csharp\n#!who")));
        Assert.Equal(0, (await place.RunAsync("import", "old.ipynb")).ExitCode);
        Assert.Equal("#!time\n#!html\n<b>\nx\n</b>\n#!csharp\n#!who", Notebook.Load(place.PathOf("old.coursekit.ipynb")).Cells[0].Source);
    }

    [Fact]
    public async Task A_cell_for_a_kernel_that_nobody_knows_is_text_in_the_notebook_too()
    {
        File.WriteAllText(place.PathOf("old.ipynb"), Polyglot(("code", "my rust", "fn main() {}"), ("code", "csharp", "#!connect jupyter --kernel-name julia\r\n2"), ("code", "julia", "println(1)\r\n")));
        Assert.Equal(0, (await place.RunAsync("import", "old.ipynb")).ExitCode);
        Assert.Equal(["#!connect --kernel-name my-rust\n#!my-rust\nfn main() {}", "#!connect jupyter --kernel-name julia\r\n2", "#!julia\nprintln(1)\r\n"],
            Notebook.Load(place.PathOf("old.coursekit.ipynb")).Cells.Select(cell => cell.Source));
        Assert.Equal(0, (await place.RunAsync("run", "old.coursekit.ipynb", "old.ipynb")).ExitCode);
        Assert.Equal("display_data: my-rust is passed over: this kernel runs C# only.", place.Executed("old.coursekit").Cells[0].InShort()[^1]);
        Assert.Equal(["display_data: my rust is passed over: this kernel runs C# only."], place.Executed("old").Cells[0].InShort());
    }

    [Fact]
    public async Task Assignments_and_submissions_are_no_dib_files()
    {
        File.WriteAllText(place.PathOf("a.dib"), "#!csharp\n1");
        Directory.CreateDirectory(place.PathOf("class"));
        File.Copy(place.PathOf("a.dib"), place.PathOf("class", "ann.dib"));
        foreach (var arguments in new[] { new[] { "assign", "a.dib" }, ["grade", "class", "--assignment", "a.dib", "--out", "graded"] })
        {
            var run = await place.RunAsync(arguments);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("a.dib: expected an .ipynb file; `coursekit import` makes one of a .dib file", Regex.Replace(run.Error, @"\s+", " "), StringComparison.Ordinal);
        }
        Assert.Equal(2, Directory.GetFileSystemEntries(place.Folder).Length);
    }

    private static string Polyglot(params (string Type, string? Kernel, string Source)[] cells) => new JsonObject
    {
        ["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode)new JsonObject
        {
            ["cell_type"] = cell.Type,
            ["execution_count"] = cell.Type == "code" ? 3 : null,
            ["metadata"] = cell.Kernel is null ? [] : new JsonObject
            {
                ["dotnet_interactive"] = new JsonObject { ["language"] = cell.Kernel },
                ["polyglot_notebook"] = new JsonObject { ["kernelName"] = cell.Kernel },
                ["vscode"] = new JsonObject { ["languageId"] = "polyglot-notebook" },
            },
            ["outputs"] = cell.Type == "code" ? new JsonArray(new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = "old" }) : [],
            ["source"] = cell.Source,
        })]),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "polyglot-notebook", ["name"] = ".net-csharp" },
            ["language_info"] = new JsonObject { ["name"] = "polyglot-notebook" },
            ["polyglot_notebook"] = new JsonObject { ["kernelInfo"] = new JsonObject { ["defaultKernelName"] = "csharp" } },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 2,
    }.ToJsonString();

    // The rows of the table, each on a line.
    private static string[] Rows(string output)
    {
        List<string[]> rows = [];
        foreach (var line in output.Split('\n').Where(line => line.StartsWith('│')).Skip(1))
        {
            string[] cells = [.. line.Trim('│').Split('│').Select(cell => cell.Trim())];
            if (cells[0].Length > 0)
                rows.Add(cells);
            else
                rows[^1] = [.. rows[^1].Zip(cells, (above, below) => $"{above} {below}".Trim())];
        }
        return [.. rows.Select(row => string.Join(" │ ", row))];
    }
}
