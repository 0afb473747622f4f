using System.Text.RegularExpressions;
using CourseKit.Display;
using CourseKit.Native;
using CourseKit.Plots;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

public sealed class CodeMapTests
{
    public CodeMapTests() => NativeBackend.Load();

    [Fact]
    public void Every_picture_is_a_point_at_its_code()
    {
        using var scope = NewDisposeScope();
        IDisplayable map = CodeMap.Of("Codes", tensor(new[,] { { 0f, 0f }, { 1f, 2f }, { 0.5f, 1f } }), zeros(3, 1, 8, 8), [0, 1, 1], ["even", "odd"]);
        Assert.Equal(["text/html", "text/plain"], map.Bundle.Select(part => part.MimeType));
        var html = map.Bundle[0].Text;
        var centres = Regex.Matches(SvgText.Of(html), "cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"").Select(match => (match.Groups[1].Value, match.Groups[2].Value));
        Assert.Equal([("14.0", "446.0"), ("626.0", "14.0"), ("320.0", "230.0")], centres);   // up is up
        Assert.Contains("data-tiles=\"2 8 8 14\"", html, StringComparison.Ordinal);
        Assert.Equal("Codes: 3 pictures as points in the plane", map.PlainText());
    }

    [Fact]
    public void Codes_that_are_no_numbers_lie_in_the_middle_and_move_no_others()
    {
        using var scope = NewDisposeScope();
        IDisplayable map = CodeMap.Of("Codes", tensor(new[,] { { 0f, 0f }, { 1f, 2f }, { float.NaN, 2f }, { float.PositiveInfinity, float.NegativeInfinity } }), zeros(4, 1, 8, 8), [0, 0, 0, 0], ["a"]);
        var centres = Regex.Matches(SvgText.Of(map.Bundle[0].Text), "cx=\"([^\"]+)\" cy=\"([^\"]+)\"").Select(match => (match.Groups[1].Value, match.Groups[2].Value));
        Assert.Equal([("14.0", "446.0"), ("626.0", "14.0"), ("320.0", "14.0"), ("320.0", "230.0")], centres);
    }

    [Fact]
    public void It_asks_no_server_and_no_text_ends_its_script()
    {
        using var scope = NewDisposeScope();
        IDisplayable map = CodeMap.Of("</script><b>", zeros(1, 2), zeros(1, 1, 2, 2), [0], ["\"><img src=x>|"]);
        var html = map.Bundle[0].Text;
        Assert.Equal(2, html.Split("</script").Length);
        Assert.Equal(2, html.Split("<img").Length);
        Assert.Contains("<img src=\"data:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html + SvgText.Of(html), StringComparison.Ordinal);
    }

    [Fact]
    public void Codes_pictures_and_groups_must_be_as_many()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => CodeMap.Of("Codes", zeros(3, 2), zeros(2, 1, 8, 8), [0, 0, 0], ["a"]));
        Assert.Contains("(3, 2), with 2 pictures and 3 groups", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CodeMap.Of("Codes", zeros(3, 8), zeros(3, 1, 8, 8), [0, 0, 0], ["a"]));
        error = Assert.Throws<ArgumentException>(() => CodeMap.Of("Codes", zeros(1, 2), zeros(1, 1, 8, 8), [1], ["a"]));
        Assert.Contains("a group is 1; expected 0 to 0", error.Message, StringComparison.Ordinal);
    }
}
