using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session;
using CourseKit.Kernel.Session.Assist;
using CourseKit.Kernel.Session.Directives;

namespace CourseKit.Kernel.Tests.Session.Directives;

/// <summary>Cells in the languages of other kernels: shown, kept or passed over, and never taken for C#.</summary>
public sealed class OtherLanguageTests : SessionTest
{
    [Theory]
    [InlineData("#!fsharp\nlet x = 1", "F#")]
    [InlineData("#!f#\nlet x = 1", "F#")]
    [InlineData("#!F#\nlet x = 1", "F#")]
    [InlineData("#!pwsh\nGet-ChildItem", "PowerShell")]
    [InlineData("#!powershell\nGet-ChildItem", "PowerShell")]
    [InlineData("#!sql\nSELECT 1", "SQL")]
    [InlineData("#!sql-adventureworks --name x\nSELECT 1", "SQL")]
    [InlineData("#!kql-help\nStormEvents | take 1", "KQL")]
    [InlineData("#!http\nGET https://somewhere", "HTTP")]
    [InlineData("#!python\nprint('x')", "Python")]
    [InlineData("#!r // statistics\nc(1, 2)", "R")]
    public async Task What_does_not_run_here_is_passed_over_with_a_note(string code, string language)
    {
        var ran = (await RunAsync(code)).Ok();
        Assert.Equal($"{language} is passed over: this kernel runs C# only.", Assert.Single(ran.Displays).Data.Text("text/plain"));
        Assert.Single(ran.Outputs);
    }

    [Fact]
    public async Task Csharp_before_and_behind_it_runs_and_keeps_its_lines()
    {
        var ran = (await RunAsync("Console.Write(1);\n#!fsharp\nlet y = 2\n#!csharp\nConsole.Write(2);")).Ok();
        Assert.Equal("12", ran.Stdout);
        Assert.Equal("StreamOutput DisplayOutput StreamOutput", string.Join(' ', ran.Outputs.Select(output => output.GetType().Name)));
        Assert.Equal(4, (await RunAsync("#!sql\nselect\n#!csharp\nthrow new Exception();")).Error.Line);
    }

    [Theory]
    [InlineData("#!fsharp\n#!time\nlet x = nowhere")]
    [InlineData("#!fsharp\n#!share --from csharp a\nlet y = a")]
    [InlineData("#!fsharp\n#!set --value @csharp:a --name a\nlet y = a")]
    [InlineData("#!pwsh\n#!nothing\n#r \"nothing.dll\"\nls")]
    public async Task Directives_in_another_language_are_for_its_kernel(string code) => Assert.Single((await RunAsync(code)).Ok().Outputs);

    [Theory]
    [InlineData("#!javascript\n#!share --from csharp a\nalert(a)", "JavaScript is passed over: it takes variables (#!share --from csharp a), ")]
    [InlineData("#!js\n#!set --name a --value @csharp:a\nalert(a)", "JavaScript is passed over: it takes variables (#!set --name a ")]
    [InlineData("#!html\n<b>\n#!share --from csharp a\n</b>", "HTML is passed over: ")]
    public async Task A_page_that_wants_variables_is_passed_over(string code, string note) =>
        Assert.StartsWith(note, Assert.Single((await RunAsync(code)).Ok().Displays).Data.Text("text/plain"), StringComparison.Ordinal);

    [Fact]
    public async Task Markdown_may_tell_of_such_a_line() =>
        Assert.Equal("Share it:\n#!share x --from value", (await RunAsync("#!markdown\nShare it:\n#!share x --from value\n#!csharp\n1")).Ok().Displays[0].Data.Text("text/markdown"));

    [Fact]
    public async Task Cells_for_a_connected_kernel_are_passed_over()
    {
        Assert.Contains("#!pythonkernel: unknown directive", (await RunAsync("#!pythonkernel\nprint(1)")).Error.Message, StringComparison.Ordinal);
        var connect = (await RunAsync("#!connect jupyter --kernel-name pythonkernel --kernel-spec python3\n1 + 1")).Ok();
        Assert.Equal("2", connect.Value);
        Assert.Equal("Other kernels cannot be connected: this kernel runs C# only. Cells for pythonkernel are passed over.", connect.Displays[0].Data.Text("text/plain"));
        var ran = (await RunAsync("1\n#!pythonkernel\nprint(1)\n#!time\nprint(2)\n#!csharp\n3")).Ok();
        Assert.Equal("3", ran.Value);
        Assert.Equal("pythonkernel is passed over: this kernel runs C# only.", ran.Displays[^1].Data.Text("text/plain"));
        (await RunAsync("#!connect")).Ok();
        (await RunAsync("#!connect jupyter --kernel-name=\"other\"\n#!other\nprint(1)")).Ok();
    }

    [Theory]
    [InlineData("fsharp", "let x = nowhere", "F# is passed over: this kernel runs C# only.")]
    [InlineData("fsharp", "#!time\nlet x = nowhere", "F# is passed over: this kernel runs C# only.")]
    [InlineData("rust", "fn main() {}\n#!share x", "rust is passed over: this kernel runs C# only.")]
    [InlineData("mermaid", "a-->b", "a-->b")]
    [InlineData("sql-db", "", "SQL is passed over: this kernel runs C# only.")]
    public async Task A_cell_whose_metadata_name_a_language_is_in_it(string language, string code, string shown)
    {
        List<CellOutput> outputs = [];
        Assert.True((await Session.RunAsync(code, "1", outputs.Add, language: language, cancel: TestContext.Current.CancellationToken)).Ok);
        Assert.Equal(shown, ((DisplayOutput)Assert.Single(outputs)).Data.Text("text/plain"));
    }

    [Fact]
    public async Task A_line_of_a_language_counts_more_than_the_metadata_and_lines_keep_their_numbers()
    {
        List<CellOutput> outputs = [];
        var contradicted = await Session.RunAsync("\n#!csharp\n\nthrow new Exception();", "1", outputs.Add, language: "fsharp", cancel: TestContext.Current.CancellationToken);
        Assert.Equal(4, contradicted.Error!.Line);
        Assert.Single(outputs);
        var mixed = await Session.RunAsync("let x = 1\n#!csharp\nthrow new Exception();", "2", outputs.Add, language: "fsharp", cancel: TestContext.Current.CancellationToken);
        Assert.Equal((3, 3), (mixed.Error!.Line, outputs.Count));
        Assert.Equal("   at cell 2, line 3: throw new Exception();", mixed.Error.Traceback[^1]);
    }

    [Theory]
    [InlineData("#!markdown", "text/markdown")]
    [InlineData("var x = 1;\n#!html", "text/html")]
    [InlineData("#!md\n", "text/markdown")]
    public async Task A_language_without_text_shows_nothing_and_fails_not(string code, string type) => Assert.Equal("", (await RunAsync(code)).Ok().Displays[^1].Data.Text(type));

    [Fact]
    public async Task About_tells_the_version()
    {
        var about = (await RunAsync("#!about")).Ok().Displays[0].Data.Text("text/plain");
        Assert.Matches(@"^CourseKit \d+\.\d+\.\S+: a kernel for C# notebooks, on \.NET 10\.", about);
    }

    [Fact]
    public async Task The_message_for_an_unknown_directive_lists_what_does_something()
    {
        var message = (await RunAsync("#!nothing")).Error.Message;
        Assert.Contains("#!share", message, StringComparison.Ordinal);
        Assert.DoesNotContain("#!fsharp", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_a_directive_is_there_once() => Assert.Equal(DirectiveTable.All.Count, DirectiveTable.All.DistinctBy(directive => directive.Name).Count());

    [Fact]
    public async Task Their_names_are_completed()
    {
        var found = await Session.CompleteAsync("#!", 2, TestContext.Current.CancellationToken);
        Assert.Equal(DirectiveTable.All.Select(directive => directive.Name).Where(name => name.StartsWith("#!", StringComparison.Ordinal)), found.Entries.Select(entry => entry.Text));
        Assert.Empty((await Session.CompleteAsync("#!fsharp\nConsole.Wr", 19, TestContext.Current.CancellationToken)).Entries);
        Assert.Equal(CodeCompletenessStatus.Complete, CSharpSession.CheckComplete("#!fsharp\nlet x =").Status);
    }
}
