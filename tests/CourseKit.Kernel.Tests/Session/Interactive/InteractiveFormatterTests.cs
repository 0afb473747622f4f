using CourseKit.Kernel.Display;
using CourseKit.Kernel.Tests.Display;

namespace CourseKit.Kernel.Tests.Session.Interactive;

/// <summary>Cells that use .NET Interactive's formatter, whose package is fetched when they name something of it.</summary>
public sealed class InteractiveFormatterTests : SessionTest
{
    private const string Using = "using Microsoft.DotNet.Interactive.Formatting;\nusing static Microsoft.DotNet.Interactive.Formatting.PocketViewTags;\n";

    [Theory]
    [InlineData("Formatter.Register<Version>(v => $\"<b>{v.Major}</b>\", \"text/html\");\nnew Version(3, 1)", "<b>3</b>")]
    [InlineData("Formatter.Register(typeof(Queue<>), (q, writer) => writer.Write(\"a queue\"), \"text/html\");\nnew Queue<int>()", "a queue")]
    [InlineData("Formatter.Register<IComparable>(c => \"comparable\", \"text/html\");\n3", "comparable")]
    [InlineData("Formatter.Register<Exception>(e => $\"<i>{e.Message}</i>\", \"text/html\");\nnew ArgumentException(\"shown\")", "<i>shown</i>")]
    [InlineData("Formatter.Register<object>(o => \"an object\", \"text/html\");\nnew { A = 1 }", "an object")]
    [InlineData("Formatter.ListExpansionLimit = 0;\nnew[] { 1, 2 }", "(1 more)")]
    [InlineData("Formatter<int>.ListExpansionLimit = 2;\nEnumerable.Range(1, 10)", "[ 1, 2 ... (8 more) ]")]
    [InlineData("div(null, b(\"x\"))", "<b>x</b>")]
    [InlineData("div(HTML(\"<u>u</u>\"))", "<div><u>u</u></div>")]
    public async Task What_a_cell_registers_and_limits_holds(string code, string html) => Assert.Contains(html, Html(await FetchedAsync(Using + code)), StringComparison.Ordinal);

    [Fact]
    public async Task A_formatter_that_throws_is_an_error_of_the_cell_and_the_next_cell_runs()
    {
        var ran = await FetchedAsync(Using + "Formatter.Register<Version>(v => throw new InvalidOperationException(\"no\"), \"text/html\");\nnew Version(3, 1)", mayFail: true);
        Assert.Equal(("InvalidOperationException", "no"), (ran.Error.Name, ran.Error.Message));
        Assert.Equal("after", (await RunAsync("\"after\"")).Ok().Value);
    }

    [Fact]
    public async Task The_handle_of_a_display_can_be_named_beside_the_packages_own()
    {
        var ran = await FetchedAsync(Using + "DisplayedValue shown = 1.Display();\nshown.Update(2);");
        Assert.Single(ran.Displays.TakeLast(2).Select(display => display.DisplayId).Distinct());
    }

    [Fact]
    public async Task What_html_gave_before_is_html_inside_a_tag()
    {
        (await RunAsync("var before = HTML(\"<b>before</b>\");")).Ok();
        Assert.Equal("<div><b>before</b></div>", Html(await FetchedAsync(Using + "div(before)")));
    }

    [Fact]
    public async Task A_tag_displays_itself()
    {
        var ran = await FetchedAsync(Using + "var view = div(\"a\");\nview.Display();");
        Assert.Equal("<div>a</div>", ran.Displays[^1].Data.Text("text/html"));
        Assert.Empty(ran.Stdout);
    }

    [Fact]
    public async Task Data_tables_show_their_rows_as_before_and_other_representations_are_there_too()
    {
        (await RunAsync("using System.Data;\nvar table = new DataTable();\ntable.Columns.Add(\"City\");\ntable.Rows.Add(\"Oslo\");")).Ok();
        var before = Html((await RunAsync("table")).Ok());
        (await FetchedAsync(Using + "1.ToDisplayString()")).Ok();
        Assert.Equal(before, Html((await RunAsync("table")).Ok()));
        Assert.NotNull(Assert.Single((await RunAsync("table.Display(\"text/html\", \"text/csv\");")).Ok().Displays).Data["text/csv"]);
    }

    [Fact]
    public async Task Data_frames_show_their_rows()
    {
        var ran = await RunAsync(
            "#r \"nuget: Microsoft.Data.Analysis, 0.23.1\"\nusing Microsoft.Data.Analysis;\nvar frame = new DataFrame(new Int32DataFrameColumn(\"n\", Enumerable.Range(0, 30)));\nframe");
        SkipWithoutNetwork(ran);
        Assert.StartsWith("<table><thead><tr><th>n</th></tr></thead><tbody><tr><td>0</td></tr>", Html(ran.Ok()), StringComparison.Ordinal);
        Assert.Contains("... (20 of 30 rows)", Html(ran), StringComparison.Ordinal);
        Assert.Contains("(no rows)", Html((await RunAsync("new DataFrame()")).Ok()), StringComparison.Ordinal);
    }

    private static string Html(Ran ran) => CellAlignment.Without(Assert.Single(ran.Outputs.OfType<ResultOutput>()).Data.Text("text/html")!);

    private async Task<Ran> FetchedAsync(string code, bool mayFail = false)
    {
        var ran = await RunAsync(code);
        SkipWithoutNetwork(ran);
        return mayFail ? ran : ran.Ok();
    }
}
