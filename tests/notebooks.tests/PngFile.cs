using System.Buffers.Binary;
using System.IO.Compression;

namespace CourseKit.Notebooks.Tests;

/// <summary>Small colour pictures, written without a graphics library.</summary>
internal static class PngFile
{
    /// <summary>Writes a square picture; <paramref name="colour"/> gives red, green and blue for column and row.</summary>
    public static void Write(string path, int side, Func<int, int, (byte Red, byte Green, byte Blue)> colour)
    {
        using var pixels = new MemoryStream();
        using (var packed = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < side; y++)
            {
                packed.WriteByte(0); // this row is unfiltered
                for (var x = 0; x < side; x++)
                {
                    var (red, green, blue) = colour(x, y);
                    packed.Write([red, green, blue]);
                }
            }
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        (header[8], header[9]) = (8, 2); // eight bits for each of three colours
        File.WriteAllBytes(path, [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, pixels.ToArray()), .. Chunk("IEND"u8, [])]);
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] checkedPart = [.. type, .. data];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Checksum(checkedPart));
        return [.. length, .. checkedPart, .. sum];
    }

    private static uint Checksum(byte[] data)
    {
        var sum = uint.MaxValue;
        foreach (var value in data)
        {
            sum ^= value;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
        }
        return ~sum;
    }
}
