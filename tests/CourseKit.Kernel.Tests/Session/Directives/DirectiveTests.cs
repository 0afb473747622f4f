using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Session.Directives;

public sealed class DirectiveTests : SessionTest
{
    [Fact]
    public async Task An_unknown_directive_is_refused_with_the_known_ones_before_anything_runs()
    {
        var ran = await RunAsync("Console.Write(1);\n#!fharp\nlet x = 1");
        Assert.Empty(ran.Stdout);
        Assert.Equal(2, ran.Error.Line);
        Assert.StartsWith("#!fharp: unknown directive. Known are #r, #i, #!import,", ran.Error.Message, StringComparison.Ordinal);
        Assert.False((await RunAsync("#!TIME")).Result.Ok);
    }

    [Fact]
    public async Task Other_languages_are_displayed_between_the_code_above_and_below()
    {
        var ran = (await RunAsync("Console.Write(1);\n#!html\n<b>x</b>\n#!markdown\n# Title\n\ntext\n#!javascript\nlet a = 1 < 2;\n#!mermaid\na-->b\n#!csharp\nConsole.Write(2);")).Ok();
        Assert.Equal("12", ran.Stdout);
        Assert.Equal(["1", "2"], ran.Outputs.OfType<StreamOutput>().Select(output => output.Text));
        Assert.IsType<StreamOutput>(ran.Outputs[0]);
        Assert.IsType<StreamOutput>(ran.Outputs[^1]);
        Assert.Equal(
            ["<b>x</b>", "# Title\n\ntext", "<script>let a = 1 < 2;</script>", "<pre class=\"mermaid\">a--&gt;b</pre>"],
            ran.Displays.Select(display => display.Data.Text("text/html") ?? display.Data.Text("text/markdown")));
        Assert.Equal("a-->b", ran.Displays[3].Data.Text("text/plain"));
    }

    [Fact]
    public async Task A_script_that_holds_its_own_end_tag_in_a_string_stays_one_script()
    {
        var ran = (await RunAsync("#!javascript\nlet s = '</SCRIPT>';")).Ok();
        Assert.Equal("<script>let s = '<\\/script>';</script>", ran.Displays[0].Data.Text("text/html"));
    }

    [Fact]
    public async Task Lines_keep_their_numbers_below_directives_and_other_languages()
    {
        var error = (await RunAsync("#!time\n#!html\n<b>\n</b>\n#!csharp\n\nthrow new Exception();")).Error;
        Assert.Equal(7, error.Line);
        Assert.Equal("   at cell 1, line 7: throw new Exception();", error.Traceback[^1]);
    }

    [Fact]
    public async Task What_looks_like_a_directive_in_a_text_or_comment_is_none()
    {
        var ran = (await RunAsync("var s = \"\"\"\n    #!foo\n    #r \"x\"\n    \"\"\";\n/*\n#!foo\n*/\ns")).Ok();
        Assert.Equal("#!foo\n#r \"x\"", ran.Value);
    }

    [Fact]
    public async Task Time_shows_how_long_the_cell_took_also_where_it_failed()
    {
        Assert.StartsWith("Wall time: ", (await RunAsync("#!time\n1")).Ok().Displays[^1].Data.Text("text/plain"), StringComparison.Ordinal);
        Assert.Single((await RunAsync("#!time\nthrow new Exception();")).Displays);
    }

    [Fact]
    public async Task Who_and_whos_list_variables()
    {
        Assert.Equal("No variables yet.", (await RunAsync("#!who")).Displays[0].Data.Text("text/plain"));
        (await RunAsync("var b = new List<int> { 1 }; string a = \"<x>\";")).Ok();
        Assert.Equal("a\nb", (await RunAsync("#!who")).Displays[0].Data.Text("text/plain"));
        var whos = (await RunAsync("#!whos")).Displays[0].Data;
        Assert.Equal("a  string     <x>\nb  List<int>  [ 1 ]", whos.Text("text/plain"));
        Assert.Contains(">&lt;x&gt;</td>", whos.Text("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lsmagic_has_a_line_for_each_directive()
    {
        var lines = (await RunAsync("#!lsmagic")).Displays[0].Data.Text("text/plain")!.Split('\n');
        foreach (var name in new[] { "#r", "#i", "#!import", "#!time", "#!who", "#!whos", "#!help", "#!html", "#!markdown", "#!javascript", "#!mermaid", "#!csharp", "#!value", "#!share", "#!set", "#!connect", "#!about", "#!lsmagic", "#!fsharp", "#!pwsh", "#!sql", "#!kql", "#!http", "#!python", "#!r" })
            Assert.Single(lines, line => line == name || line.StartsWith(name + " ", StringComparison.Ordinal));
    }
}
