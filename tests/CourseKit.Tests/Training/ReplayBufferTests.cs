using CourseKit.Tests.Files;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class ReplayBufferTests
{
    public ReplayBufferTests() => Torch.Begin();

    [Fact]
    public void It_begins_as_noise_over_the_whole_range()
    {
        using var buffer = new ReplayBuffer(1000, [1, 2, 2], bound: 0.5);
        Assert.Equal([1000, 1, 2, 2], buffer.Points.shape);
        Assert.InRange(buffer.Points.min().item<float>(), -0.5f, -0.48f);
        Assert.InRange(buffer.Points.max().item<float>(), 0.48f, 0.5f);
    }

    [Fact]
    public void Darkness_draws_most_of_the_noise_near_the_lower_bound_also_where_points_begin_anew()
    {
        using var scope = NewDisposeScope();
        using var buffer = new ReplayBuffer(100, [1, 10, 10], restarts: 1, bound: 0.5, darkness: 4);
        foreach (var noise in new[] { buffer.Points, buffer.Noise(100), buffer.Draw(100).Points })
        {
            Assert.Equal(-0.3, noise.mean().item<float>(), 0.02);                                     // 0.5 * (2 / 5 - 1)
            Assert.Equal(Math.Pow(0.5, 0.25), noise.lt(0).to_type(ScalarType.Float64).mean().item<double>(), 0.02); // u^4 < 1/2
            Assert.InRange(noise.min().item<float>(), -0.5f, -0.49f);
            Assert.InRange(noise.max().item<float>(), 0.45f, 0.5f);
        }
        Assert.Equal("ReplayBuffer(100 points, restarts 1, bound 0.5, darkness 4)", buffer.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.25)]
    [InlineData(1)]
    public void The_share_asked_for_begins_anew_and_the_others_go_on(double restarts)
    {
        using var scope = NewDisposeScope();
        using var buffer = new ReplayBuffer(50, [1, 3, 3], restarts);
        var (rows, points) = buffer.Draw(4000);
        var same = points.eq(buffer.Points.index_select(0, rows)).flatten(1);
        // A point is as it was in all of its pixels or in none.
        Assert.True(same.all(1).eq(same.any(1)).all().item<bool>());
        Assert.Equal(restarts, 1 - same.all(1).to_type(ScalarType.Float64).mean().item<double>(), 0.03);
    }

    [Fact]
    public void Drawing_changes_nothing_and_putting_changes_the_rows_drawn_from_and_no_others()
    {
        using var scope = NewDisposeScope();
        using var buffer = new ReplayBuffer(20, [2]);
        var before = buffer.Points.clone();
        var (rows, points) = buffer.Draw(5);
        Assert.True(Bits.Same(before, buffer.Points));
        buffer.Put(rows, ones_like(points));
        Assert.Equal([20, 2], buffer.Points.shape);
        var drawn = rows.data<long>().ToHashSet();
        for (var row = 0; row < 20; row++)
            Assert.True(Bits.Same(drawn.Contains(row) ? ones(2) : before[row], buffer.Points[row]));
    }

    [Fact]
    public void Every_row_is_drawn_from_in_time()
    {
        using var scope = NewDisposeScope();
        using var buffer = new ReplayBuffer(20, [2]);
        Assert.Equal(20, buffer.Draw(1000).Rows.data<long>().ToHashSet().Count);
    }

    [Fact]
    public void A_size_share_or_darkness_out_of_range_is_refused()
    {
        foreach (var darkness in new[] { 0, -1, double.NaN, double.PositiveInfinity })
            Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayBuffer(5, [2], darkness: darkness));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayBuffer(0, [2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayBuffer(5, [2], restarts: 1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplayBuffer(5, [2], restarts: double.NaN));
    }
}
