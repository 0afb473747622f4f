using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace CourseKit.Plots;

/// <summary>
/// Writes PNG files in which a pixel takes as few bytes as its colours need: one for greys, three for colours. A pixel is opaque or transparent, so a colour
/// that no pixel has can stand for the transparent ones. The graphics library writes four bytes for each pixel, and files of two or three times the size.
/// </summary>
internal static class PngFile
{
    /// <summary>
    /// A PNG file of these pixels. It shows them exactly, but for one case: of a picture with all 256 greys and transparent pixels, the rarest grey becomes
    /// its neighbour.
    /// </summary>
    /// <param name="pixels">Row by row, four bytes each: red, green, blue and opacity, 0 or 255.</param>
    /// <param name="width">Pixels in a row.</param>
    public static byte[] Of(ReadOnlySpan<byte> pixels, int width)
    {
        var grey = IsGrey(pixels);
        var (opaque, hole) = Hole(pixels, grey);
        var channels = grey ? 1 : 3;
        var packed = Packed(Samples(pixels, grey, hole), channels * width, channels);

        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], pixels.Length / 4 / width);
        (header[8], header[9]) = (8, (byte)(grey ? 0 : 2));
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        Chunk(file, "IHDR"u8, header);
        if (!opaque)
            Chunk(file, "tRNS"u8, grey ? [0, (byte)hole] : [0, (byte)(hole >> 16), 0, (byte)(hole >> 8), 0, (byte)hole]);
        Chunk(file, "IDAT"u8, packed);
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static bool IsGrey(ReadOnlySpan<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            if (pixels[i] != pixels[i + 1] || pixels[i] != pixels[i + 2])
                return false;
        }
        return true;
    }

    // Whether no pixel is transparent; and the grey that fewest opaque pixels have, or the first colour, from black to blue and on, that none has.
    private static (bool Opaque, int Hole) Hole(ReadOnlySpan<byte> pixels, bool grey)
    {
        var opaque = true;
        var uses = new int[grey ? 256 : pixels.Length / 4 + 1];
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var colour = Colour(pixels[i..], grey);
            if (pixels[i + 3] == 0)
                opaque = false;
            else if (colour < uses.Length)
                uses[colour]++;
        }
        return (opaque, opaque ? -1 : uses.IndexOf(uses.Min()));
    }

    private static int Colour(ReadOnlySpan<byte> pixel, bool grey) => grey ? pixel[0] : pixel[0] << 16 | pixel[1] << 8 | pixel[2];

    private static byte[] Samples(ReadOnlySpan<byte> pixels, bool grey, int hole)
    {
        var samples = new byte[pixels.Length / 4 * (grey ? 1 : 3)];
        var at = 0;
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var colour = Colour(pixels[i..], grey);
            colour = pixels[i + 3] == 0 && hole >= 0 ? hole : colour == hole ? colour ^ 1 : colour;
            if (!grey)
                (samples[at++], samples[at++]) = ((byte)(colour >> 16), (byte)(colour >> 8));
            samples[at++] = (byte)colour;
        }
        return samples;
    }

    // The rows, each behind the number of its filter: the pixels as they are, or what they are beside the value that their neighbours foretell. The second is
    // smaller for what a generator makes, and for enlarged pictures of many greys; the first for pictures with sharp edges and few colours.
    private static byte[] Packed(byte[] samples, int row, int channels)
    {
        const byte AsItIs = 0, Foretold = 4;
        var (plain, filtered) = (Deflated(samples, row, AsItIs), Deflated(Paeth(samples, row, channels), row, Foretold));
        return plain.Length <= filtered.Length ? plain : filtered;
    }

    private static byte[] Deflated(byte[] rows, int row, byte filter)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var start = 0; start < rows.Length; start += row)
            {
                deflate.WriteByte(filter);
                deflate.Write(rows, start, row);
            }
        }
        return packed.ToArray();
    }

    // PNG's filter by Paeth: of the pixels to the left, above, and left above, it takes the one that is nearest to left + above - left above.
    private static byte[] Paeth(byte[] samples, int row, int channels)
    {
        var filtered = new byte[samples.Length];
        for (var i = 0; i < samples.Length; i++)
        {
            bool first = i % row < channels, top = i < row;
            int left = first ? 0 : samples[i - channels], above = top ? 0 : samples[i - row], corner = first || top ? 0 : samples[i - row - channels];
            var (toLeft, toAbove, toCorner) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - 2 * corner));
            var foretold = toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
            filtered[i] = (byte)(samples[i] - foretold);
        }
        return filtered;
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        var sum = new Crc32();
        sum.Append(type);
        sum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, sum.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
