using System.Runtime.InteropServices;
using Microsoft.Playwright;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>The GAN in the plane that the exported page trains, without network.</summary>
[Trait("Cost", "browser")]
public sealed class PlaneGanTests(PlaneRun run, OfflineBrowser browser, ITestOutputHelper output) : IClassFixture<PlaneRun>
{
    private const string Gans = "[...document.querySelectorAll('.ck-moving')].map(root => root.gan)";

    /// <summary>Hands the same minibatches and latent vectors to the k-th GAN, and returns all weights.</summary>
    private const string Train = $$"""
        ([k, batches, latents]) => {
          const numbers = text => Float64Array.from(new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer));
          const gan = {{Gans}}[k], real = numbers(batches), z = numbers(latents), size = 2 * gan.batch;
          gan.restart();
          for (let i = 0; i < real.length / size; i++) {
            gan.stepA(real.subarray(i * size, (i + 1) * size), z.subarray(2 * i * size, (2 * i + 1) * size), 0.005, 0.1);
            gan.stepB(z.subarray((2 * i + 1) * size, (2 * i + 2) * size), 0.005);
          }
          return [...gan.G.theta, ...gan.D.theta];
        }
        """;

    /// <summary>Trains the k-th GAN on the ring and counts the modes after every 50th update, by a thousand points.</summary>
    private const string Modes = $$"""
        ([k, ofD, ofG, rateG, r1]) => {
          const gan = {{Gans}}[k], ring = document.querySelectorAll('.ck-moving')[k].real, lives = [];
          gan.restart();
          for (let update = 1; update <= 800; update++) {
            for (let i = 0; i < ofD; i++) gan.stepA(gan.minibatch(ring.all), gan.latent(gan.batch), 0.005, r1);
            for (let i = 0; i < ofG; i++) gan.stepB(gan.latent(gan.batch), rateG);
            if (update % 50) continue;
            const made = gan.G.forward(gan.latent(1000), 1000);
            lives.push(ring.centres.filter(([x, y]) => {
              let near = 0;
              for (let i = 0; i < 2000; i += 2) near += Math.hypot(made[i] - x, made[i + 1] - y) < ring.near;
              return near >= 1000 / 64;
            }).length);
          }
          return lives;
        }
        """;

    [Theory]
    [InlineData(0, "pair")]
    [InlineData(3, "smooth")]
    public async Task The_page_trains_as_TorchSharp_does_step_for_step(int k, string name)
    {
        var (page, complaints) = await Open();
        string Text(string array) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(run.Array(array)));
        Assert.Equal(PlaneRun.Steps * PlaneRun.Batch * 2, run.Array("batches").Length);
        var trained = await page.EvaluateAsync<double[]>(Train, new object[] { k, Text("batches"), Text("latents") });
        double Apart(string type)
        {
            var expected = run.Array($"{name}-{type}");
            Assert.Equal(expected.Length, trained.Length);
            return trained.Zip(expected, (mine, its) => Math.Abs(mine - its)).Max();
        }
        output.WriteLine($"{name}: furthest weight {Apart("Float64"):E1} from TorchSharp's in doubles, {Apart("Float32"):E1} in floats");
        Assert.InRange(Apart("Float64"), 0, 1e-4);
        Assert.Empty(complaints);
    }

    [Theory]
    [InlineData("as the page begins", 1, 1, 0.005, 0.1)]
    [InlineData("G at five times D's rate", 1, 1, 0.025, 0)]
    [InlineData("five steps of G to one of D", 1, 5, 0.005, 0)]
    public async Task All_modes_of_the_ring_live_unless_G_runs_ahead(string name, int ofD, int ofG, double rateG, double r1)
    {
        var (page, _) = await Open();
        for (var seed = 1; seed <= 3; seed++)
        {
            var lives = await page.EvaluateAsync<int[]>(Modes, new object[] { seed - 1, ofD, ofG, rateG, r1 });
            output.WriteLine($"{name}, seed {seed}: {string.Join(' ', lives)}");
            if (r1 > 0)
                Assert.Contains(8, lives);
            else
                Assert.All(lives, modes => Assert.InRange(modes, 0, 3));
        }
    }

    [Fact]
    public async Task Each_button_does_what_it_says_also_by_keyboard()
    {
        var (page, complaints) = await Open();
        var root = page.Locator(".ck-moving").First;
        ILocator Slider(string name) => root.GetByRole(AriaRole.Slider, new() { Name = name, Exact = true });
        ILocator Button(string name) => root.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
        Task<string> Weights(string network) => page.EvaluateAsync<string>($"{Gans}[0].{network}.theta.join()");
        Task<string?> Caption() => root.Locator(".ck-caption strong").TextContentAsync();
        var (g, d) = (await Weights("G"), await Weights("D"));

        await Button("step (a)").PressAsync("Enter");
        Assert.Equal("Step (a): G fixed, D learns", await Caption());
        Assert.Equal(g, await Weights("G"));
        var learnt = await Weights("D");
        Assert.NotEqual(d, learnt);

        await Button("step (b)").PressAsync(" ");
        Assert.Equal("Step (b): D fixed, G learns", await Caption());
        Assert.NotEqual(g, await Weights("G"));
        Assert.Equal(learnt, await Weights("D"));
        Assert.Contains("Steps so far: 1 of D, 1 of G.", await root.Locator("canvas").GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        await page.WaitForFunctionAsync("/^D calls real points real with \\d+ %, made ones with \\d+ %. Made points are in \\d of 8 modes.$/.test(document.querySelector('.ck-said').textContent)");

        // The sliders rule the steps: five of G go with one of D.
        await Slider("G’s learning rate").PressAsync("Home");
        Assert.Equal("0.0002", await Slider("G’s learning rate").GetAttributeAsync("aria-valuetext"));
        await Slider("steps of D per step of G").PressAsync("Home");
        await Button("run").ClickAsync();
        Assert.Equal("true", await Button("run").GetAttributeAsync("aria-pressed"));
        await page.WaitForFunctionAsync($"{Gans}[0].G.steps > 100");
        await Button("run").ClickAsync();
        Assert.Equal("false", await Button("run").GetAttributeAsync("aria-pressed"));
        Assert.InRange(await page.EvaluateAsync<double>($"{Gans}[0].G.steps / {Gans}[0].D.steps"), 4, 6);

        // At its slowest a run says each step.
        for (var i = 0; i < 3; i++)
            await Button("slower").ClickAsync();
        Assert.True(await Button("slower").IsDisabledAsync());
        await Button("run").ClickAsync();
        await page.WaitForFunctionAsync("document.querySelector('.ck-moving button[data-lit]')?.textContent === 'step (b)'");
        Assert.Equal("Step (b): D fixed, G learns", await Caption());

        await Button("start again").ClickAsync();
        Assert.Equal((g, d), (await Weights("G"), await Weights("D")));
        await root.GetByLabel("real points", new() { Exact = true }).SelectOptionAsync("spiral");
        Assert.Equal((g, d), (await Weights("G"), await Weights("D")));
        Assert.Contains("the plane: spiral.", await root.Locator("canvas").GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_run()
    {
        var (page, _) = await Open();
        const string run = $$"""
            () => {
              const gan = {{Gans}}[1], { all } = document.querySelector('.ck-moving').real;
              gan.restart();
              for (let i = 0; i < 20; i++) { gan.stepA(gan.minibatch(all), gan.latent(gan.batch), 0.005, 0.1); gan.stepB(gan.latent(gan.batch), 0.005); }
              return gan.G.theta.join();
            }
            """;
        Assert.Equal(await page.EvaluateAsync<string>(run), await page.EvaluateAsync<string>(run));
    }

    [Theory]
    [InlineData("gan => gan.D.theta.fill(1e200)")]      // no gradient is a number
    [InlineData("gan => { const { stepB } = gan; gan.stepB = () => { gan.stepB = stepB; return !!gan.G.theta.fill(1e300); }; }")]   // no point is one
    public async Task A_training_that_diverges_stops_and_says_so(string cause)
    {
        var (page, complaints) = await Open();
        var root = page.Locator(".ck-moving").First;
        await page.EvaluateAsync($"({cause})({Gans}[0])");
        await root.GetByText("run", new() { Exact = true }).ClickAsync();
        await root.GetByText("The training has diverged.").WaitForAsync();
        Assert.Equal("false", await root.GetByText("run", new() { Exact = true }).GetAttributeAsync("aria-pressed"));
        Assert.DoesNotContain("NaN", await root.TextContentAsync(), StringComparison.Ordinal);
        await root.GetByText("start again", new() { Exact = true }).ClickAsync();
        await root.GetByText("step (b)", new() { Exact = true }).ClickAsync();
        Assert.Equal("Step (b): D fixed, G learns", await root.Locator(".ck-caption strong").TextContentAsync());
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Who_wants_no_motion_gets_forty_steps_a_press()
    {
        var (page, _) = await Open();
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.Locator(".ck-moving").First.GetByText("run", new() { Exact = true }).ClickAsync();
        Assert.Equal("20 20", await page.EvaluateAsync<string>($"`${{{Gans}[0].D.steps}} ${{{Gans}[0].G.steps}}`"));
    }

    [Theory]
    [InlineData(1100, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task The_plane_fits_the_screen_is_labelled_and_follows_the_theme(int width, ColorScheme scheme)
    {
        var (page, complaints) = await Open(width, scheme);
        Assert.Equal(4, await page.Locator(".ck-moving[data-drawn]").CountAsync());
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('.ck-moving canvas:not([aria-label]), .ck-moving :is(input, select):not([aria-label]), .ck-moving [id]').length"));
        // The arrows have the colour of the page's text, also after the theme has changed.
        const string ink = """
            async () => {
              for (let i = 0; i < 3; i++) await new Promise(done => requestAnimationFrame(done));
              const canvas = document.querySelector('.ck-moving canvas'), copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
              copy.drawImage(canvas, 0, 0);
              const { data } = copy.getImageData(0, 0, canvas.width, canvas.height), [r, g, b] = getComputedStyle(document.body).color.match(/\d+/g).map(Number);
              let found = 0;
              for (let i = 0; i < data.length; i += 4) found += data[i + 3] > 250 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 12;
              return found > 20 ? `${r}` : 'no ink';
            }
            """;
        var first = await page.EvaluateAsync<string>(ink);
        await page.ClickAsync("#theme");
        var second = await page.EvaluateAsync<string>(ink);
        Assert.DoesNotContain("no ink", new[] { first, second });
        Assert.NotEqual(first, second);
        Assert.Empty(complaints);
    }

    private Task<(IPage Page, List<string> Complaints)> Open(int width = 1100, ColorScheme scheme = ColorScheme.Light)
    {
        Assert.True(run.Result.ExitCode == 0, run.Result.Output + run.Result.Error);
        return browser.Open(run.Page, width, scheme);
    }
}
