using CourseKit.Data;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Data;

[Collection("process-wide state")]
public sealed class PlanePointsTests
{
    public PlanePointsTests() => Torch.Begin();

    [Fact]
    public void The_points_are_the_same_whatever_the_seed_and_lie_where_they_should()
    {
        using var scope = NewDisposeScope();
        foreach (var draw in new Func<PlanePoints>[] { () => PlanePoints.Ring(), () => PlanePoints.Moons(), () => PlanePoints.Spiral() })
        {
            manual_seed(1);
            var first = draw().Points;
            manual_seed(2);
            var second = draw().Points;
            Assert.Equal([2000, 2], first.shape);
            Assert.True(first.equal(second).all().item<bool>());
            Assert.InRange(first.abs().max().item<float>(), 1, 1.4);
        }
        var radius = PlanePoints.Ring().Points.norm(1);
        Assert.Equal(1, radius.mean().item<float>(), 0.01);
        Assert.Equal(0.05, radius.std().item<float>(), 0.005);
    }

    [Fact]
    public void A_mode_lives_if_one_in_64_of_the_made_points_is_near_it()
    {
        using var scope = NewDisposeScope();
        var ring = PlanePoints.Ring();
        Assert.Equal(8, ring.LiveModes(ring.Points));
        Assert.Equal(0, ring.LiveModes(zeros(100, 2)));
        Assert.Equal(1, ring.LiveModes(tensor(new[] { 1f, 0 }).expand(640, 2)));
        Tensor With(int stray) => cat([tensor(new[] { 1f, 0 }).expand(640 - stray, 2), tensor(new[] { 0, 1.1f }).expand(stray, 2)]);
        Assert.Equal(1, ring.LiveModes(With(9)));
        Assert.Equal(2, ring.LiveModes(With(10)));
        Assert.Equal(0, PlanePoints.Moons().LiveModes(zeros(100, 2)));
    }

    [Fact]
    public void A_minibatch_holds_real_points_and_follows_the_seed()
    {
        using var scope = NewDisposeScope();
        var own = PlanePoints.Of("three", tensor(new[,] { { 1f, 2 }, { 3, 4 }, { 5, 6 } }));
        manual_seed(3);
        var batch = own.Sample(50);
        Assert.Equal([1, 3, 5], batch.select(1, 0).data<float>().ToArray().Distinct().Order());
        Assert.True((batch.select(1, 1) - batch.select(1, 0)).equal(ones(50)).all().item<bool>());
        manual_seed(3);
        Assert.True(batch.equal(own.Sample(50)).all().item<bool>());
        Assert.Equal("three: 3 points", own.ToString());
    }

    [Fact]
    public void What_is_no_set_of_points_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("points is (4, 3): expected (N, 2)", Assert.Throws<ArgumentException>(() => PlanePoints.Of("points", zeros(4, 3))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PlanePoints.Of("points", full([4, 2], double.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>(() => PlanePoints.Ring(0));
    }
}
