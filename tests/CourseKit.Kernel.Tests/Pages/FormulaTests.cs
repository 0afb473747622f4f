using System.Text.RegularExpressions;
using AngleSharp.Dom;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Pages;
using CsCheck;

namespace CourseKit.Kernel.Tests.Pages;

/// <summary>What is a formula, and what is text. Jupyter's rules decide, except for money.</summary>
public sealed class FormulaTests
{
    [Theory]
    [InlineData("$ x^2 + y $ and $s_i = s_{i}\n$", "x^2 + y", "s_i = s_{i}")]
    [InlineData("costs $5, and $ x $ is a formula", "x")]
    [InlineData("costs $5 and $10, so $x$", "x")]
    [InlineData("costs 5$ and $x$", "x")]
    [InlineData("US$ 5 and $x$", "x")]
    [InlineData("costs 5$, 6$, and $x$", "x")]
    [InlineData("| US$ | EUR |\n|-|-|\n| 5$ | $y$ |", "y")]
    [InlineData("$HOME or $PATH, and $x$", "x")]
    [InlineData("$2x$, $ 2x $ and $(5, 3)$", "2x", "2x", "(5, 3)")]
    [InlineData("a $5\\$ and $x$", "x")]
    [InlineData(@"$\text{if $x > 0$}$ and $\{a$", @"\text{if $x > 0$}", @"\{a")]
    [InlineData(@"$\text{``so''}$", @"\text{``so''}")]
    [InlineData("值$ x $的", "x")]
    [InlineData("$a<b$ and $b>c$", "a<b", "b>c")]
    [InlineData("$a < b and c > d$ and $a<b>c$", "a < b and c > d", "a<b>c")]
    [InlineData(@"so \\(a_1 * b_2 * c\\) and \\[ \frac{a}{b} \\] here", "a_1 * b_2 * c", @"\frac{a}{b}")]
    [InlineData("# Of $ x $", "x")]
    [InlineData("**$a$** [$b$](https://example.org/) ~~$c$~~", "a", "b", "c")]
    [InlineData("a <span title=\"$5\">$x_1$</span> b_2", "x_1")]
    public void Formulas_are_found_as_Jupyter_finds_them(string markdown, params string[] formulas) =>
        Assert.Equal(formulas, Math(markdown).Select(math => math.TextContent));

    [Theory]
    [InlineData("A price of $5, printed with `$\"{price}\"` in a cell.", "A price of $5, printed with $\"{price}\" in a cell.")]
    [InlineData("``$a` `` and $b", "$a`  and $b")]
    [InlineData("`a` $ `b` $ `c`", "a $ b $ c")]
    [InlineData("$5 <b>and</b> more $", "$5 and more $")]
    [InlineData("\\$a\\$ \\\\$ \\$", "$a$ \\$ $")]
    [InlineData("$ $ and", "$ $ and")]
    [InlineData("$\n$", "$\n$")]
    [InlineData("| a |\n|-|\n| x |\n\n$5<br>and 6$", "$5and 6$")]
    [InlineData("$x", "$x")]
    [InlineData("$$ x", "$$ x")]
    [InlineData("\\(x\\) and \\[y\\]", "(x) and [y]")]
    [InlineData("\\\\(x and \\\\[y", "\\(x and \\[y")]
    [InlineData("\\begin{align} x", "\\begin{align} x")]
    [InlineData("\\begin{x1}y\\end{x1}", "\\begin{x1}y\\end{x1}")]
    [InlineData("<code>$x_1$ and $*y*$</code>", "$x_1$ and $*y*$")]
    public void Text_stays_text(string markdown, string text)
    {
        var cell = Page.Of(NotebookCell.Markdown(markdown)).QuerySelector(".cell p")!;
        Assert.Empty(cell.QuerySelectorAll(".math"));
        Assert.Equal(text, cell.TextContent);
    }

    [Theory]
    [InlineData("$$\na\n- b\n= c\n---\n# d\n$$", "a\n- b\n= c\n---\n# d")]
    [InlineData("Text\n$$ a\n+ b $$\nmore", "a\n+ b")]
    [InlineData("so $$\n- a\n# b\n$$ and\nmore", "- a\n# b")]
    [InlineData("- > so \\begin{align} a\n  > + b \\end{align}", "\\begin{align} a\n+ b \\end{align}")]
    [InlineData("- item\n  $$\n  x\n  + y\n  $$\n- next", "x\n+ y")]
    [InlineData("> quote\n> $$\n> x\n> - y\n> $$\n> more", "x\n- y")]
    [InlineData("> - $$\n>   x\n>   $$", "x")]
    [InlineData("\\begin{align}\na &= b_1 \\\\\n- c &= d_2\n\\end{align}", "\\begin{align}\na &= b_1 \\\\\n- c &= d_2\n\\end{align}")]
    [InlineData("so \\begin{equation*}x\\end{equation*} in a line", "\\begin{equation*}x\\end{equation*}")]
    [InlineData("\\begin{pmatrix}\n1 & 2\\\\\n3 & 4\n\\end{pmatrix}", "\\begin{pmatrix}\n1 & 2\\\\\n3 & 4\n\\end{pmatrix}")]
    [InlineData("\\\\[\nx\n=\ny \\\\[2pt]\n\\\\]", "x\n=\ny \\\\[2pt]")]
    [InlineData("$$\r\na\r\n+ b\r\n$$\r\n", "a\n+ b")]
    [InlineData("<div>\n$$\nx < y\n$$\n</div>", "x < y")]
    public void A_formula_over_several_lines_is_one_formula_on_lines_of_its_own(string markdown, string latex)
    {
        var math = Assert.Single(Math(markdown));
        Assert.Equal(latex, math.TextContent);
        Assert.True(math.ClassList.Contains("display"));
    }

    [Theory]
    [InlineData("Prices in $:\n- 5 $\n- 6 $")]
    [InlineData("`$$` is\n- `$$`\n- x")]
    [InlineData("so $$ is\n- open\n- x")]
    [InlineData("so $$ is\n- open\n- x\n\n$$")]
    [InlineData("$$x$$ is\n- $$y$$\n- x")]
    public void A_list_below_dollars_stays_a_list(string markdown) =>
        Assert.Equal(2, Page.Of(NotebookCell.Markdown(markdown)).QuerySelectorAll("li").Length);

    [Fact]
    public void What_stands_around_a_formula_of_several_lines_stays_there()
    {
        var cell = Page.Of(NotebookCell.Markdown("before\n$$\nx\n$$ after *it*\n\n$$ y\n\n# Heading\n\n- $$\n  z\n  $$\n  tail")).QuerySelector(".cell")!;
        Assert.Equal(["before", "after it", "$$ y"], cell.QuerySelectorAll("p").Take(3).Select(text => text.TextContent));
        Assert.NotNull(cell.QuerySelector("p em"));
        Assert.StartsWith("Heading", cell.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("z", cell.QuerySelector("li .math")!.TextContent);
        Assert.Contains("tail", cell.QuerySelector("li")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<div>$x^2$</div>", "x^2")]
    [InlineData("<table><tr><td>$a_1$</td><td>$a_2 * b * c$</td></tr></table>", "a_1", "a_2 * b * c")]
    [InlineData("<table><tr><td>$5</td><td>US$</td><td>\\(x\\)</td><td>\\\\[y\\\\]</td></tr></table>", "x", "y")]
    [InlineData("<div title=\"$no$\" data-x='$no$'>\\$5 $x &lt; y$ <!-- $no$ --></div>", "x < y")]
    [InlineData("<div><code>$no$</code><script>'$no$'</script><style>$no$</style>$x$</div>", "x")]
    [InlineData("<pre>\n$no$\n\n$no$</pre>")]
    [InlineData("<div>$a<b$</div>", "a<b")]
    [InlineData("<p>\\begin{align}x\\end{align}</p>", "\\begin{align}x\\end{align}")]
    public void Html_in_Markdown_has_formulas_in_its_text_only(string markdown, params string[] formulas) =>
        Assert.Equal(formulas, Math(markdown).Select(math => math.TextContent));

    [Fact]
    public void Html_with_dollars_and_without_formulas_passes_through()
    {
        const string Html = "<div id=\"a\" class='b'>costs $5 &amp; $6, \\x <br/> <unknown-tag a>x</unknown-tag> < > &lt;</div>";
        Assert.Contains(Html, HtmlPage.Render(new Notebook(NotebookCell.Markdown(Html)), "t"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("*a **b ")]
    [InlineData("> ")]
    [InlineData("- ")]
    public void What_is_nested_too_deeply_is_shown_as_it_was_written(string opening)
    {
        var text = string.Concat(Enumerable.Repeat(opening, 20_000)) + "end";
        var cell = Page.Of(NotebookCell.Markdown(text)).QuerySelector(".cell")!;
        Assert.EndsWith("end", cell.TextContent.TrimEnd(), StringComparison.Ordinal);
    }

    private static readonly string[] Marks =
        ["$", "$$", "\\\\(", "\\\\)", "\\\\[", "\\\\]", "\\begin{align}", "\\end{align}", "\\$", "`", "``", "{", "}", "*", "_", " ", "\n", "\n\n", "\n> ", "\n- ", "    ", "| ", "\n|-|\n", "~~~\n", "5", "生", "生", "生"];

    [Fact]
    public void However_marks_are_mixed_no_letter_vanishes() => Gen.Int[0, Marks.Length - 1].Select(i => Marks[i]).Array[0, 40].Sample(parts =>
    {
        var markdown = string.Concat(parts);
        var shown = Page.Of(NotebookCell.Markdown(markdown)).QuerySelector(".cell")!.TextContent;
        // Behind the opening of a code block stands its language, which is not shown.
        var expected = Regex.Replace(markdown, "^.*(```|~~~).*$", "", RegexOptions.Multiline).Count(c => c == '生');
        Assert.InRange(shown.Count(c => c == '生'), expected, markdown.Count(c => c == '生'));
    });

    // Seconds at most, where quadratic time would take minutes.
    [Theory]
    [Trait("Cost", "slow")]
    [InlineData("$")]
    [InlineData("$$ ")]
    [InlineData("${")]
    [InlineData("$ {a}")]
    [InlineData("$`")]
    [InlineData("$`` ` ")]
    [InlineData("$<a b=")]
    [InlineData("\\\\(")]
    [InlineData("\\\\[\n")]
    [InlineData("\\begin{a}")]
    [InlineData("\\begin{a}\n")]
    [InlineData("$$\n\n")]
    [InlineData("$$ a\n+ b ")]
    [InlineData("a $\n- ")]
    [InlineData("<img \"")]
    [InlineData("<!--")]
    [InlineData("<!")]
    [InlineData("<img src=a ")]
    [InlineData("<code>$")]
    public async Task A_huge_cell_of_openings_is_a_page_in_good_time(string opening)
    {
        var text = string.Concat(Enumerable.Repeat(opening, 200_000 / opening.Length));
        var notebook = new Notebook(NotebookCell.Markdown(text), NotebookCell.Markdown($"<div>\n{text.Replace("\n", " ", StringComparison.Ordinal)}"));
        await Task.Run(() => HtmlPage.Render(notebook, "t")).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    private static IHtmlCollection<IElement> Math(string markdown) => Page.Of(NotebookCell.Markdown(markdown)).QuerySelectorAll("main .math");
}
