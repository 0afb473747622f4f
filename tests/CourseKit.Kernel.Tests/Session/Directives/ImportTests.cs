using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Tests.Session.Directives;

public sealed class ImportTests : SessionTest
{
    [Fact]
    public async Task A_script_runs_between_the_code_above_and_below()
    {
        Write("helpers.csx", "int Twice(int x) => 2 * start;\nConsole.Write(\"imported \");\n\"not shown\"");
        var ran = (await RunAsync("var start = 4;\n#!import helpers.csx\nTwice(start)")).Ok();
        Assert.Equal("8", ran.Value);
        Assert.Equal("imported ", ran.Stdout);
    }

    [Fact]
    public async Task Of_a_notebook_the_code_cells_run()
    {
        new Notebook(NotebookCell.Markdown("# Title"), NotebookCell.Code("var a = 1;"), NotebookCell.Code("#!time\nvar b = a + 1;")).Save(Path.Combine(Folder, "other.ipynb"));
        Assert.Equal("2", (await RunAsync("#!import \"other.ipynb\"\nb")).Ok().Value);
    }

    [Fact]
    public async Task Of_a_dib_the_csharp_sections_run()
    {
        Write("other.dib", "#!meta\n{\"kernelInfo\":{}}\n#!markdown\n# Title\n#!csharp\nvar c = 3;\n#!fsharp\nlet x = 1\n#!csharp\nvar d = c + 1;\n");
        Assert.Equal("4", (await RunAsync("#!import other.dib\nd")).Ok().Value);
    }

    [Fact]
    public async Task Errors_name_the_file_and_its_line_and_the_line_of_the_import()
    {
        Write("bad.csx", "\n\nint x = nowhere;");
        var compile = (await RunAsync("\n#!import bad.csx")).Error;
        Assert.StartsWith("bad.csx(3,9): error CS0103", compile.Message, StringComparison.Ordinal);
        Assert.Equal(2, compile.Line);

        Write("fails.dib", "#!markdown\ntext\n#!csharp\nthrow new Exception(\"no\");");
        var run = (await RunAsync("\n\n#!import fails.dib")).Error;
        Assert.Contains("   at fails.dib, line 4: throw new Exception(\"no\");", run.Traceback);
        Assert.Equal(3, run.Line);
    }

    [Theory]
    [InlineData("#!import", "expected a file")]
    [InlineData("#!import nothere.cs", "nothere.cs does not exist")]
    [InlineData("#!import notes.txt", "expected a .cs, .csx, .ipynb or .dib file, found .txt")]
    [InlineData("#!import broken.ipynb", "broken.ipynb")]
    [InlineData("#!import python.ipynb", "expected a C# notebook, found one in python")]
    [InlineData("#!import loop.csx", "the file imports itself")]
    public async Task What_cannot_be_imported_is_refused_in_words(string import, string reason)
    {
        Write("notes.txt", "");
        Write("broken.ipynb", "{");
        Write("loop.csx", "#!import loop.csx");
        Write("python.ipynb", """{"cells":[],"metadata":{"kernelspec":{"name":"python3","display_name":"Python","language":"python"}},"nbformat":4,"nbformat_minor":5}""");
        var error = (await RunAsync(import)).Error;
        Assert.Equal("DirectiveError", error.Name);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Line);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Folder, name), text);
}
