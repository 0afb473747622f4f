using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>
/// An autoregressive model: it makes a picture one pixel after the other, row by row from the top. Lecture 4 calls this bottom-up, because the
/// picture is made from its parts. Van den Oord et al. (2016) use masked convolutions instead of the network here.
/// The network gets the painted pixels in a window around the next pixel (the view), and the position of the next pixel (the brush).
/// It gives a probability for each colour of the palette. The painter chooses the colour at random, with these probabilities.
/// </summary>
public sealed class PixelPainter : nn.Module<Tensor, Tensor>
{
    private static readonly Scalar Zero = 0, One = 1;
    private readonly nn.Module<Tensor, Tensor>? own;
    private readonly EmbeddingBag? fc1;
    private readonly Linear? fc2, fc3;
    private readonly Tensor offsets, firstRows;
    private readonly int framedWidth, framedSize;
    private readonly long inputs;

    /// <param name="palette">The K colours to choose from.</param>
    /// <param name="height">H of the pictures in pixels.</param>
    /// <param name="width">W of the pictures in pixels.</param>
    /// <param name="viewWidth">Number of columns in view. The number is odd, because the brush is in the middle column.</param>
    /// <param name="viewHeight">Number of rows in view: the painted part of the brush's row, and the rows directly above.</param>
    /// <param name="hidden">Width of the two hidden layers.</param>
    /// <param name="network">
    /// Makes a network of one's own from the number of inputs and of colours: <c>(inputs, colours) => Sequential(Linear(inputs, 64), ReLU(), Linear(64, colours))</c>.
    /// It gets (B, inputs), a one-hot vector for each pixel in view and one for the brush's place, and gives logits, (B, K). <paramref name="hidden"/> then has no meaning.
    /// </param>
    /// <exception cref="ArgumentException">The view's width is even, a size is not positive, or nothing is in view.</exception>
    public PixelPainter(PainterPalette palette, int height, int width, int viewWidth, int viewHeight, long hidden = 128,
        Func<long, long, nn.Module<Tensor, Tensor>>? network = null) : base(nameof(PixelPainter))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(viewHeight, 1);
        if (viewWidth < 1 || viewWidth % 2 == 0 || viewWidth * viewHeight == 1)
            throw new ArgumentException($"The view is {viewWidth}x{viewHeight}: expected an odd width and at least one pixel before the brush.", nameof(viewWidth));
        (Palette, Height, Width, ViewWidth, ViewHeight) = (palette, height, width, viewWidth, viewHeight);
        (framedWidth, framedSize) = (width + viewWidth - 1, (width + viewWidth - 1) * (height + viewHeight - 1));

        // The first layer is linear over one-hot vectors, so its output is a sum of rows of a table: one row for each combination of a pixel of the view
        // and a colour, and one for each position of the brush. Pixels outside the picture (see Frame) have a colour number of their own. An embedding
        // bag computes this sum without the one-hot vectors.
        int pixels = viewWidth * (viewHeight - 1) + viewWidth / 2, colours = palette.Count + 1;
        offsets = tensor(Enumerable.Range(0, pixels).Select(i => (long)(i / viewWidth * framedWidth + i % viewWidth)).ToArray()).DetachFromDisposeScope();
        firstRows = tensor(Enumerable.Range(0, pixels).Select(i => (long)i * colours).ToArray()).DetachFromDisposeScope();
        inputs = pixels * colours + height * width;
        own = network?.Invoke(inputs, palette.Count);
        if (own is null)
        {
            fc1 = nn.EmbeddingBag(inputs, hidden, mode: EmbeddingBagMode.Sum);
            fc2 = nn.Linear(hidden, hidden);
            fc3 = nn.Linear(hidden, palette.Count);
            using (no_grad())
                fc1.weight!.mul_(tensor(MathF.Sqrt(1f / (pixels + 1))));
        }
        RegisterComponents();
    }

    /// <summary>The colours from which the painter chooses.</summary>
    public PainterPalette Palette { get; }

    /// <summary>H of the pictures in pixels.</summary>
    public int Height { get; }

    /// <summary>W of the pictures in pixels.</summary>
    public int Width { get; }

    /// <summary>Number of columns in view.</summary>
    public int ViewWidth { get; }

    /// <summary>Number of rows in view.</summary>
    public int ViewHeight { get; }

    /// <summary>Scores of the colours for the next pixel.</summary>
    /// <param name="views">(B, pixels in view + 1) int64, as <see cref="Views"/> makes them.</param>
    /// <returns>Logits, (B, K).</returns>
    public override Tensor forward(Tensor views)
    {
        using var scope = NewDisposeScope();
        if (own is not null)
            return own.forward(zeros(views.shape[0], inputs).scatter_(1, views, ones(views.shape))).MoveToOuterDisposeScope();
        var h = nn.functional.relu(fc1!.forward(views, null, null)); // (B, hidden)
        h = nn.functional.relu(fc2!.forward(h));                     // (B, hidden)
        return fc3!.forward(h).MoveToOuterDisposeScope();            // (B, K)
    }

    /// <summary>The probabilities of the colours for the next pixel of unfinished pictures.</summary>
    /// <param name="images">(N, 3, H, W) in the palette's colours. Pixels outside the view have no influence.</param>
    /// <param name="row">The brush's row, from 0.</param>
    /// <param name="column">The brush's column, from 0.</param>
    /// <returns>The colours' probabilities, (N, K).</returns>
    /// <exception cref="ArgumentException">The brush is outside the picture, or a colour is not in the palette.</exception>
    public Tensor Probabilities(Tensor images, int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Height);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Width);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = EvaluationMode.Of(this);
        return Next(Frame(Palette.ToNumbers(images)), row * Width + column).softmax(1).MoveToOuterDisposeScope();
    }

    /// <summary>The log-probability that the painter paints exactly these pictures: the sum over all pixels of log p(colour | view, place).</summary>
    /// <param name="images">(N, 3, H, W) in the palette's colours.</param>
    /// <returns>Natural logarithms, (N).</returns>
    /// <exception cref="ArgumentException">A colour is not in the palette.</exception>
    public Tensor LogLikelihood(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = EvaluationMode.Of(this);
        var numbers = Palette.ToNumbers(images);
        var framed = Frame(numbers);
        var painted = numbers.flatten(1); // (N, HW)
        var sum = zeros(images.shape[0]);
        for (var place = 0; place < Height * Width; place++)
        {
            using var pixel = NewDisposeScope();
            sum.add_(Next(framed, place).log_softmax(1).gather(1, painted.narrow(1, place, 1)).squeeze(1), One);
        }
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>Paints all pictures at the same time, one pixel after the other.</summary>
    /// <param name="count">N.</param>
    /// <param name="cancel">Stops before the next pixel.</param>
    /// <returns>(N, 3, H, W) in the palette's colours.</returns>
    /// <exception cref="OperationCanceledException">The painting was stopped.</exception>
    public Tensor Paint(long count, CancellationToken cancel = default)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var mode = EvaluationMode.Of(this);
        var framed = Frame(zeros(count, Height, Width, ScalarType.Int64));
        var canvas = Canvas(framed);
        for (var place = 0; place < Height * Width; place++)
        {
            cancel.ThrowIfCancellationRequested();
            using var pixel = NewDisposeScope();
            var colours = Next(framed, place).softmax(1).multinomial(1).squeeze(1); // (N)
            canvas.select(1, place / Width).select(1, place % Width).copy_(colours);
        }
        return Palette.ToImages(canvas).MoveToOuterDisposeScope();
    }

    /// <summary>Adds a frame at the left, right and top, because the view can reach beyond these edges. K is the frame's colour number.</summary>
    /// <param name="numbers">(N, H, W) int64 in [0, K).</param>
    /// <returns>(N, H + view height - 1, W + view width - 1) int64 in [0, K].</returns>
    internal Tensor Frame(Tensor numbers)
    {
        using var scope = NewDisposeScope();
        var framed = tensor((long)Palette.Count).expand(numbers.shape[0], Height + ViewHeight - 1, framedWidth).clone();
        Canvas(framed).copy_(numbers);
        return framed.MoveToOuterDisposeScope();
    }

    /// <summary>The pixels in view and the brush's place, as row numbers in the first layer's table.</summary>
    /// <param name="framed">Pictures in a frame, as <see cref="Frame"/> makes them.</param>
    /// <param name="pictures">(B) int64, the numbers of the pictures.</param>
    /// <param name="places">(B) int64 in [0, H * W), the places of the brush.</param>
    /// <returns>(B, pixels in view + 1) int64.</returns>
    internal Tensor Views(Tensor framed, Tensor pictures, Tensor places)
    {
        using var scope = NewDisposeScope();
        var (row, column) = (places.div(tensor((long)Width), RoundingMode.floor), places.remainder(tensor((long)Width)));
        var corner = pictures * tensor((long)framedSize);
        corner.add_(row * tensor((long)framedWidth), One).add_(column, One);
        var pixels = corner.unsqueeze(1).add(offsets, One);                                  // (B, pixels)
        var rows = framed.view(-1).index_select(0, pixels.flatten()).view_as(pixels).add(firstRows, One);
        var place = places.add(tensor(inputs - (Height * Width)), One).unsqueeze(1);
        return cat([rows, place], 1).MoveToOuterDisposeScope();
    }

    // The part of `framed` without the frame, (N, H, W). It shares the memory of `framed`, so writing to it changes `framed`.
    private Tensor Canvas(Tensor framed)
    {
        using var scope = NewDisposeScope();
        return framed.narrow(1, ViewHeight - 1, Height).narrow(2, ViewWidth / 2, Width).MoveToOuterDisposeScope();
    }

    // Logits (N, K) for the same place in each picture.
    private Tensor Next(Tensor framed, int place)
    {
        using var scope = NewDisposeScope();
        using Scalar count = framed.shape[0];
        var pictures = arange(Zero, count, One, ScalarType.Int64);
        return forward(Views(framed, pictures, tensor((long)place).expand_as(pictures))).MoveToOuterDisposeScope();
    }
}
