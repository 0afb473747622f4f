using CourseKit.Data;
using CourseKit.Models;
using CourseKit.Tests.Files;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Models;

[Collection("process-wide state")]
public sealed class PixelPainterTests
{
    public PixelPainterTests() => Torch.Begin();

    [Fact]
    public void A_palette_knows_the_avatars_colours_and_gives_them_back_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var faces = Avatars.Load().Train;
        var palette = new PainterPalette(faces.Images);
        var numbers = palette.ToNumbers(faces.Images);
        Assert.Equal(42, palette.Count);
        Assert.Equal([1440, 16, 16], numbers.shape);
        Assert.Equal((0, 41), (numbers.min().item<long>(), numbers.max().item<long>()));
        Assert.True(Bits.Same(faces.Images, palette.ToImages(numbers)));
    }

    [Fact]
    public void A_colour_that_the_palette_has_not_is_refused()
    {
        using var scope = NewDisposeScope();
        var palette = new PainterPalette(Checks());
        Assert.Equal(2, palette.Count);
        Assert.Throws<ArgumentException>(() => palette.ToNumbers(zeros(1, 3, 3, 4)));
        Assert.Throws<ArgumentException>(() => palette.ToNumbers(Checks() * tensor(1.5f)));
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(1, 1)]
    [InlineData(-1, 2)]
    public void A_view_that_shows_nothing_or_has_no_middle_is_refused(int viewWidth, int viewHeight) =>
        Assert.Throws<ArgumentException>(() => new PixelPainter(new(Checks()), 3, 4, viewWidth, viewHeight));

    // A 5x3 view shows two rows above, two columns to either side, and two pixels to the left: worked out here pixel by pixel.
    [Fact]
    public void Only_what_is_painted_and_in_view_has_a_say()
    {
        using var scope = NewDisposeScope();
        var image = full(1, 3, 6, 7, -1f);
        var white = ones(1, 3, 6, 7);
        using var painter = new PixelPainter(new(cat([image, white])), 6, 7, 5, 3, hidden: 16);
        var before = painter.Probabilities(image, 3, 4);
        for (var row = 0; row < 6; row++)
        {
            for (var column = 0; column < 7; column++)
            {
                var changed = image.clone();
                changed.narrow(2, row, 1).narrow(3, column, 1).fill_(1);
                var isInView = Math.Abs(column - 4) <= 2 && (row is 1 or 2 || (row == 3 && column < 4));
                Assert.True(isInView != Bits.Same(before, painter.Probabilities(changed, 3, 4)), $"row {row}, column {column}");
            }
        }
    }

    [Fact]
    public void The_probabilities_of_all_pictures_sum_to_one()
    {
        using var scope = NewDisposeScope();
        // Every black and white picture of 2x2 pixels.
        var bits = arange(16).unsqueeze(1).div(tensor(new long[] { 1, 2, 4, 8 }), RoundingMode.floor).remainder(tensor(2L));
        var all = (bits.to_type(ScalarType.Float32) * tensor(2f) - ones(1)).view(16, 1, 2, 2).expand(16, 3, 2, 2);
        using var painter = new PixelPainter(new(all), 2, 2, 3, 2, hidden: 16);
        var likelihood = painter.LogLikelihood(all);
        Assert.Equal(1, likelihood.exp().sum().item<float>(), 1e-5);

        // and pictures come as often as their probability says
        var painted = painter.Palette.ToNumbers(painter.Paint(20_000, TestContext.Current.CancellationToken)).flatten(1).mv(tensor(new long[] { 1, 2, 4, 8 }));
        var shares = painted.bincount(null, 16).to_type(ScalarType.Float32) / tensor(20_000f);
        Assert.Equal(0, (shares - likelihood.exp()).abs().max().item<float>(), 0.015);
    }

    [Fact]
    public void It_paints_in_colours_of_the_palette_the_same_for_the_same_seed()
    {
        using var scope = NewDisposeScope();
        using var painter = new PixelPainter(new(Checks()), 3, 4, 3, 2, hidden: 8);
        manual_seed(5);
        var first = painter.Paint(50, TestContext.Current.CancellationToken);
        manual_seed(5);
        Assert.True(Bits.Same(first, painter.Paint(50, TestContext.Current.CancellationToken)));
        Assert.Equal([50, 3, 3, 4], first.shape);
        Assert.True(first.abs().equal(ones(1)).all().item<bool>());
    }

    [Fact]
    public void Painting_stops_when_it_is_told_to()
    {
        using var painter = new PixelPainter(new(Checks()), 3, 4, 3, 2, hidden: 8);
        Assert.Throws<OperationCanceledException>(() => painter.Paint(2, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_gradient_reaches_every_parameter_and_nothing_leaks()
    {
        using var images = Checks();
        using var painter = new PixelPainter(new(images), 3, 4, 3, 2, hidden: 8);
        Assert.Equal(1, LiveTensors.LeftBy(() => painter.Paint(5, TestContext.Current.CancellationToken)));
        Assert.Equal(1, LiveTensors.LeftBy(() => painter.LogLikelihood(images)));
        Assert.Equal(1, LiveTensors.LeftBy(() => painter.Probabilities(images, 1, 1)));
        using var scope = NewDisposeScope();
        var views = painter.Views(painter.Frame(painter.Palette.ToNumbers(images)), zeros(3, ScalarType.Int64), tensor(new long[] { 0, 5, 11 }));
        painter.forward(views).pow(tensor(2f)).sum().backward();
        Assert.All(painter.named_parameters(), entry => Assert.True(entry.parameter.grad!.abs().sum().item<float>() > 0, entry.name));
    }

    [Fact]
    public void A_brush_outside_the_picture_is_refused()
    {
        using var images = Checks();
        using var painter = new PixelPainter(new(images), 3, 4, 3, 2, hidden: 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => painter.Probabilities(images, 3, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => painter.Probabilities(images, 0, -1));
    }

    private static Tensor Checks()
    {
        using var scope = NewDisposeScope();
        var one = arange(12).remainder(tensor(2L)).to_type(ScalarType.Float32) * tensor(2f) - ones(1);
        return one.view(1, 1, 3, 4).expand(1, 3, 3, 4).contiguous().MoveToOuterDisposeScope();
    }
}
