using CourseKit.Data;
using CourseKit.Metrics;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Metrics;

[Collection("process-wide state")]
public sealed class StrokeShapeTests
{
    public StrokeShapeTests() => Torch.Begin();

    [Fact]
    public void A_thin_line_is_hardly_round_a_cross_is()
    {
        using var scope = NewDisposeScope();
        var (left, right) = (TiltedDigits.Draw([new(-40, Thickness: 2)]), TiltedDigits.Draw([new(40, Thickness: 2)]));
        var line = StrokeShape.Of(right)[0].Roundness;
        var cross = StrokeShape.Of((left + right) / tensor(2f))[0];
        Assert.InRange(line, 0.05, 0.15);
        Assert.Equal(Math.Tan(40 * Math.PI / 180), cross.Roundness, 0.03);
        Assert.Equal(0, cross.Angle, 0.01);
    }

    [Fact]
    public void Two_points_have_the_angle_of_the_line_through_them()
    {
        using var scope = NewDisposeScope();
        var images = full(3, 1, 5, 5, -1f);
        (images[0, 0, 4, 0], images[0, 0, 0, 4]) = (ones([]), ones([]));
        (images[1, 0, 2, 0], images[1, 0, 2, 4]) = (ones([]), ones([]));
        var shapes = StrokeShape.Of(images);
        Assert.Equal(45, shapes[0].Angle, 1e-9);
        Assert.Equal(0, shapes[0].Roundness, 1e-6);
        Assert.Equal(90, Math.Abs(shapes[1].Angle), 1e-9);
        Assert.Equal(new StrokeShape(0, 1), shapes[2]);   // no ink at all
    }

    [Fact]
    public void The_largest_jump_takes_the_short_way_round()
    {
        StrokeShape[] path = [new(80, 0), new(85, 0), new(-88, 0), new(-86, 0)];
        Assert.Equal(7, StrokeShape.LargestJump(path), 1e-9);
        Assert.Equal(0, StrokeShape.LargestJump([path[0], path[0]]));
        Assert.Throws<InvalidOperationException>(() => StrokeShape.LargestJump([path[0]]));
    }
}
