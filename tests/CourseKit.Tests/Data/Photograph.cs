using System.Buffers.Binary;
using System.IO.Hashing;
using SkiaSharp;

namespace CourseKit.Tests.Data;

/// <summary>Pictures with an EXIF orientation, as cameras and telephones write them.</summary>
internal static class Photograph
{
    /// <summary>The file of a picture, with an EXIF entry that gives its orientation (tag 0x0112).</summary>
    public static byte[] Oriented(SKBitmap bitmap, string ending, byte orientation)
    {
        byte[] exif = ending == "png"
            ? [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
            : [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        using var pixmap = bitmap.PeekPixels();
        using var data = ending == "webp" ? pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))
            : bitmap.Encode(ending == "png" ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, 100);
        var file = data.ToArray();
        return ending switch
        {
            "jpg" => [.. file[..2], 0xff, 0xe1, 0, (byte)(2 + 6 + exif.Length), .. "Exif\0\0"u8, .. exif, .. file[2..]],
            "png" => [.. file[..33], .. PngChunk("eXIf"u8, exif), .. file[33..]],  // behind the signature and the header
            _ => WebP(bitmap, file, exif),
        };
    }

    private static byte[] PngChunk(ReadOnlySpan<byte> name, byte[] content)
    {
        var chunk = new byte[12 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        name.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + content.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + content.Length)));
        return chunk;
    }

    // The extended format: what there is (8 stands for EXIF), the size less one, the picture, EXIF.
    private static byte[] WebP(SKBitmap bitmap, byte[] simple, byte[] exif)
    {
        byte[] extended = [8, 0, 0, 0, (byte)(bitmap.Width - 1), 0, 0, (byte)(bitmap.Height - 1), 0, 0];
        byte[] chunks = [.. "WEBP"u8, .. Riff("VP8X"u8, extended), .. simple.AsSpan(12), .. Riff("EXIF"u8, exif)];
        return Riff("RIFF"u8, chunks);
    }

    private static byte[] Riff(ReadOnlySpan<byte> name, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        return [.. name, .. length, .. content, .. new byte[content.Length % 2]];
    }
}
