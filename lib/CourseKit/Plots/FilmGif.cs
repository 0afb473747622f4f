using System.Runtime.InteropServices;
using CourseKit.Common;
using CourseKit.Training;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

namespace CourseKit.Plots;

/// <summary>
/// A training as an animated GIF, for slides and web pages: a frame for each moment, with the number of updates below it. It runs for about six seconds, holds
/// the last frame and begins again. The same film always gives the same bytes.
/// </summary>
public static class FilmGif
{
    // In bytes. A film of noise hardly becomes smaller. It gets fewer colours, then half of the frames, then a quarter, so that it can still be sent around.
    private const int Largest = 400_000;

    // In hundredths of a second.
    private const int Pause = 15, LastPause = 300;
    private const int Margin = 4, TextScale = 2;
    private const uint White = 0xffffffff;

    /// <summary>Saves what the averaged generator made of the same latent vectors at the moments of the trainer's snapshots.</summary>
    /// <param name="trainer">A trainer that has trained with <c>snapshotsAt</c>: 40 moments make a film.</param>
    /// <param name="path">The file to write, .gif. Its folder is created if needed.</param>
    /// <param name="count">The number of images in a frame, from 1 to 256.</param>
    /// <param name="columns">Images in a row; 0 makes the frames about square.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="InvalidOperationException">The trainer has no snapshots.</exception>
    /// <exception cref="ArgumentException">The count is out of its range, or columns is negative.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long SaveFilm(this GanTrainer trainer, string path, int count = 25, int columns = 0)
    {
        if (trainer.Snapshots.Count == 0)
            throw new InvalidOperationException("This trainer has no snapshots to make a film of: give their moments, as in trainer.Train(4000, snapshotsAt: [100, 200, 500, 4000]).");
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, trainer.Snapshots[0].Images.shape[0]);
        return Save(path, [.. trainer.Snapshots.Select(Drawn)]);

        (long, PixelCanvas) Drawn(GanSnapshot snapshot)
        {
            using var few = snapshot.Images.narrow(0, 0, count);
            return (snapshot.Update, ImageGrid.Draw(few, columns, 0, Filmstrip.TileWidth));
        }
    }

    /// <summary>Writes the file, with as many of 256 colours and of the frames as 400 kB hold, but at least 32 colours, the last frame and one before it.</summary>
    /// <returns>The number of bytes written.</returns>
    internal static long Save(string path, IReadOnlyList<(long Update, PixelCanvas Canvas)> film)
    {
        var captions = film.Select(frame => FormattableString.Invariant($"UPDATE {frame.Update}")).ToList();
        var width = Math.Max(film.Max(frame => frame.Canvas.Width), captions.Max(PixelText.WidthOf) * TextScale);
        var height = film.Max(frame => frame.Canvas.Height);
        var frames = film.Zip(captions, (frame, caption) => Framed(frame.Canvas, caption, width, height)).ToList();
        var pixels = new uint[frames.Count * frames[0].Width * frames[0].Height];
        foreach (var (index, frame) in frames.Index())
            Pixels(frame).CopyTo(pixels.AsSpan(index * frame.Width * frame.Height));
        var distinct = new HashSet<uint>(pixels).Order().Select(pixel => new Rgba32(pixel)).ToArray();
        byte[] gif = [];
        var halvings = Enumerable.Range(0, 30).Select(times => 1 << times).TakeWhile(every => every == 1 || every < frames.Count).ToArray();
        foreach (var (colours, everies) in new[] { (256, [1]), (64, [1]), (32, halvings) })
        {
            var palette = PaletteOf(distinct, colours, pixels, frames[0].Width);
            var painted = Painted(frames, palette);
            foreach (var every in everies)
            {
                gif = Encoded([.. painted.Where((_, index) => (frames.Count - 1 - index) % every == 0)], palette, Pause * every);
                if (gif.Length <= Largest)
                    return AtomicFile.Write(path, stream => stream.Write(gif));
            }
        }
        return AtomicFile.Write(path, stream => stream.Write(gif));
    }

    // On white, since a GIF's pixel is transparent or not, and grey digits must be read on any page.
    private static PixelCanvas Framed(PixelCanvas canvas, string caption, int width, int height)
    {
        var framed = new PixelCanvas(width + (2 * Margin), height + (3 * Margin) + (PixelText.Height * TextScale));
        framed.Draw(canvas, Margin, Margin);
        PixelText.Draw(framed, caption, Margin, height + (2 * Margin), TextScale, 0x70);
        foreach (ref var pixel in Pixels(framed))
            pixel = pixel == 0 ? White : pixel;
        return framed;
    }

    private static Span<uint> Pixels(PixelCanvas canvas) => MemoryMarshal.Cast<byte, uint>(canvas.Bytes);

    // The colours as they are, where they are few; greys at equal distances, where there is no colour; else those that are nearest to all pixels of the film.
    private static Rgba32[] PaletteOf(Rgba32[] distinct, int colours, uint[] pixels, int width)
    {
        if (distinct.Length <= colours)
            return distinct;
        if (distinct.All(colour => colour.R == colour.G && colour.G == colour.B))
            return [.. Enumerable.Range(0, colours).Select(i => (byte)(i * 255 / (colours - 1))).Select(grey => new Rgba32(grey, grey, grey))];
        using var all = Image.LoadPixelData<Rgba32>(MemoryMarshal.Cast<uint, Rgba32>(pixels), width, pixels.Length / width);
        using var quantizer = new WuQuantizer(new QuantizerOptions { Dither = null, MaxColors = colours }).CreatePixelSpecificQuantizer<Rgba32>(Configuration.Default);
        quantizer.BuildPaletteAndQuantizeFrame(all.Frames.RootFrame, all.Bounds()).Dispose();
        return quantizer.Palette.ToArray();
    }

    // ImageSharp looks at five bits of each channel when it looks for a pixel's colour in the palette. So the frames are painted with colours that differ in
    // these bits, one for each index, and the true ones take their place in the finished file, where 13 bytes stand before the palette.
    private static List<PixelCanvas> Painted(List<PixelCanvas> frames, Rgba32[] palette)
    {
        Dictionary<uint, uint> marks = [];
        return [.. frames.Select(frame =>
        {
            var painted = new PixelCanvas(frame.Width, frame.Height);
            var from = Pixels(frame);
            var to = Pixels(painted);
            for (var i = 0; i < from.Length; i++)
            {
                ref var mark = ref CollectionsMarshal.GetValueRefOrAddDefault(marks, from[i], out var known);
                to[i] = mark = known ? mark : Mark(Nearest(palette, new(from[i]))).PackedValue;
            }
            return painted;
        })];
    }

    private static byte[] Encoded(List<PixelCanvas> painted, Rgba32[] palette, int pause)
    {
        using var film = new Image<Rgba32>(painted[0].Width, painted[0].Height);
        foreach (var frame in painted)
        {
            using var image = Image.LoadPixelData<Rgba32>(frame.Bytes, frame.Width, frame.Height);
            film.Frames.AddFrame(image.Frames.RootFrame).Metadata.GetGifMetadata().FrameDelay = frame == painted[^1] ? LastPause : pause;
        }
        film.Frames.RemoveFrame(0);
        film.Metadata.GetGifMetadata().RepeatCount = 0; // for ever
        var quantizer = new PaletteQuantizer(palette.Select((_, index) => new Color(Mark(index))).ToArray(), new QuantizerOptions { Dither = null });
        using var stream = new MemoryStream();
        film.SaveAsGif(stream, new GifEncoder { Quantizer = quantizer, ColorTableMode = GifColorTableMode.Global });
        var gif = stream.ToArray();
        foreach (var (index, colour) in palette.Index())
            (gif[13 + (3 * index)], gif[14 + (3 * index)], gif[15 + (3 * index)]) = (colour.R, colour.G, colour.B);
        return gif;
    }

    private static Rgba32 Mark(int index) => new((byte)((index & 7) << 5), (byte)((index >> 3 & 7) << 5), (byte)(index >> 6 << 6));

    private static int Nearest(Rgba32[] palette, Rgba32 colour)
    {
        var (nearest, least) = (0, int.MaxValue);
        for (var i = 0; i < palette.Length && least > 0; i++)
        {
            var (red, green, blue) = (palette[i].R - colour.R, palette[i].G - colour.G, palette[i].B - colour.B);
            var distance = (red * red) + (green * green) + (blue * blue);
            if (distance < least)
                (nearest, least) = (i, distance);
        }
        return nearest;
    }
}
