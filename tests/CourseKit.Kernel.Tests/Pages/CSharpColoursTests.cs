using System.Text;
using AngleSharp.Dom;
using CourseKit.Kernel.Pages;
using CsCheck;

namespace CourseKit.Kernel.Tests.Pages;

public sealed class CSharpColoursTests
{
    [Theory]
    [InlineData("using System; var list = new List<int>();", "k:using k:var k:new t:List k:int")]
    [InlineData("float F(Tensor x, string? s = null) => x.mean();", "k:float m:F t:Tensor k:string k:null m:mean")]
    [InlineData("Course.Start(seed: 1)", "t:Course m:Start n:1")]
    [InlineData("$\"a {x:F2} b\"", "s:$\" s:a  s:F2 s: b s:\"")]
    [InlineData("'c' + @\"v\" + 1.5e-3f", "s:'c' s:@\"v\" n:1.5e-3f")]
    [InlineData("// why\nawait Task.Delay(1); /* x */", "c:// why k:await t:Task m:Delay n:1 c:/* x */")]
    [InlineData("#r \"nuget: X, 1.0\"\nx", "d:#r \"nuget: X, 1.0\"\n")]
    [InlineData("#!time\n#!who\nvar x = 1;", "d:#!time\n#!who\n k:var n:1")]
    [InlineData("record Point(int X); enum Kind { A }", "k:record t:Point k:int k:enum t:Kind")]
    public void Each_part_has_its_colour(string code, string expected) =>
        Assert.Equal(expected, string.Join(' ', Spans(code).Select(span => $"{span.ClassName}:{span.TextContent}")));

    [Fact]
    [Trait("Cost", "slow")]
    public void Any_text_comes_out_whole() => Gen.String[Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\n', '\n'], Gen.Char['一', '丁']), 0, 80].Sample(code =>
    {
        var html = new StringBuilder();
        CSharpColours.Append(html, code);
        Assert.Equal(code, Page.Parse($"<pre>.{html}</pre>").QuerySelector("pre")!.TextContent[1..]);
    });

    [Fact]
    public void Other_languages_and_cells_of_other_languages_are_plain()
    {
        Assert.DoesNotContain("<span", CodeHtml.Render("#!html\n<b>new</b>", "csharp"), StringComparison.Ordinal);
        Assert.DoesNotContain("<span", CodeHtml.Render("import x", "python"), StringComparison.Ordinal);
        Assert.Contains("<span", CodeHtml.Render("new X()", "C#"), StringComparison.Ordinal);
    }

    // The compiler would take hours over brackets of such a depth.
    [Theory]
    [InlineData("[", 30_000, false)]
    [InlineData("(", 201, false)]
    [InlineData("(", 200, true)]
    [InlineData("a<b>", 20_000, true)]
    public void Code_that_is_nested_too_deep_to_be_read_is_plain(string part, int times, bool coloured) =>
        Assert.Equal(coloured, CodeHtml.Render("new X(); " + string.Concat(Enumerable.Repeat(part, times)), "csharp").Contains("<span", StringComparison.Ordinal));

    private static IHtmlCollection<IElement> Spans(string code) => Page.Parse(CodeHtml.Render(code, "csharp")).QuerySelectorAll("span");
}
