using CourseKit.Kernel.Session.Assist;
using CourseKit.Kernel.Tests.Session.Directives;

namespace CourseKit.Kernel.Tests.Session.Assist;

/// <summary>What may stand at the caret, which the tests write as <c>|</c>.</summary>
public sealed class CompletionTests : SessionTest
{
    [Theory]
    [InlineData("Console.Wri|", "WriteLine", "method")]
    [InlineData("\"a\".Len|", "Length", "property")]
    [InlineData("new Lis|", "List", "class")]
    [InlineData("Math.P|", "PI", "constant")]
    [InlineData("forea|", "foreach", "keyword")]
    [InlineData("using System.Lin|", "Linq", "namespace")]
    [InlineData("DayOfWeek.Mon|", "Monday", "constant")]
    [InlineData("void F(int count) { var sum = 1; su| }", "sum", "local")]
    [InlineData("void F(int count) { cou| }", "count", "parameter")]
    [InlineData("var xs = new[] { 1 };\nxs.Sel|", "Select", "method")]
    [InlineData("disp|", "display", "method")]
    [InlineData("if (true) {\n  foreach (var s in new[] { \"\" }) {\n    s.Tri|", "Trim", "method")]
    [InlineData("new Random(Se|", "Seed:", "parameter")]
    [InlineData("new System.Text.StringBuilder { Cap|", "Capacity", "property")]
    [InlineData("System.Net.Sock|", "Sockets", "namespace")]
    public async Task Names_of_the_framework_and_of_the_cell_itself_are_offered(string code, string expected, string kind)
    {
        var entry = Assert.Single((await CompleteAsync(code)).Entries, entry => entry.Text == expected);
        Assert.Equal(kind, entry.Kind);
    }

    [Fact]
    public async Task What_earlier_cells_declared_is_offered_also_where_one_failed()
    {
        (await RunAsync("using System.Numerics;\nvar speed = 3; int Twice(int n) => 2 * n; class Robot { public int Arms => 2; }\nvar robot = new Robot();")).Ok();
        Assert.False((await RunAsync("var afterwards = new List<string>(); throw new Exception();")).Result.Ok);
        (await RunAsync("1 + 1")).Ok();
        (await RunAsync("var speed = \"now a text\";")).Ok();
        Assert.Equal(["field", "method", "class", "field"], [await KindAsync("spee|", "speed"), await KindAsync("Tw|", "Twice"), await KindAsync("new Rob|", "Robot"), await KindAsync("afterw|", "afterwards")]);
        Assert.Equal("property", await KindAsync("robot.|", "Arms"));
        Assert.Equal("struct", await KindAsync("Comp|", "Complex"));
        Assert.Equal("property", await KindAsync("afterwards.Co|", "Count"));
        Assert.Equal("property", await KindAsync("speed.Le|", "Length"));
    }

    [Fact]
    public async Task Types_of_referenced_libraries_are_offered_with_their_members()
    {
        Compiled.Library(Folder, "Shapes", "namespace Shapes { public class Circle { public double Radius; internal double Hidden; } }");
        Assert.Empty((await CompleteAsync("#r \"Shapes.dll\"\nusing Shap|")).Entries);
        (await RunAsync("#r \"Shapes.dll\"\nusing Shapes;\nvar c = new Circle();")).Ok();
        Assert.Equal("class", await KindAsync("new Cir|", "Circle"));
        Assert.Equal(["Radius"], from entry in (await CompleteAsync("c.|")).Entries where entry.Kind == "field" select entry.Text);
    }

    [Theory]
    [InlineData("Console.wrl|", "WriteLine")]
    [InlineData("Console.WRITEL|", "WriteLine")]
    [InlineData("Console.gcp|", "GetCursorPosition")]
    public async Task Case_does_not_matter_and_humps_are_enough(string code, string expected)
    {
        Assert.Equal(expected, (await CompleteAsync(code)).Entries[0].Text);
    }

    [Fact]
    public async Task Entries_answer_what_was_typed_best_first_each_once_and_replace_just_that()
    {
        (await RunAsync("var Match = 1; var matrix = 2; var other = 3;")).Ok();
        var found = await CompleteAsync("1 + mat| * 2");
        Assert.Equal((4, 7), (found.Start, found.End));
        var texts = found.Entries.Select(entry => entry.Text).ToList();
        Assert.Equal("matrix", texts[0]);
        Assert.Equal(texts.Distinct(), texts);
        Assert.All(texts, text => Assert.StartsWith("m", text, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("|", "zeta")]
    [InlineData("var early = 1; var x = zeta + |", "zeta")]
    [InlineData("DayOfWeek day = |", "DayOfWeek")]
    public async Task Of_more_names_than_can_be_shown_the_likely_ones_come_first(string code, string expected)
    {
        (await RunAsync("var zeta = 1;")).Ok();
        var texts = (await CompleteAsync(code)).Entries.Select(entry => entry.Text).ToList();
        Assert.Contains(expected, texts[..10]);
        Assert.InRange(texts.Count, 50, 300);
    }

    [Theory]
    [InlineData("#!ti|", "#!time")]
    [InlineData("var x = 1;\n#!who|", "#!who #!whos")]
    [InlineData("#!HTM|", "#!html")]
    [InlineData("#!zz|", "")]
    [InlineData("var s = \"\"\"\n#!ti|\n\"\"\";", "")]
    [InlineData("#!markdown\nConsole.Wr|", "")]
    [InlineData("#!time Console.Wr|", "")]
    public async Task Names_of_directives_are_completed_where_they_may_stand(string code, string expected)
    {
        Assert.Equal(expected, string.Join(' ', (await CompleteAsync(code)).Entries.Select(entry => entry.Text)));
    }

    [Theory]
    [InlineData("#!import |", "helpers.csx Lib/")]
    [InlineData("#!import hel|", "helpers.csx")]
    [InlineData("1\n#r \"|", "Lib/")]
    [InlineData("#r \"lib/m|", "")]
    [InlineData("#r \"Lib/m|", "My.dll")]
    [InlineData("#r \"nuget: M|", "")]
    [InlineData("#r \"no/such/folder/|", "")]
    [InlineData("#r \"\0/|", "")]
    public async Task Files_are_completed_that_the_directive_takes(string code, string expected)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "Lib"));
        foreach (var file in new[] { "helpers.csx", "notes.txt", ".hidden.cs", "Lib/My.dll", "Lib/My.xml" })
            File.WriteAllText(Path.Combine(Folder, file), "");
        var found = await CompleteAsync(code);
        Assert.Equal(expected, string.Join(' ', found.Entries.Select(entry => entry.Text)));
        Assert.Equal(code.IndexOf('|', StringComparison.Ordinal), found.End);
    }

    [Fact]
    public async Task Positions_stay_in_cells_with_directives_and_all_kinds_of_line_ends()
    {
        var code = "#!time\r\n#!unknown thing\r\n#r \"NotThere.dll\"\r\nvar text = \"😀\";\r\ntext.Tri|";
        var found = await CompleteAsync(code);
        Assert.Contains("Trim", found.Entries.Select(entry => entry.Text));
        Assert.Equal("Tri", code[found.Start..found.End]);
        Assert.Contains("Max", (await CompleteAsync("#!help Math.Ma|")).Entries.Select(entry => entry.Text));
    }

    [Fact]
    public async Task It_answers_while_a_cell_runs_and_knows_what_that_cell_declares()
    {
        var printed = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        var running = RunUntilAsync("var epoch = 0;\nConsole.WriteLine(1);\nwhile (true) epoch++;", _ => printed.TrySetResult(), stop.Token);
        await printed.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal("field", await KindAsync("epo|", "epoch"));
        Assert.NotNull(await Session.InspectAsync("epoch", 2, cancel: TestContext.Current.CancellationToken));
        Assert.False(running.IsCompleted);
        stop.Cancel();
        Assert.False((await running).Result.Ok);
    }

    [Fact]
    public async Task Broken_code_and_hostile_positions_are_answered()
    {
        foreach (var code in new[] { "}}}}|((((", "\"unclosed |", "/* |", "#|", "#r|", "class { | ;", new string('(', 500) + "|", "\ud800|", "\0|" })
            Assert.InRange((await CompleteAsync(code)).Entries.Count, 0, 300);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Session.CompleteAsync("ab", 3, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Session.InspectAsync("ab", -1, cancel: TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Session.CompleteAsync("ab", 2, new CancellationToken(canceled: true)));
    }

    private Task<CompletionResult> CompleteAsync(string code)
    {
        var caret = code.IndexOf('|', StringComparison.Ordinal);
        return Session.CompleteAsync(code.Remove(caret, 1), caret, TestContext.Current.CancellationToken);
    }

    private async Task<string?> KindAsync(string code, string text) => (await CompleteAsync(code)).Entries.SingleOrDefault(entry => entry.Text == text)?.Kind;
}
