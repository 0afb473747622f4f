using System.Runtime.InteropServices;

namespace CourseKit.Plots;

/// <summary>
/// An image in memory, transparent at first. Pixels are stored row by row, with one byte each for red, green, blue and
/// opacity, which is 0 or 255.
/// </summary>
internal sealed class PixelCanvas(int width, int height)
{
    private readonly uint[] pixels = new uint[checked(width * height)];

    public int Width => width;

    public int Height => height;

    /// <summary>The pixels' bytes, row by row.</summary>
    public Span<byte> Bytes => MemoryMarshal.AsBytes(pixels.AsSpan());

    /// <summary>The width of one pixel of the drawn images, in pixels of the canvas.</summary>
    public int Scale { get; init; } = 1;

    public void FillSquare(int left, int top, int side, byte red, byte green, byte blue)
    {
        var colour = BitConverter.IsLittleEndian
            ? 0xff000000u | (uint)blue << 16 | (uint)green << 8 | red
            : (uint)red << 24 | (uint)green << 16 | (uint)blue << 8 | 0xffu;
        for (var row = top; row < top + side; row++)
            pixels.AsSpan(row * width + left, side).Fill(colour);
    }

    /// <summary>Copies another canvas into this one. This canvas must be large enough.</summary>
    public void Draw(PixelCanvas other, int left, int top)
    {
        for (var row = 0; row < other.Height; row++)
            other.pixels.AsSpan(row * other.Width, other.Width).CopyTo(pixels.AsSpan((top + row) * width + left));
    }

    public Picture ToPicture(string altText) => new(this, altText);
}
