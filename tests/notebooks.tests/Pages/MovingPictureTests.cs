using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>Explorers and filmstrip in the exported page, without network.</summary>
[Collection(nameof(OutputRun))]
[Trait("Cost", "browser")]
public sealed class MovingPictureTests(OutputRun run, OfflineBrowser browser, ITestOutputHelper output)
{
    private const string Frame = "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));";

    // By way of a copy: Chromium warns of a canvas that is read often.
    private const string Pixels = """
        (canvas => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
          copy.drawImage(canvas, 0, 0);
          return [...copy.getImageData(0, 0, canvas.width, canvas.height).data];
        })
        """;

    /// <summary>Moves the sliders of the k-th explorer and reads what it shows: bytes of the picture, or the sentence.</summary>
    private const string Show = $$"""
        async ([k, z]) => {
          const root = document.querySelectorAll('.ck-moving')[k], sliders = [...root.querySelectorAll('.ck-sliders input')];
          if (z) {
            sliders.forEach((slider, i) => slider.value = z.split(' ')[i]);
            sliders[0].dispatchEvent(new Event('input'));
          }
          {{Frame}}
          const canvas = root.querySelector('.ck-stage canvas');
          return canvas ? {{Pixels}}(canvas).join(' ') : root.querySelector('.ck-stage output').textContent;
        }
        """;

    private const string Latent = "k => [...document.querySelectorAll('.ck-moving')[k].querySelectorAll('.ck-sliders input')].map(slider => slider.value).join(' ')";

    [Theory]
    [InlineData(0, "digits", 1)]
    [InlineData(1, "decoder", 3)]
    [InlineData(3, "digits", 1)]
    public async Task The_pages_picture_is_TorchSharps_within_a_255th_a_pixel(int k, string name, int channels)
    {
        var (page, complaints) = await Open();
        float[] latent = run.Array(name + "-z").Values, expected = run.Array(name).Values;
        int size = latent.Length / 12, area = expected.Length / 12 / channels;
        for (var row = 0; row < 12; row++)
        {
            var shown = (await page.EvaluateAsync<string>(Show, new object[] { k, Text(latent[(row * size)..((row + 1) * size)]) })).Split(' ').Select(int.Parse).ToArray();
            Assert.Equal(4 * area, shown.Length);
            for (var p = 0; p < area; p++)
            {
                for (var c = 0; c < 3; c++)
                    Assert.InRange(shown[4 * p + c] - 255 * expected[row * area * channels + (channels == 3 ? c : 0) * area + p], -1, 1);
                Assert.Equal(255, shown[4 * p + 3]);
            }
        }
        Assert.True(expected.Count(value => value is < 0.2f or > 0.8f) > expected.Length / 10, "the test's pictures are all grey");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_pages_sentence_is_TorchSharps_and_is_text_not_HTML()
    {
        var (page, complaints) = await Open();
        string[] alphabet = ["我", "爱", "<b>", "&", "\"", "猫", ""];
        var (latent, entries) = (run.Array("speaker-z").Values, run.Array("speaker").Values);
        var said = new List<string>();
        for (var row = 0; row < 12; row++)
        {
            said.Add(await page.EvaluateAsync<string>(Show, new object[] { 2, Text(latent[(row * 8)..(row * 8 + 8)]) }));
            Assert.Equal(string.Concat(entries[(row * 5)..(row * 5 + 5)].Select(entry => alphabet[(int)entry])), said[^1]);
        }
        Assert.True(said.Distinct().Count() > 4);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Random_walk_and_the_way_between_two_points_move_the_vector_and_the_picture()
    {
        var (page, complaints) = await Open();
        var root = page.Locator(".ck-moving").First;
        Task<string> Picture() => page.EvaluateAsync<string>(Show, new object?[] { 0, null });
        Task<string> Vector() => page.EvaluateAsync<string>(Latent, 0);
        var (start, startVector) = (await Picture(), await Vector());

        await root.GetByText("random").ClickAsync();
        var (random, randomVector) = (await Picture(), await Vector());
        Assert.NotEqual(start, random);
        await root.GetByText("keep as B").ClickAsync();

        // From A, where it began, to B, with the keyboard.
        var between = root.GetByLabel("between A and B");
        await between.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        Assert.Equal((start, startVector), (await Picture(), await Vector()));
        for (var i = 0; i < 50; i++)
            await page.Keyboard.PressAsync("ArrowRight");
        static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        var half = Numbers(await Vector());
        Assert.All(Numbers(startVector).Zip(Numbers(randomVector), (a, b) => (a + b) / 2).Zip(half), pair => Assert.Equal(pair.First, pair.Second, 0.006));
        await page.Keyboard.PressAsync("End");
        Assert.Equal((random, randomVector), (await Picture(), await Vector()));

        // A walk goes on by itself until it is stopped, by its button or by a slider.
        var walk = root.GetByText("walk");
        await walk.ClickAsync();
        Assert.Equal("true", await walk.GetAttributeAsync("aria-pressed"));
        await page.WaitForFunctionAsync($"before => ({Latent})(0) !== before", randomVector);
        await page.WaitForFunctionAsync("document.querySelector('.ck-note').textContent.includes(' ms a time')");
        output.WriteLine(await page.TextContentAsync(".ck-note") ?? "");
        await root.GetByLabel("latent number 3", new() { Exact = true }).PressAsync("ArrowRight");
        Assert.Equal("false", await walk.GetAttributeAsync("aria-pressed"));
        var stopped = await Picture();
        Assert.Equal(stopped, await Picture());
        Assert.NotEqual(random, stopped);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Who_wants_no_motion_gets_a_step_a_press()
    {
        var (page, _) = await Open();
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        var before = await page.EvaluateAsync<string>(Latent, 0);
        await page.Locator(".ck-moving").First.GetByText("walk").ClickAsync();
        var after = await page.EvaluateAsync<string>(Latent, 0);
        Assert.NotEqual(before, after);
        await page.EvaluateAsync(Show, new object?[] { 0, null });
        Assert.Equal(after, await page.EvaluateAsync<string>(Latent, 0));
    }

    [Fact]
    public async Task The_filmstrips_slider_goes_through_the_updates_by_keyboard_and_by_itself()
    {
        var (page, complaints) = await Open();
        var root = page.Locator(".ck-moving").Last;
        async Task<string> Shown()
        {
            await page.EvaluateAsync($"async () => {{ {Frame} }}");
            var pixel = await page.EvaluateAsync<int>(Pixels + "([...document.querySelectorAll('.ck-moving')].at(-1).querySelector('canvas'))[0]");
            return $"{await root.Locator("output").TextContentAsync()}: {pixel}";
        }
        Assert.Equal("update 5,000: 255", await Shown());
        var slider = root.GetByLabel("moment of the training");
        await slider.PressAsync("ArrowLeft");
        Assert.Equal("update 2,000: 128", await Shown());
        Assert.Equal("update 2,000", await slider.GetAttributeAsync("aria-valuetext"));
        await slider.PressAsync("Home");
        Assert.Equal("update 100: 0", await Shown());
        await root.GetByText("play").ClickAsync();
        await page.WaitForFunctionAsync("[...document.querySelectorAll('.ck-moving')].at(-1).querySelector('output').textContent === 'update 5,000'");
        Assert.Equal(3, await page.Locator("figcaption").GetByText("update ").CountAsync()); // the strip stays
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task What_has_changed_is_told_in_few_words_once_it_rests()
    {
        var (page, complaints) = await Open();
        await page.EvaluateAsync("""
            document.querySelectorAll('.ck-moving [role=status]').forEach(line =>
              new MutationObserver(() => (line.heard ??= []).push(line.textContent)).observe(line, { childList: true }));
            """);
        async Task<string> Heard(int k)
        {
            await page.WaitForFunctionAsync("k => document.querySelectorAll('.ck-moving')[k].querySelector(':scope > [role=status]').heard?.length", k);
            return await page.EvaluateAsync<string>("k => document.querySelectorAll('.ck-moving')[k].querySelector(':scope > [role=status]').heard.splice(0).join(' | ')", k);
        }
        string[] before = (await page.EvaluateAsync<string>(Show, new object?[] { 0, null })).Split(' ');
        await page.EvaluateAsync("""
            () => {
              const slider = document.querySelector('.ck-sliders input');
              for (slider.value = -3; slider.valueAsNumber < 3; slider.stepUp(10)) slider.dispatchEvent(new Event('input'));
              slider.dispatchEvent(new Event('input'));
            }
            """);
        var told = Regex.Match(await Heard(0), @"^latent number 1: (\d+) % of the picture has changed(, it is (brighter|darker))?$");
        var after = (await page.EvaluateAsync<string>(Show, new object?[] { 0, null })).Split(' ');
        var changed = before.Zip(after, (old, now) => Math.Abs(int.Parse(old, CultureInfo.InvariantCulture) - int.Parse(now, CultureInfo.InvariantCulture)) > 25.5).Where((_, i) => i % 4 == 0);
        Assert.Equal(Math.Round(100 * changed.Average(pixel => pixel ? 1.0 : 0)), int.Parse(told.Groups[1].Value, CultureInfo.InvariantCulture), 2.0);
        Assert.NotEqual("0", told.Groups[1].Value);

        var sentences = page.Locator(".ck-moving").Nth(2);
        await sentences.GetByRole(AriaRole.Button, new() { Name = "random" }).PressAsync("Enter");
        Assert.Equal($"a random vector: {await sentences.Locator(".ck-stage output").TextContentAsync()}", await Heard(2));
        await sentences.GetByRole(AriaRole.Button, new() { Name = "keep as A" }).PressAsync(" ");
        Assert.Equal("kept as A", await Heard(2));

        await page.Locator(".ck-moving").Last.GetByLabel("moment of the training").PressAsync("Home");
        await page.Locator(".ck-moving").Last.GetByText("play").PressAsync("Enter");
        Assert.Equal("update 5,000", await Heard(5));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('.ck-moving :is(output, [role=status]):not([aria-live=off], .ck-said, .ck-caption)').length"));
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData(1100, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Everything_fits_the_screen_is_labelled_and_follows_the_theme(int width, ColorScheme scheme)
    {
        var (page, complaints) = await Open(width, scheme);
        Assert.Equal(6, await page.Locator(".ck-moving[data-drawn]").CountAsync());
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('.ck-moving canvas:not([aria-label]), .ck-moving input:not([aria-label]), .ck-moving [id]').length"));
        Assert.True(await page.EvaluateAsync<bool>("[...document.querySelectorAll('.ck-moving button')].every(b => getComputedStyle(b).color === getComputedStyle(document.body).color)"));
        Assert.Empty(complaints);
    }

    private static string Text(float[] vector) => string.Join(' ', vector.Select(value => value.ToString("F2", CultureInfo.InvariantCulture)));

    private Task<(IPage Page, List<string> Complaints)> Open(int width = 1100, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.True(run.Result.ExitCode == 0, run.Result.Output + run.Result.Error);
        return browser.Open(run.Page, width, scheme);
    }
}
