using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using CourseKit.Display;
using CourseKit.Files;
using CourseKit.Native;
using CourseKit.Tests.Display;
using CourseKit.Tests.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests;

[Collection("process-wide state")]
public sealed class CourseTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("course").FullName;
    private readonly string? artifactsBefore = Environment.GetEnvironmentVariable("COURSEKIT_ARTIFACTS");

    public CourseTests()
    {
        NativeBackend.Load();
        Environment.SetEnvironmentVariable("COURSEKIT_ARTIFACTS", Path.Combine(folder, "02-training"));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("COURSEKIT_ARTIFACTS", artifactsBefore);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Start_seeds_so_that_the_same_numbers_come_again()
    {
        Course.Start(seed: 3);
        var first = rand(5).data<float>().ToArray();
        Course.Start(seed: 4);
        Assert.NotEqual(first, rand(5).data<float>().ToArray());
        Course.Seed(3);
        Assert.Equal(first, rand(5).data<float>().ToArray());
    }

    [Fact]
    public void The_card_says_version_device_threads_and_seed_and_brings_plotly_once()
    {
        IDisplayable card = Course.Start(seed: 7, device: "cpu");
        var (html, plain) = (card.Bundle[0].Text, card.PlainText());
        Assert.Matches(@"^CourseKit \d+\.\d+\.\d+(\+[0-9a-f]{9})? \| device cpu \| \d+ threads? \| seed 7 \| TorchSharp 0\.\d+\.\d+$", plain);
        Assert.Equal(DeviceType.CPU, Course.Device.type);
        var packed = Convert.FromBase64String(html.Split("atob(\"")[1].Split('"')[0]);
        using (var script = new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)))
        {
            var head = Regex.Match(script.ReadLine() + script.ReadLine(), @"plotly\.js \(cartesian - minified\) v([\d.]+)$");
            // Plotly.NET writes for the version that it holds.
            Assert.Contains($"plotly-{head.Groups[1].Value}.min.js", typeof(Plotly.NET.Trace).Assembly.GetManifestResourceNames().Single(name => name.EndsWith(".js", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
        Assert.InRange(html.Length, packed.Length, 600_000);
        Assert.EndsWith("</script>", html, StringComparison.Ordinal);
        Assert.Equal(2, html.Split("</script").Length);
        Assert.DoesNotContain("src=", html.Split("<script")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_device_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Course.Start(device: "gpu"));
        Assert.Contains("expected \"auto\", \"cpu\" or \"cuda\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "5", 8, 2)]
    [InlineData(null, "5", 8, 5)]
    [InlineData("", "3,2", 8, 3)]
    [InlineData(null, null, 8, 1)]
    [InlineData(null, "all", 1, 1)]
    [InlineData("64", null, 8, 8)]
    public void Threads_come_from_the_course_then_OpenMP_and_are_one_else(string? courseKit, string? openMp, int cores, int expected) =>
        Assert.Equal(expected, NativeThreads.CountOf(courseKit, openMp, cores));

    [Theory]
    [InlineData("many")]
    [InlineData("0")]
    [InlineData("-2")]
    public void A_thread_count_that_is_none_is_refused_by_name(string value)
    {
        var error = Assert.Throws<ArgumentException>(() => NativeThreads.CountOf(value, "4", 8));
        Assert.Contains($"COURSEKIT_THREADS is '{value}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_displays_a_scrap_with_the_exact_number()
    {
        using var host = new FakeHost();
        Course.Record("frechet <distance>", 0.1 + 0.2);
        var bundle = Assert.IsType<IDisplayable>(Assert.Single(host.Displayed), exactMatch: false).Bundle;
        Assert.Equal(["application/scrapbook.scrap.json+json", "text/html", "text/plain"], bundle.Select(part => part.MimeType));
        using var scrap = JsonDocument.Parse(bundle[0].Text);
        Assert.Equal("frechet <distance>", scrap.RootElement.GetProperty("name").GetString());
        Assert.Equal(0.1 + 0.2, scrap.RootElement.GetProperty("data").GetDouble());
        Assert.Equal("json", scrap.RootElement.GetProperty("encoder").GetString());
        Assert.Equal(1, scrap.RootElement.GetProperty("version").GetInt32());
        Assert.Contains("frechet &lt;distance&gt;", bundle[1].Text, StringComparison.Ordinal);
        Assert.Equal("frechet <distance>: 0.3", bundle[2].Text);
        Assert.False(scrap.RootElement.TryGetProperty("caption", out _));
    }

    [Fact]
    public void Record_shows_a_caption_in_place_of_the_name()
    {
        using var host = new FakeHost();
        Course.Record("eyes-agree", 0.99, "99 % of the faces have two eyes of <one> colour");
        var bundle = Assert.IsType<IDisplayable>(Assert.Single(host.Displayed), exactMatch: false).Bundle;
        using var scrap = JsonDocument.Parse(bundle[0].Text);
        Assert.Equal("99 % of the faces have two eyes of <one> colour", scrap.RootElement.GetProperty("caption").GetString());
        Assert.Equal("<div title=\"eyes-agree: 0.99\">99 % of the faces have two eyes of &lt;one&gt; colour</div>", bundle[1].Text);
        Assert.Equal("99 % of the faces have two eyes of <one> colour", bundle[2].Text);
        Assert.Throws<ArgumentException>(() => Course.Record("eyes-agree", 0.99, " "));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_figure_that_is_not_finite_is_refused_and_not_displayed(double value)
    {
        using var host = new FakeHost();
        var error = Assert.Throws<ArgumentException>(() => Course.Record("loss", value));
        Assert.Contains($"'loss' is {value.ToString(CultureInfo.InvariantCulture)}", error.Message, StringComparison.Ordinal);
        Assert.Empty(host.Displayed);
    }

    [Fact]
    public void Save_writes_tensors_modules_and_lines_into_the_artifacts_folder()
    {
        using var images = rand(20, 8, 8);
        using var net = nn.Linear(3, 4);
        Assert.Equal("saved samples.npy: float32 (20, 8, 8), 5,248 bytes", Course.Save("samples.npy", images).ToString());
        Assert.StartsWith("saved g.safetensors: 16 parameters, ", Course.Save("g.safetensors", net).ToString(), StringComparison.Ordinal);
        Assert.Equal("saved s.txt: 2 lines, 6 bytes", Course.Save("s.txt", ["a", "bä"]).ToString());

        using var loaded = NumpyFile.Load(Course.Artifact("02-training", "samples.npy")!);
        Assert.True(Bits.Same(loaded, images));
        Assert.Equal(["a", "bä"], File.ReadAllLines(Course.Artifact("02-training", "s.txt")!));
        Assert.Null(Course.Artifact("03-other", "samples.npy"));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "02-training")).Length);
    }

    [Fact]
    public void What_Save_displays_names_no_folder()
    {
        using var images = rand(2);
        IDisplayable saved = Course.Save("a.npy", images);
        Assert.All(saved.Bundle, part => Assert.DoesNotContain(folder, part.Text, StringComparison.Ordinal));
        Assert.Contains("<code>a.npy</code>", saved.Bundle[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../a.npy")]
    [InlineData("/tmp/a.npy")]
    [InlineData("sub\\a.npy")]
    [InlineData("a.npz")]
    [InlineData("")]
    public void Save_takes_only_a_bare_name_with_the_right_ending(string name)
    {
        using var images = rand(2);
        Assert.Throws<ArgumentException>(() => Course.Save(name, images));
        Assert.False(Directory.Exists(Path.Combine(folder, "02-training")));
    }

    [Fact]
    public void Artifact_does_not_leave_the_artifacts_folder() => Assert.Throws<ArgumentException>(() => Course.Artifact("..", "a.npy"));
}
