using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Tests.Session.Directives;

public sealed class ImportTests : SessionTest
{
    [Fact]
    public async Task Load_is_import_as_scripts_write_it()
    {
        Write("helpers.csx", "int Twice(int x) => 2 * x;");
        Assert.Equal("8", (await RunAsync("#load \"helpers.csx\"\nTwice(4)")).Ok().Value);
        Assert.Equal("4", (await RunAsync("var text = \"\"\"\n#load \"none.csx\"\n\"\"\";\n4")).Ok().Value);
    }

    [Theory]
    [InlineData("page.html", "<b>x</b>", "text/html", "<b>x</b>")]
    [InlineData("say.js", "alert(1)", "text/html", "<script>alert(1)</script>")]
    [InlineData("words.md", "*x*", "text/markdown", "*x*")]
    public async Task Pages_scripts_and_texts_are_shown(string name, string text, string mimeType, string shown)
    {
        Write(name, text);
        Assert.Equal(shown, (await RunAsync($"#!import {name}")).Ok().Displays.Single().Data.Text(mimeType));
    }

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
    public async Task Of_other_languages_that_is_done_which_a_cell_would_do()
    {
        const string Dib = "#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"name\":\"rust\"}]}}\n#!markdown\n# Title\n#!html\n<b>\n#!fsharp\n#!time\nlet x = 1\n#!rust\nfn\n#!value\n#!value --name v\nkept\n#!csharp\n#!share v --from value\n";
        Write("other.dib", Dib);
        var dib = (await RunAsync("#!import other.dib\nv")).Ok();
        Assert.Equal("kept", dib.Value);
        string[] shown = ["<b>", "F# is passed over: this kernel runs C# only.", "rust is passed over: this kernel runs C# only."];
        Assert.Equal(shown, dib.Displays.Select(display => display.Data.Text("text/html") ?? display.Data.Text("text/plain")));

        Notebook.Load(Path.Combine(Folder, "other.dib")).Save(Path.Combine(Folder, "other.ipynb"));
        var ipynb = (await RunAsync("v = null;\n#!import other.ipynb\nv")).Ok();
        Assert.Equal("kept", ipynb.Value);
        Assert.Equal(shown, ipynb.Displays.Select(display => display.Data.Text("text/html") ?? display.Data.Text("text/plain")));
        Write("broken.dib", "#!meta\n{");
        Assert.StartsWith($"#!import: {Folder}/broken.dib: #!meta: found text that is not JSON", (await RunAsync("#!import broken.dib")).Error.Message, StringComparison.Ordinal);
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

    [Fact]
    public async Task Paths_in_an_imported_file_start_from_its_folder()
    {
        Write("sub/outer.csx", "#!import inner.csx\n#!import deep/deeper.csx\nint Outer() => Inner() + Deeper();");
        Write("sub/inner.csx", "int Inner() => 40;");
        Write("sub/deep/deeper.csx", "#!import ../../top.csx\n#!import \"../inner.csx\"\nint Deeper() => Top() + 1;");
        Write("top.csx", "int Top() => 1;");
        Write("inner.csx", "int Inner() => -1;");
        Assert.Equal("42", (await RunAsync("#!import sub/outer.csx\nOuter()")).Ok().Value);
        Assert.Equal("-1", (await RunAsync("#!import inner.csx\nInner()")).Ok().Value);
    }

    [Fact]
    public async Task A_library_that_an_imported_file_references_lies_beside_that_file()
    {
        Compiled.Library(Path.Combine(Folder, "sub", "lib"), "Beside", "public static class Beside { public static int Here => 7; }");
        Write("sub/uses.csx", "#r \"lib/Beside.dll\"\nvar here = Beside.Here;");
        Assert.Equal("7", (await RunAsync("#!import sub/uses.csx\nhere")).Ok().Value);
        Write("sub/wrong.csx", "\n#r \"sub/lib/Beside.dll\"");
        var error = (await RunAsync("#!import sub/wrong.csx")).Error;
        Assert.Equal($"#r \"sub/lib/Beside.dll\": {Folder}/sub/sub/lib/Beside.dll does not exist. Relative paths start from the folder of wrong.csx.", error.Message);
    }

    [Fact]
    public async Task Paths_in_an_imported_notebook_or_dib_start_from_its_folder()
    {
        Write("sub/inner.csx", "var inner = 5;");
        new Notebook(NotebookCell.Code("#!import inner.csx\nvar a = inner;")).Save(Path.Combine(Folder, "sub", "book.ipynb"));
        Write("sub/book.dib", "#!csharp // first\n#!import inner.csx // beside\nvar b = inner + 1;\n#!markdown // text\n# Title {\n#!csharp\nvar c = b + 1;");
        Assert.Equal("12", (await RunAsync("#!import sub/book.ipynb\n#!import sub/book.dib\na + c")).Ok().Value);
    }

    [Fact]
    public async Task One_file_may_be_imported_by_two_ways()
    {
        Write("a.csx", "#!import shared/util.csx\nint A() => Util();");
        Write("other/b.csx", "#!import ../shared/../shared/util.csx\nint B() => Util();");
        Write("shared/util.csx", "int Util() => 3;");
        Assert.Equal("9", (await RunAsync("#!import a.csx\n#!import other/b.csx\n#!import ./shared/util.csx\nA() + B() + Util()")).Ok().Value);
    }

    [Theory]
    [InlineData("one.csx", "#!import one.csx: the file imports itself. Remove one of these imports.", "one.csx")]
    [InlineData("sub/two.csx", "#!import two.csx: the file imports itself, by way of three.csx. Remove one of these imports.", "three.csx")]
    public async Task A_file_that_imports_itself_is_refused_however_it_is_written(string first, string message, string last)
    {
        Write("one.csx", "\n#!import ./sub/../one.csx");
        Write("sub/two.csx", "\n#!import ../three.csx");
        Write("three.csx", "\n#!import sub//two.csx");
        var error = (await RunAsync($"#!import {first}")).Error;
        Assert.Equal(message, error.Message);
        Assert.StartsWith($"   at {last}, line 2: #!import ", error.Traceback[1], StringComparison.Ordinal);
        Assert.Equal($"   at cell 1, line 1: #!import {first}", error.Traceback[^1]);
        Assert.Equal("1", (await RunAsync("1")).Value);
    }

    [Theory]
    [InlineData("int x = nowhere;", "inner.csx(2,9): error CS0103: The name 'nowhere' does not exist in the current context", null)]
    [InlineData("throw new Exception(\"no\");", "no", "   at inner.csx, line 2: throw new Exception(\"no\");")]
    [InlineData("#!nothing", "#!nothing: unknown directive.", "   at inner.csx, line 2: #!nothing")]
    [InlineData("#!time 1", "#!time takes nothing behind it, found: 1.", "   at inner.csx, line 2: #!time 1")]
    [InlineData("#!import gone.csx", "#!import gone.csx: ", "   at inner.csx, line 2: #!import gone.csx")]
    public async Task An_error_in_a_nested_import_names_each_file_and_line(string code, string message, string? place)
    {
        Write("sub/outer.csx", "var before = 1;\n\n  #!import inner.csx // more");
        Write("sub/inner.csx", "\n" + code);
        var error = (await RunAsync("// first\n#!import sub/outer.csx")).Error;
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Line);
        if (place is not null)
            Assert.Equal(place, error.Traceback[^3]);
        Assert.Equal(["   at outer.csx, line 3: #!import inner.csx // more", "   at cell 1, line 2: #!import sub/outer.csx"], error.Traceback.TakeLast(2));
    }

    [Theory]
    [InlineData("#!import sub")]
    [InlineData("#!import sub/")]
    [InlineData("#!import \"sub\" // a folder")]
    [InlineData("#!import .")]
    [InlineData("#!import folder.csx")]
    public async Task A_folder_is_told_as_one(string import)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "sub"));
        Directory.CreateDirectory(Path.Combine(Folder, "folder.csx"));
        Assert.EndsWith(" is a folder; expected a .cs, .csx, .ipynb or .dib file in it.", (await RunAsync(import)).Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!import", "expected a file")]
    [InlineData("#!import nothere.cs", "nothere.cs does not exist")]
    [InlineData("#!import notes.txt", "expected a .cs, .csx, .ipynb, .dib, .html, .js or .md file, found .txt")]
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

    private void Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
