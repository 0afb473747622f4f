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
    public void The_frames_lie_in_columns_of_one_picture()
    {
        // A frame of 16 images is 478 pixels high, and 16 frames stand in 8,000.
        using var images = full([16, 1, 28, 28], -0.21f);
        using var last = ones(16, 1, 28, 28);
        var html = Html(Filmstrip.Of([.. Enumerable.Range(0, 31).Select(i => ((long)i, images)), (31, last)], columns: 1));
        Assert.Contains("\"width\":28,\"height\":478,\"rows\":16,", html, StringComparison.Ordinal);
        using var film = SKBitmap.Decode(Convert.FromBase64String(Regex.Match(html, "\"film\":\"data:image/[a-z]+;base64,([^\"]+)\"").Groups[1].Value));
        Assert.Equal((56, 16 * 478), (film.Width, film.Height));
        Assert.InRange(film.GetPixel(42, 15 * 478 - 14).Red, 97, 105); // the last tile of the frame before; 101 in the snapshot
        Assert.InRange(film.GetPixel(42, 15 * 478 + 14).Red, 251, 255);
        Assert.Equal(0, film.GetPixel(0, 28).Alpha);
    }

    [Fact]
    public void A_film_of_many_levels_is_WebP_less_than_half_as_large_and_a_level_stays_where_it_was_but_for_a_little()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        // Blobs, as a generator makes them.
        var images = nn.functional.interpolate(rand(10, 16, 7, 7), [28, 28], mode: InterpolationMode.Bilinear) * 2 - 1;
        var film = Filmstrip.Of([.. Enumerable.Range(0, 10).Select(i => ((long)i, images[i].unsqueeze(1)))], columns: 4);
        var uri = Regex.Match(Html(film), "\"film\":\"data:image/webp;base64,([^\"]+)\"").Groups[1].Value;
        using var webp = SKBitmap.Decode(Convert.FromBase64String(uri));
        var exact = film.Film[3].Canvas;
        Assert.InRange(uri.Length, 1, 10 * Convert.ToBase64String(exact.ToPicture("").Png.Span).Length / 2);
        double off = 0;
        for (var y = 0; y < 28; y++)
        {
            for (var x = 0; x < 28; x++)
                off += Math.Abs(webp.GetPixel(x, 3 * exact.Height + y).Red - exact.Bytes[4 * (y * exact.Width + x)]) / 784.0;
        }
        Assert.InRange(off, 0, 5);
        Assert.Equal(0, webp.GetPixel(28, 3 * exact.Height).Alpha);
    }

    private static string Html(IDisplayable shown) => shown.Bundle[0].Text;
}
