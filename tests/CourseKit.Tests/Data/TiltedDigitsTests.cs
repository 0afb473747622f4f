using CourseKit.Data;
using CourseKit.Metrics;
using CourseKit.Tests.Files;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

[Collection("process-wide state")]
public sealed class TiltedDigitsTests
{
    public TiltedDigitsTests() => Torch.Begin();

    [Theory]
    [InlineData(-40, 0, 0, 2.5)]
    [InlineData(0, 1.5, -1, 3)]
    [InlineData(17, -1.75, 1.75, 3.5)]
    public void A_stroke_has_the_tilt_and_the_ink_it_was_drawn_with(double tilt, double x, double y, double thickness)
    {
        using var scope = NewDisposeScope();
        var image = TiltedDigits.Draw([new(tilt, x, y, thickness)]);
        Assert.Equal([1, 1, 28, 28], image.shape);
        Assert.Equal(tilt, StrokeShape.Of(image)[0].Angle, 1);
        var ink = (image + ones(1)).sum().item<float>() / 2;
        Assert.Equal(19 * thickness + Math.PI * thickness * thickness / 4, ink, 19 * thickness * 0.02);
    }

    [Fact]
    public void The_place_moves_the_stroke_right_and_down()
    {
        using var scope = NewDisposeScope();
        var images = TiltedDigits.Draw([new(10, -1, -1), new(10, 0, 1)]);
        Assert.True(Bits.Same(images[0, 0, ..26, ..27].contiguous(), images[1, 0, 2.., 1..].contiguous()));
    }

    [Fact]
    public void No_stroke_touches_the_edge_of_the_picture()
    {
        using var scope = NewDisposeScope();
        double[] tilts = [-40, 0, 40], ends = [-1.75, 1.75];
        var outermost = TiltedDigits.Draw(from tilt in tilts from x in ends from y in ends select new TiltedOne(tilt, x, y));
        foreach (var images in new[] { outermost, TiltedDigits.Load().Images })
        {
            Assert.Equal(-1, images[.., 0, 0].max().item<float>());
            Assert.Equal(-1, images[.., 0, 27].max().item<float>());
            Assert.Equal(-1, images[.., 0, .., 0].max().item<float>());
            Assert.Equal(-1, images[.., 0, .., 27].max().item<float>());
        }
    }

    [Fact]
    public void The_data_are_the_same_under_every_seed()
    {
        manual_seed(1);
        using var first = TiltedDigits.Load();
        manual_seed(2);
        using var second = TiltedDigits.Load();
        Assert.True(Bits.Same(first.Images, second.Images));
        Assert.Equal(2000, first.Count);
        var tilts = StrokeShape.Of(first.Images).Select(shape => shape.Angle).ToArray();
        Assert.InRange(tilts.Min(), -40.1, -39);
        Assert.InRange(tilts.Max(), 39, 40.1);
        Assert.Equal(0, tilts.Average(), 1.5);
    }

    [Fact]
    public void A_pair_is_the_same_one_leaning_either_way()
    {
        Assert.Equal(100, TiltedDigits.Pairs.Count);
        Assert.All(TiltedDigits.Pairs, pair =>
        {
            Assert.InRange(pair.Right.Tilt, 20, 26);
            Assert.Equal(pair.Left, pair.Right with { Tilt = -pair.Right.Tilt });
        });
    }
}
