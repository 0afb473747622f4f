using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Tests.Session.Interactive;

/// <summary>What cells that were written for .NET Interactive do without its packages.</summary>
public sealed class InteractiveTests : SessionTest
{
    [Fact]
    public async Task The_handle_of_a_display_has_a_name()
    {
        var ran = (await RunAsync("DisplayedValue shown = display(1);\nshown.Update(2);")).Ok();
        Assert.Equal(["1", "2"], ran.Displays.Select(display => display.Data.Text("text/plain")));
    }

    [Fact]
    public async Task The_display_functions_are_called_on_the_kernel_too()
    {
        var ran = (await RunAsync("using Microsoft.DotNet.Interactive;\nKernel.display(1);\nKernel.CSS(\"p { color: red }\");\nKernel.Javascript(\"f()\");\nKernel.HTML(\"<b>x</b>\")")).Ok();
        Assert.Equal([null, "<style>p { color: red }</style>", "<script>f()</script>"], ran.Displays.Select(display => display.Data.Text("text/html")));
        Assert.Equal("<b>x</b>", Assert.Single(ran.Outputs.OfType<ResultOutput>()).Data.Text("text/html"));
    }

    [Theory]
    [InlineData("await Kernel.GetInputAsync(\"Name?\")", false)]
    [InlineData("(await Kernel.GetPasswordAsync(\"Name?\")).GetClearTextPassword()", true)]
    [InlineData("(await GetPasswordAsync(\"Name?\")).GetClearTextPassword()", true)]
    public async Task The_kernel_asks(string code, bool isPassword)
    {
        List<CellOutput> outputs = [];
        InputRequest? asked = null;
        var ran = await Session.RunAsync($"using Microsoft.DotNet.Interactive;\n{code}", "1", outputs.Add, request =>
        {
            asked = request;
            return "Ada";
        }, cancel: TestContext.Current.CancellationToken);
        Assert.Null(ran.Error);
        Assert.Equal(("Name?", isPassword), (asked!.Prompt, asked.IsPassword));
        Assert.Equal("Ada", Assert.IsType<ResultOutput>(Assert.Single(outputs)).Data.Text("text/plain"));
    }

    [Fact]
    public async Task A_password_is_not_shown_by_mistake() =>
        Assert.Equal("\u2022\u2022\u2022", (await RunAsync("new Microsoft.DotNet.Interactive.PasswordString(\"abc\").ToString()")).Ok().Value);

    [Theory]
    [InlineData("")]
    [InlineData("using Microsoft.DotNet.Interactive.Jupyter.Formatting;\n")]
    public async Task A_formula_needs_no_using_and_takes_one(string usings)
    {
        var ran = (await RunAsync($"{usings}(MathString)@\"\\frac12\"")).Ok();
        Assert.Equal("$$\\frac12$$", Assert.Single(ran.Outputs.OfType<ResultOutput>()).Data.Text("text/latex"));
    }

    [Fact]
    public async Task Html_in_a_sequence_is_shown_as_html()
    {
        var ran = (await RunAsync("Enumerable.Range(1, 2).Select(i => HTML($\"<b>{i}</b>\"))")).Ok();
        Assert.Equal("<div><b>1</b></div><div><b>2</b></div>", Assert.Single(ran.Outputs.OfType<ResultOutput>()).Data.Text("text/html"));
        Assert.Equal("<b>1</b>\n<b>2</b>", ran.Value);
    }

    [Fact]
    public async Task A_long_sequence_of_html_says_that_there_is_more_and_pictures_are_drawn()
    {
        var ran = (await RunAsync("new[] { SVG(\"<svg/>\"), Markdown(\"a < b\") }.Display();\nEnumerable.Repeat(HTML(\"<b>x</b>\"), 30)")).Ok();
        Assert.Equal("<div><svg xmlns=\"http://www.w3.org/2000/svg\"/></div><div>a &lt; b</div>", ran.Displays[0].Data.Text("text/html"));
        Assert.EndsWith("<div>... (and more)</div>", Assert.Single(ran.Outputs.OfType<ResultOutput>()).Data.Text("text/html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new MimeText[0]")]
    [InlineData("new[] { 1 }.Select(i => i > 0 ? throw new InvalidOperationException(\"no\") : HTML(\"\"))")]
    public async Task A_sequence_of_html_without_items_shows_a_table(string code) =>
        Assert.DoesNotContain("<div>", Assert.Single((await RunAsync($"using CourseKit.Kernel.Display;\n{code}")).Ok().Outputs.OfType<ResultOutput>()).Data.Text("text/html"), StringComparison.Ordinal);
}
