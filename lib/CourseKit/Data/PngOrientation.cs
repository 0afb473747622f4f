using System.Buffers.Binary;
using SkiaSharp;

namespace CourseKit.Data;

/// <summary>The EXIF orientation of a PNG file, which Skia does not read. It reads that of JPEG and WebP.</summary>
internal static class PngOrientation
{
    /// <param name="png">A whole PNG file.</param>
    /// <returns>The orientation; TopLeft if the file names none, or a wrong one.</returns>
    public static SKEncodedOrigin Of(ReadOnlySpan<byte> png)
    {
        // After a signature of 8 bytes: chunks of a length, a name, the data and a checksum.
        for (var rest = png[8..]; rest.Length >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12)
                break;
            if (rest.Slice(4, 4).SequenceEqual("eXIf"u8))
                return OfExif(rest.Slice(8, (int)length));
            rest = rest[(12 + (int)length)..];
        }
        return SKEncodedOrigin.TopLeft;
    }

    // EXIF is TIFF: the order of the bytes, 42, the place of a list. In the list: its length, then 12 bytes an entry (tag, type, count, value).
    private static SKEncodedOrigin OfExif(ReadOnlySpan<byte> exif)
    {
        var isBig = exif.StartsWith("MM"u8);
        ushort Short(ReadOnlySpan<byte> at) => isBig ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
        if (exif.Length < 8)
            return SKEncodedOrigin.TopLeft;
        var list = isBig ? BinaryPrimitives.ReadUInt32BigEndian(exif[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]);
        if (list > exif.Length - 2)
            return SKEncodedOrigin.TopLeft;
        var entries = exif[((int)list + 2)..];
        for (var left = Short(exif[(int)list..]); left > 0 && entries.Length >= 12; left--, entries = entries[12..])
        {
            if (Short(entries) == 0x0112)
                return Short(entries[8..]) is >= 1 and <= 8 and var orientation ? (SKEncodedOrigin)orientation : SKEncodedOrigin.TopLeft;
        }
        return SKEncodedOrigin.TopLeft;
    }
}
