using CourseKit.Kernel.Display;
using CourseKit.Kernel.Tests.Session;

namespace CourseKit.Kernel.Tests.Display;

/// <summary>What <c>display</c> returns: a handle, which is not shown itself.</summary>
public sealed class DisplayedValueTests : SessionTest
{
    [Theory]
    [InlineData("display(\"once\")")]
    [InlineData("\"once\".Display()")]
    [InlineData("\"once\".DisplayAs(\"text/plain\")")]
    [InlineData("await Task.Run(() => display(\"once\"))")]
    [InlineData("true ? display(\"once\") : null")]
    [InlineData("var shown = display(\"once\");\nshown")]
    [InlineData("object Show() => display(\"once\");\nShow()")]
    public async Task A_display_as_the_last_expression_shows_one_thing(string code)
    {
        var ran = (await RunAsync(code)).Ok();
        Assert.Equal("once", Assert.IsType<DisplayOutput>(Assert.Single(ran.Outputs)).Data.Text("text/plain"));
    }

    [Fact]
    public async Task A_stored_handle_shows_nothing_and_still_updates()
    {
        (await RunAsync("var shown = display(1);")).Ok();
        Assert.Empty((await RunAsync("shown")).Ok().Outputs);
        var update = Assert.Single((await RunAsync("shown.Update(2);\nshown")).Ok().Displays);
        Assert.Equal((true, "2"), (update.IsUpdate, update.Data.Text("text/plain")));
    }

    [Fact]
    public async Task Inside_another_value_a_handle_is_named()
    {
        var ran = (await RunAsync("new[] { display(1), display(2) }.Length")).Ok();
        Assert.Equal(["1", "2"], ran.Displays.Select(display => display.Data.Text("text/plain")));
        Assert.Equal("2", ran.Value);
        Assert.StartsWith("(DisplayedValue { DisplayId = ", (await RunAsync("(display(1), 2)")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_display_before_a_directive_shows_one_thing() => Assert.Equal(
        ["text/plain", "text/markdown"], (await RunAsync("display(\"once\")\n#!markdown\nmore")).Ok().Displays.Select(display => display.Data.MimeTypes.First()));
}
