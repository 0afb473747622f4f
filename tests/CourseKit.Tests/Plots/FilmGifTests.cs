using System.Text;
using CourseKit.Data;
using CourseKit.Native;
using CourseKit.Plots;
using CourseKit.Tests.Data;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

[Collection("process-wide state")]
public sealed class FilmGifTests : IDisposable
{
    private const int Margin = 4, Caption = 18;
    private readonly TempFolder folder = new();

    public FilmGifTests() => NativeBackend.Load();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Grey_pictures_are_exact_in_each_of_256_greys()
    {
        var greys = (arange(256) / 127.5 - 1).reshape(4, 1, 8, 8).to_type(ScalarType.Float32);
        using var gif = Saved(Film(greys, -greys));
        AssertShows(greys, gif, 0);
        AssertShows(-greys, gif, 1);
    }

    [Fact]
    public void A_few_colours_are_exact()
    {
        manual_seed(1);
        var colours = (randint(5, [4, 3, 8, 8]) / 2.0 - 1).to_type(ScalarType.Float32); // 125
        using var gif = Saved(Film(colours));
        AssertShows(colours, gif, 0);
    }

    [Fact]
    public void Of_many_colours_the_nearest_are_near()
    {
        using var faces = Avatars.Load().Train.Images[..25];
        using var noisy = (faces + 0.05 * randn(faces.shape)).clamp(-1, 1);
        using var gif = Saved(Film(noisy));
        AssertShows(noisy, gif, 0, most: 40);
    }

    [Fact]
    public void The_frames_are_held_for_a_while_the_last_one_longer_and_it_begins_again()
    {
        using var images = ones(4, 1, 8, 8);
        using var gif = Saved(Film(images, images, images));
        Assert.Equal([15, 15, 300], Enumerable.Range(0, 3).Select(frame => gif.Frames[frame].Metadata.GetGifMetadata().FrameDelay));
        Assert.Equal(0, gif.Metadata.GetGifMetadata().RepeatCount);
    }

    [Fact]
    public void The_number_of_updates_stands_below_each_frame_on_white()
    {
        using var images = -ones(1, 1, 8, 8);
        using var gif = Saved(Filmstrip.Of([(0, images), (12, images)], columns: 1));
        Assert.Equal((("UPDATE 12".Length * 8) + (2 * Margin), 32 + (3 * Margin) + 10), (gif.Width, gif.Height));
        Assert.Equal(new Rgba32(255, 255, 255), gif.Frames[0][0, 0]);
        string[] u = ["#.#", "#.#", "#.#", "#.#", "###"];
        for (var pixel = 0; pixel < 15; pixel++)
            Assert.Equal(u[pixel / 3][pixel % 3] == '#' ? 0x70 : 255, gif.Frames[0][Margin + (pixel % 3 * 2), gif.Height - 14 + (pixel / 3 * 2)].R);
        Assert.NotEqual(Line(0), Line(1));

        string Line(int frame) => string.Concat(Enumerable.Range(0, gif.Width).Select(x => gif.Frames[frame][x, gif.Height - 14].R == 255 ? ' ' : '#'));
    }

    [Fact]
    [Trait("Cost", "slow")]
    public void The_same_film_gives_the_same_bytes_and_of_forty_frames_of_noise_half_stay_below_400_kB()
    {
        manual_seed(1);
        var film = Filmstrip.Of([.. Enumerable.Range(1, 40).Select(i => ((long)i, rand(36, 3, 8, 8) * 2 - 1))], columns: 6); // 202x202
        FilmGif.Save(folder["a.gif"], film.Film);
        FilmGif.Save(folder["b.gif"], film.Film);
        var bytes = File.ReadAllBytes(folder["a.gif"]);
        Assert.Equal("GIF89a", Encoding.ASCII.GetString(bytes, 0, 6));
        Assert.Equal(bytes, File.ReadAllBytes(folder["b.gif"]));
        Assert.InRange(bytes.Length, 10_000, 400_000);
        using var gif = Image.Load<Rgba32>(bytes);
        Assert.Equal(20, gif.Frames.Count);
        Assert.Equal((30, 300), (gif.Frames[0].Metadata.GetGifMetadata().FrameDelay, gif.Frames[19].Metadata.GetGifMetadata().FrameDelay));
    }

    [Fact]
    [Trait("Cost", "slow")]
    public void Of_noise_in_large_frames_as_many_stay_as_400_kB_hold_and_at_least_two()
    {
        manual_seed(1);
        var film = Filmstrip.Of([.. Enumerable.Range(1, 9).Select(i => ((long)i, rand(144, 3, 32, 32) * 2 - 1))], columns: 12);
        FilmGif.Save(folder["a.gif"], film.Film);
        var bytes = File.ReadAllBytes(folder["a.gif"]);
        Assert.InRange(bytes.Length, 10_000, 400_000);
        using var gif = Image.Load<Rgba32>(bytes);
        Assert.Equal(3, gif.Frames.Count); // the first, the fifth and the last one
        Assert.Equal((60, 300), (gif.Frames[0].Metadata.GetGifMetadata().FrameDelay, gif.Frames[2].Metadata.GetGifMetadata().FrameDelay));

        FilmGif.Save(folder["b.gif"], [.. film.Film.Take(2)]);
        using var two = Image.Load<Rgba32>(folder["b.gif"]);
        Assert.Equal(2, two.Frames.Count);
    }

    [Fact]
    public void A_trainer_saves_the_film_of_its_snapshots()
    {
        using var trainer = SmallGan.Trainer();
        var error = Assert.Throws<InvalidOperationException>(() => trainer.SaveFilm(folder["a.gif"]));
        Assert.Contains("snapshotsAt", error.Message, StringComparison.Ordinal);
        trainer.Train(6, snapshotsAt: [2, 4, 6], cancel: TestContext.Current.CancellationToken);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.SaveFilm(folder["a.gif"], count: 257));
        Assert.Equal(trainer.SaveFilm(folder["a.gif"], count: 9), new FileInfo(folder["a.gif"]).Length);
        using var gif = Image.Load<Rgba32>(folder["a.gif"]);
        Assert.Equal(3, gif.Frames.Count);
    }

    [Fact]
    public void Course_Save_writes_a_filmstrip_or_what_was_watched()
    {
        var before = Environment.GetEnvironmentVariable("COURSEKIT_ARTIFACTS");
        Environment.SetEnvironmentVariable("COURSEKIT_ARTIFACTS", folder["02"]);
        try
        {
            using var host = new FakeHost();
            using var images = ones(4, 1, 8, 8);
            Assert.StartsWith("saved faces.gif: 2 frames, ", Course.Save("faces.gif", Film(images, images)).ToString(), StringComparison.Ordinal);
            var live = new LiveTraining(() => ones(4, 1, 8, 8), columns: 2);
            for (var update = 10; update <= 100; update += 10)
                live.Report(update, 100);
            Assert.StartsWith("saved live.gif: 10 frames, ", Course.Save("live.gif", Filmstrip.Of([(100, images)], 2, live)).ToString(), StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => Course.Save("faces.png", Film(images)));
            Assert.Equal(2, Directory.GetFiles(folder["02"]).Length);
        }
        finally
        {
            Environment.SetEnvironmentVariable("COURSEKIT_ARTIFACTS", before);
        }
    }

    private static Filmstrip Film(params Tensor[] moments) => Filmstrip.Of([.. moments.Select((images, i) => (100L * i, images))]);

    private Image<Rgba32> Saved(Filmstrip film)
    {
        FilmGif.Save(folder["film.gif"], film.Film);
        return Image.Load<Rgba32>(folder["film.gif"]);
    }

    // Each pixel of the images' grid; what lies between them is white.
    private static void AssertShows(Tensor images, Image<Rgba32> gif, int frame, int most = 0)
    {
        var canvas = ImageGrid.Draw(images, 0, 0, 32);
        Assert.Equal((Math.Max(canvas.Width, gif.Width - (2 * Margin)) + (2 * Margin), canvas.Height + (2 * Margin) + Caption - Margin), (gif.Width, gif.Height));
        var (worst, at) = (0, 0);
        foreach (var pixel in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Rgba32>(canvas.Bytes))
        {
            var (shown, wanted) = (gif.Frames[frame][Margin + (at % canvas.Width), Margin + (at / canvas.Width)], pixel.A == 0 ? new Rgba32(255, 255, 255) : pixel);
            worst = Math.Max(worst, Math.Max(Math.Abs(shown.R - wanted.R), Math.Max(Math.Abs(shown.G - wanted.G), Math.Abs(shown.B - wanted.B))));
            at++;
        }
        Assert.InRange(worst, 0, most);
    }
}
