using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Tests.Session;

namespace CourseKit.Kernel.Tests.Display;

public sealed class MimeTextTests : SessionTest
{
    [Fact]
    public async Task Cells_mark_text_as_what_it_is()
    {
        Assert.Equal([("text/html", "<b>1</b>")], Parts((await RunAsync("HTML(\"<b>1</b>\")")).Ok()));
        Assert.Equal([("text/markdown", "**1**"), ("text/plain", "**1**")], Parts((await RunAsync("Markdown(\"**1**\")")).Ok()));
        Assert.Equal([("text/latex", "$$x^2$$"), ("text/plain", "$$x^2$$")], Parts((await RunAsync("LaTeX(\"x^2\")")).Ok()));
        Assert.Equal([("image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\" width='1'><title> A &lt; </title></svg>"), ("text/plain", "A <")],
            Parts((await RunAsync("SVG(\"<svg width='1'><title> A &lt; </title></svg>\")")).Ok()));
    }

    [Theory]
    [InlineData(@" \frac{1}{2} ", @"$$\frac{1}{2}$$")]
    [InlineData(@"\begin{pmatrix} a \\[4pt] b \end{pmatrix}", @"$$\begin{pmatrix} a \\[4pt] b \end{pmatrix}$$")]
    [InlineData(@"5\$ + x", @"$$5\$ + x$$")]
    [InlineData(@"The loss is $x^2$.", @"The loss is $x^2$.")]
    [InlineData(@"\[x\]", @"\[x\]")]
    [InlineData(@"\begin{align} a \end{align}", @"\begin{align} a \end{align}")]
    public void Latex_without_delimiters_is_one_formula(string latex, string expected) => Assert.Equal(expected, DisplayFunctions.LaTeX(latex).ToString());

    [Fact]
    public void An_svg_with_its_namespace_stays_as_it_is()
    {
        const string svg = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        Assert.Equal(svg, DisplayFunctions.SVG(svg).ToString());
        Assert.Equal("SVG picture", Formatter.Format(DisplayFunctions.SVG(svg)).Text("text/plain"));
    }

    [Fact]
    public async Task A_library_hands_over_formatters_for_types_of_others_which_come_first()
    {
        const string source = """
            class Source { public IEnumerable<object> CreateTypeFormatters() => new object[] { new Writes("text/html", "<i>ours</i>"), new Writes("text/plain+summary", "short") }; }
            record Writes(string MimeType, string Text) { public bool Format(object value, TextWriter writer) { writer.Write(Text); return true; } }
            class Theirs { public override string ToString() => "theirs"; }
            class Derived : Theirs;
            """;
        (await RunAsync(source)).Ok();
        Assert.Equal([("text/plain", "theirs")], Parts((await RunAsync("new Derived()")).Ok()));
        (await RunAsync("((Action<Type, object>)AppContext.GetData(\"notebook.formatters\"))(typeof(Theirs), new Source());")).Ok();
        Assert.Equal([("text/html", "<i>ours</i>"), ("text/plain", "theirs")], Parts((await RunAsync("new Derived()")).Ok()));
        Assert.Equal("[ short, short ]", (await RunAsync("new[] { new Theirs(), new Derived() }")).Value);
        Assert.Equal("(1, short)", (await RunAsync("(1, new Theirs())")).Value);
    }

    private static IEnumerable<(string, string?)> Parts(Ran ran) => ran.Outputs.OfType<ResultOutput>().Single().Data is var data
        ? data.MimeTypes.Select(mimeType => (mimeType, data.Text(mimeType))) : [];
}
