using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>The colours from which a <see cref="PixelPainter"/> chooses. Each colour has a number, counted from 0.</summary>
public sealed class PainterPalette
{
    private static readonly Scalar One = 1;
    private static readonly float[] Places = [65536, 256, 1];

    // codes holds each colour as one number, red * 65536 + green * 256 + blue, in rising order. The numbers are below 2^24, so float32 holds them
    // exactly.
    private readonly Tensor codes, colours;

    /// <summary>Collects all colours that occur in the images.</summary>
    /// <param name="images">(N, 3, H, W) in [-1, 1], with colours that come from bytes (v / 127.5 - 1).</param>
    public PainterPalette(Tensor images)
    {
        using var scope = NewDisposeScope();
        codes = Code(images).unique().output.DetachFromDisposeScope(); // (K)
        var bytes = codes.unsqueeze(1).div(tensor(Places)).floor().remainder(tensor(256f));  // (K, 3)
        colours = bytes.div(tensor(127.5f)).add(tensor(-1f), One).DetachFromDisposeScope(); // (K, 3)
    }

    /// <summary>K, the number of colours.</summary>
    public int Count => (int)codes.shape[0];

    /// <summary>Replaces the colours by their numbers.</summary>
    /// <param name="images">(N, 3, H, W) in [-1, 1].</param>
    /// <returns>(N, H, W) int64 in [0, K).</returns>
    /// <exception cref="ArgumentException">A colour is not in the palette.</exception>
    public Tensor ToNumbers(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wanted = Code(images);
        var last = tensor((long)Count - 1);
        var numbers = searchsorted(codes, wanted).minimum(last); // (N, H, W)
        var found = codes.index_select(0, numbers.flatten()).view_as(wanted);
        if (!found.equal(wanted).all().item<bool>())
            throw new ArgumentException($"A picture has a colour that is none of the palette's {Count}: make the palette from these pictures too.", nameof(images));
        return numbers.MoveToOuterDisposeScope();
    }

    /// <summary>Replaces the numbers by their colours. The pixels are bit-identical to the pixels of the original images.</summary>
    /// <param name="numbers">(N, H, W) int64 in [0, K).</param>
    /// <returns>(N, 3, H, W) in [-1, 1].</returns>
    public Tensor ToImages(Tensor numbers)
    {
        using var scope = NewDisposeScope();
        var pixels = colours.index_select(0, numbers.flatten()).view([.. numbers.shape, 3]); // (N, H, W, 3)
        return pixels.permute(0, 3, 1, 2).contiguous().MoveToOuterDisposeScope();
    }

    private static Tensor Code(Tensor images)
    {
        using var scope = NewDisposeScope();
        var bytes = images.detach().permute(0, 2, 3, 1).add(ones(1), One).mul(tensor(127.5f)).round(); // (N, H, W, 3)
        return bytes.matmul(tensor(Places)).MoveToOuterDisposeScope();            // (N, H, W)
    }
}
