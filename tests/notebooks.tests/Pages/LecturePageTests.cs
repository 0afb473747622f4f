using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>The executed lectures and their cover, as a reader without network opens them.</summary>
[Collection(nameof(LectureRun))]
[Trait("Cost", "browser")]
public sealed class LecturePageTests(LectureRun run, OfflineBrowser browser)
{
    public static TheoryData<string, int, ColorScheme> Pages =>
        new(Course.Lectures.Append("index").SelectMany(name => new[]
        {
            (name, 1100, ColorScheme.Light), (name, 360, ColorScheme.Dark),
        }));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_page_opens_whole_and_without_complaint(string name, int width, ColorScheme scheme)
    {
        var (page, complaints) = await browser.Open(run.PathOf(name + ".html"), width, scheme);
        if (name != "index")
        {
            await AllChartsAreDrawn(page);
            Assert.True(await page.EvaluateAsync<bool>("document.querySelectorAll('.math').length > 5"));
            Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('.math:not(:has(math)), .math merror').length"));
        }
        Assert.True(await page.EvaluateAsync<bool>("document.images.length > 0 && [...document.images].every(i => i.complete && i.naturalWidth > 0 && i.getBoundingClientRect().width > 8)"));
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(scheme == ColorScheme.Dark ? "dark" : "light", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        Assert.Empty(complaints);
        // It takes seconds on a long page, so two lectures stand for all.
        if (name is "index" or Course.Beginning or Course.Adversarial)
            Assert.Empty(await SeriousFindings(page));
    }

    [Fact]
    public async Task The_filmstrip_is_one_row_on_a_screen_and_wraps_on_a_phone()
    {
        // With few updates there is one snapshot only, so the block is repeated.
        const string rows = """
            () => {
              const strip = [...document.querySelectorAll('figcaption')].find(c => c.textContent.startsWith('update ')).closest('div');
              strip.style.maxWidth = '';
              for (let i = 0; i < 5; i++) strip.append(strip.firstElementChild.cloneNode(true));
              return [...strip.children].map(f => Math.round(f.getBoundingClientRect().top)).filter((t, i, all) => all.indexOf(t) === i).length
                + ' rows, ' + new Set([...strip.querySelectorAll('img')].map(i => Math.round(i.getBoundingClientRect().width))).size + ' width';
            }
            """;
        var (wide, _) = await browser.Open(run.PathOf(Course.Adversarial + ".html"), 1100, ColorScheme.Light);
        Assert.Equal("1 rows, 1 width", await wide.EvaluateAsync<string>(rows));
        var (phone, _) = await browser.Open(run.PathOf(Course.Adversarial + ".html"), 360, ColorScheme.Light);
        Assert.Equal("2 rows, 1 width", await phone.EvaluateAsync<string>(rows));
    }

    [Fact]
    public async Task The_cover_leads_to_every_lecture_and_back_also_without_scripts()
    {
        var (page, complaints) = await browser.Open(run.PathOf("index.html"), 1100, ColorScheme.Light, scripts: false);
        foreach (var lecture in Course.Lectures)
        {
            await page.ClickAsync($"h2 a[href=\"{lecture}.html\"]");
            await page.WaitForURLAsync($"**/{lecture}.html");
            await page.ClickAsync(".home");
            await page.WaitForURLAsync("**/index.html");
        }
        Assert.Empty(complaints);
    }

    /// <summary>What axe-core, which knows the rules of accessibility, calls serious or critical: the rule and the element.</summary>
    private static async Task<IReadOnlyList<string>> SeriousFindings(IPage page) =>
        [.. from rule in (await page.RunAxe()).Violations where rule.Impact is "serious" or "critical" from node in rule.Nodes select $"{rule.Id}: {node.Html}"];

    private static async Task AllChartsAreDrawn(IPage page)
    {
        await page.WaitForFunctionAsync("""
            () => {
              const charts = [...document.querySelectorAll('[class*=ck-chart-]')];
              return charts.length > 2 && charts.every(chart => {
                const box = chart.querySelector('svg.main-svg')?.getBoundingClientRect();
                return chart.classList.contains('js-plotly-plot') && box?.width > 200 && box.height > 100 && chart.querySelector('.plot')?.childElementCount > 0;
              });
            }
            """);
        // Their text has the page's colour, dark or light.
        await page.WaitForFunctionAsync("""
            () => [...document.querySelectorAll('.js-plotly-plot .xtick text, .js-plotly-plot .xaxislayer-above text')]
              .every(text => getComputedStyle(text).fill === getComputedStyle(document.body).color)
            """);
    }
}
