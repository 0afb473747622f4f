using System.Text.RegularExpressions;
using CourseKit.Display;
using CourseKit.Native;
using CourseKit.Plots;
using CourseKit.Tests.Display;
using SkiaSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

/// <summary>Its strip is tested with the other grids of images.</summary>
[Collection("process-wide state")]
public sealed class FilmstripTests
{
    public FilmstripTests() => NativeBackend.Load();

    [Fact]
    public void The_slider_goes_over_the_snapshots_and_the_strip_stands_below_it()
    {
        using var images = ones(4, 1, 8, 8);
        var html = Html(Filmstrip.Of([(100, images), (5000, images)], columns: 2));
        Assert.Equal(2, Regex.Count(html, "<img "));
        Assert.Matches("\"captions\":\\[\"update 100\",\"update 5,000\"\\]", html);
        Assert.True(html.IndexOf("</script>", StringComparison.Ordinal) < html.IndexOf("<img ", StringComparison.Ordinal));
        Assert.Equal(html, Html(Filmstrip.Of([(100, images), (5000, images)], columns: 2)));
    }

    [Fact]
    public void A_single_moment_needs_no_slider()
    {
        using var images = ones(4, 1, 8, 8);
        Assert.DoesNotContain("<script", Html(Filmstrip.Of([(100, images)], columns: 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_a_training_was_watched_the_slider_goes_over_all_its_pictures()
    {
        using var host = new FakeHost();
        using var images = ones(4, 1, 8, 8);
        var live = new LiveTraining(() => ones(4, 1, 8, 8), columns: 2);
        for (var update = 10; update <= 100; update += 10)
            live.Report(update, 100);
        var html = Html(Filmstrip.Of([(100, images)], columns: 2, live));
        Assert.Equal(10, Regex.Matches(html, "\"captions\":\\[(.*?)\\]")[0].Groups[1].Value.Split(",").Length);
        Assert.Equal(1, Regex.Count(html, "<img "));
    }

    [Fact]
    public void The_frames_lie_in_columns_of_one_picture_with_every_second_level()
    {
        // A frame of 16 images is 478 pixels high, and 16 frames stand in 8,000.
        using var images = full([16, 1, 28, 28], -0.21f);
        using var last = ones(16, 1, 28, 28);
        var html = Html(Filmstrip.Of([.. Enumerable.Range(0, 31).Select(i => ((long)i, images)), (31, last)], columns: 1));
        Assert.Contains("\"width\":28,\"height\":478,\"rows\":16,", html, StringComparison.Ordinal);
        using var film = SKBitmap.Decode(Convert.FromBase64String(Regex.Match(html, "\"film\":\"([^\"]+)\"").Groups[1].Value));
        Assert.Equal((56, 16 * 478), (film.Width, film.Height));
        Assert.Equal(new SKColor(100, 100, 100), film.GetPixel(55, 15 * 478 - 1)); // 101 in the snapshot
        Assert.Equal(new SKColor(255, 255, 255), film.GetPixel(28, 15 * 478));
        Assert.Equal(0, film.GetPixel(0, 28).Alpha);
    }

    private static string Html(IDisplayable shown) => shown.Bundle[0].Text;
}
