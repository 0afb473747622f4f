using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session;
using CourseKit.Kernel.Session.Assist;
using CourseKit.Kernel.Session.Compilation;

namespace CourseKit.Kernel.Tests.Session.Directives;

/// <summary>Which lines are directives, and what may stand on them.</summary>
public sealed class DirectiveLineTests : SessionTest
{
    [Theory]
    [InlineData("#!time 1 + 1", "#!time takes nothing behind it, found: 1 + 1. Write that on the next line.")]
    [InlineData("#!markdown # Title", "#!markdown takes nothing behind it, found: # Title. Write that on the next line.")]
    [InlineData("#!html <b>x</b>\n<i>y</i>", "#!html takes nothing behind it, found: <b>x</b>. Write that on the next line.")]
    [InlineData("#!javascript alert(1) // now", "#!javascript takes nothing behind it, found: alert(1). Write that on the next line.")]
    [InlineData("#!mermaid a-->b", "#!mermaid takes nothing behind it, found: a-->b. Write that on the next line.")]
    [InlineData("#!csharp var x = 1;", "#!csharp takes nothing behind it, found: var x = 1;. Write that on the next line.")]
    [InlineData("#!c# 1", "#!c# takes nothing behind it, found: 1. Write that on the next line.")]
    [InlineData("#!who x", "#!who takes nothing behind it, found: x. Write that on the next line.")]
    [InlineData("#!whos\tx", "#!whos takes nothing behind it, found: x. Write that on the next line.")]
    [InlineData("#!lsmagic help", "#!lsmagic takes nothing behind it, found: help. Write that on the next line.")]
    [InlineData("#!time /* long */", "#!time takes nothing behind it, found: /* long */. Write that on the next line.")]
    [InlineData("#! time", "#!time with a space in it: unknown directive. Write #!time without the space.")]
    [InlineData("#!  \t html // x\n<b>", "#!html with a space in it: unknown directive. Write #!html without the space.")]
    [InlineData("  #! time 1", "#!time with a space in it: unknown directive. Write #!time without the space.")]
    [InlineData("# !time", "#!time with a space in it: unknown directive. Write #!time without the space.")]
    [InlineData("#! F# here", "#!F# with a space in it: unknown directive. Write #!F# without the space.")]
    [InlineData("#!r \"System.Xml\"", "#!r is a cell in R. To reference a library write #r \"System.Xml\".")]
    [InlineData("# r \"System.Xml\"", "#r with a space in it: unknown directive. Write #r without the space.")]
    public async Task What_no_directive_can_use_is_told_and_nothing_runs(string line, string message)
    {
        foreach (var above in new[] { "", "Console.Write(1);\n" })
        {
            var ran = await RunAsync(above + line);
            Assert.Equal("DirectiveError", ran.Error.Name);
            Assert.Equal(message, ran.Error.Message);
            Assert.Equal(above.Length == 0 ? 1 : 2, ran.Error.Line);
            Assert.Equal([ran.Error], ran.Outputs);
        }
    }

    [Theory]
    [InlineData("#!")]
    [InlineData("#! ")]
    [InlineData("1\n#!")]
    [InlineData("#! // time")]
    [InlineData("#! F here")]
    [InlineData("#!/bin/sh")]
    public async Task A_name_that_is_missing_or_unknown_is_told(string code) =>
        Assert.Contains(": unknown directive. Known are #r, ", (await RunAsync(code)).Error.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("$\"\"\"\n{0}\n\"\"\"")]
    [InlineData("$$\"\"\"\"\n{0}\n\"\"\"\"")]
    [InlineData("$\"\"\"\n{{1}}\n{0}\n\"\"\"")]
    [InlineData("\"\"\"\n{0}\n\"\"\"")]
    [InlineData("\"\"\"\"\"\n    {0}\n    \"\"\"\"\"")]
    [InlineData("@\"\n{0}\n\"")]
    [InlineData("$@\"\n{0}\"")]
    [InlineData("@$\"{{1}}\n{0}\"")]
    [InlineData("$@\"{{\"a\"}}\n\n{0}\n\"")]
    [InlineData("string.Concat(@\"\n{0}\n\")")]
    [InlineData("$\"\"\"\na {{$@\"\n{0}\"}}\n\"\"\"")]
    [InlineData("// \"\"\" begins\n@\"\n{0}\"")]
    [InlineData("#!time\n@\"\n{0}\"")]
    [InlineData("#!html\n\"\"\"\n#!csharp\n\"\"\"\n{0}\n\"\"\"")]
    public async Task A_line_of_a_text_is_none(string text)
    {
        foreach (var line in new[] { "#!time", "#!/bin/sh", "#! x", "#!html", "#r \"x\"" })
        {
            if (line[1] == 'r' && text.Contains('@', StringComparison.Ordinal))
                continue;
            var ran = (await RunAsync(text.Replace("{0}", line, StringComparison.Ordinal).Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal))).Ok();
            Assert.Contains(line, ran.Value!.Split('\n'));
        }
    }

    [Theory]
    [InlineData("/*\n#!nothing\n*/\n7")]
    [InlineData("/**\n#!nothing\n*/\n7")]
    [InlineData("/* a\n\n   #!nothing */ 7")]
    [InlineData("var x = 7; /*\n#r \"nothing.dll\"\n*/ x")]
    [InlineData("#if false\n#!nothing\n#endif\n7")]
    [InlineData("#if false\nvar a = \"\"\"\n  #! html\n#else\n7\n#endif")]
    [InlineData("#if false\n#r \"nothing.dll\"\n#endif\n7")]
    [InlineData("#if true\n7\n#else\n#!html\n#endif")]
    [InlineData("#if false\n#if true\n#!nothing\n#endif\n#!nothing\n#endif\n7")]
    [InlineData("#!csharp\n#if DEBUG_NOT\n#!who\n#elif OTHER_NOT\n#!import x\n#endif\n7")]
    [InlineData("#define OURS\n#if !OURS\n#!nothing\n#endif\n7")]
    public async Task A_line_of_a_comment_or_of_code_left_out_is_none(string code) => Assert.Equal("7", (await RunAsync(code)).Ok().Value);

    [Fact]
    public async Task In_code_that_an_if_takes_in_it_is_one()
    {
        Assert.StartsWith("Wall time", (await RunAsync("#if true\n#!time\n7\n#endif")).Ok().Displays[0].Data.Text("text/plain"), StringComparison.Ordinal);
        Assert.StartsWith("Wall time", (await RunAsync("#if false\n#endif\n#!time\n7")).Ok().Displays[0].Data.Text("text/plain"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!time // how long")]
    [InlineData("#!time //how long")]
    [InlineData("#!time// how long")]
    [InlineData("  #!time\t//")]
    [InlineData("#!csharp // \"quoted\"\n#!time")]
    [InlineData("#!R// no", true)]
    [InlineData("#!rr// no", false)]
    [InlineData("#!html // <b>\n<b>")]
    [InlineData("#!who // all")]
    [InlineData("#!help Math.Max // of two")]
    [InlineData("#!lsmagic // list")]
    [InlineData("#r \"System.Net.Http\" // to fetch")]
    [InlineData("#r \"System.Net.Http\"// to fetch \"things\"")]
    [InlineData("#!import a//b.csx // both")]
    [InlineData("#!import .//a//b.csx")]
    [InlineData("#!import \"a // c/b.csx\" // quoted")]
    [InlineData("#!import \"a // c/b.csx\"//quoted")]
    [InlineData("#!import a//b.csx //http://somewhere")]
    [InlineData("#r \"https://somewhere/x.dll\" // no", false)]
    [InlineData("#!import // nothing", false)]
    public async Task A_comment_may_end_a_directive(string code, bool works = true)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "a // c"));
        Directory.CreateDirectory(Path.Combine(Folder, "a"));
        File.WriteAllText(Path.Combine(Folder, "a // c", "b.csx"), "");
        File.WriteAllText(Path.Combine(Folder, "a", "b.csx"), "");
        Assert.Equal(works, (await RunAsync(code)).Result.Ok);
    }

    [Fact]
    public async Task What_a_directive_takes_keeps_its_slashes()
    {
        Assert.Contains($"{Folder}/https:/somewhere/x.dll does not exist", (await RunAsync("#r \"https://somewhere/x.dll\" // from there")).Error.Message, StringComparison.Ordinal);
        Assert.StartsWith("#!import: expected a file", (await RunAsync("#!import // a file")).Error.Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Folder, "x.csx"), "var x = 5;");
        Assert.Equal("5", (await RunAsync($"#!import /{Folder}/x.csx // with two slashes in front\nx")).Ok().Value);
        var page = Assert.Single((await RunAsync("#!help \"a // b\".Length // how long")).Ok().Displays);
        Assert.Contains("string.Length", page.Data.Text("text/plain"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_block_ends_at_a_directive_without_indentation_only()
    {
        var ran = (await RunAsync("#!markdown\n    #!/bin/sh\n#r \"x\"\n # !x\n#!csharp // back\n1")).Ok();
        Assert.Equal("    #!/bin/sh\n#r \"x\"\n # !x", ran.Displays[0].Data.Text("text/markdown"));
        Assert.Equal("1", ran.Value);
    }

    [Theory]
    [InlineData("#!markdown\n    #!csharp\nConsole.Wr|")]
    [InlineData("#!markdown\n#r \"x\"\nConsole.Wr|")]
    [InlineData("#!html // page\nConsole.Wr|")]
    [InlineData("#!html\n #!who|")]
    public async Task The_editor_sees_the_same_block(string code) => Assert.Empty(await CompleteAsync(code));

    [Theory]
    [InlineData("#!markdown\n    #!csharp\n#!csharp\nConsole.Wr|")]
    [InlineData("#! html\nConsole.Wr|")]
    [InlineData("var s = $\"\"\"\n#!html\n\"\"\";\nConsole.Wr|")]
    [InlineData("#if false\n#!html\n#endif\nConsole.Wr|")]
    [InlineData("#!who\r\n#!time // x\r\nConsole.Wr|")]
    public async Task The_editor_sees_the_same_code(string code) => Assert.Contains("Write", await CompleteAsync(code));

    [Theory]
    [InlineData("#!time 1 + 1", CodeCompletenessStatus.Invalid)]
    [InlineData("#! time", CodeCompletenessStatus.Invalid)]
    [InlineData("#!time // x\n#r \"x.dll\" // y\nx", CodeCompletenessStatus.Complete)]
    [InlineData("var s = $\"\"\"\n#!/bin/sh", CodeCompletenessStatus.Incomplete)]
    public void A_cell_whose_directive_will_be_refused_is_invalid(string code, CodeCompletenessStatus status) => Assert.Equal(status, CSharpSession.CheckComplete(code).Status);

    [Fact]
    public async Task Of_a_large_folder_the_first_thousand_names_are_offered()
    {
        for (var i = 0; i < 1100; i++)
            File.WriteAllText(Path.Combine(Folder, $"f{i:0000}.csx"), "");
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"f{i:0000}.csx"), await CompleteAsync("#!import |"));
    }

    [Fact]
    public void A_piece_of_a_cell_has_its_own_lines()
    {
        var whole = new CellSource("cell 1", "#!time\r\nx");
        Assert.Equal("#!time", whole.Line(1));
        var piece = whole with { Code = "\nx" };
        Assert.Equal(["", "x", "", ""], [piece.Line(1), piece.Line(2), piece.Line(3), piece.Line(0)]);
        Assert.True(piece.IsOfSameCell(whole));
    }

    private async Task<IEnumerable<string>> CompleteAsync(string code)
    {
        var at = code.IndexOf('|', StringComparison.Ordinal);
        var found = await Session.CompleteAsync(code.Remove(at, 1), at, TestContext.Current.CancellationToken);
        return found.Entries.Select(entry => entry.Text);
    }
}
