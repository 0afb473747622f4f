using CourseKit.Metrics;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Metrics;

[Collection("process-wide state")]
public sealed class NearestRealTests
{
    public NearestRealTests() => Torch.Begin();

    [Fact]
    public void The_distance_counts_pixels_from_blank_to_full()
    {
        using var scope = NewDisposeScope();
        var bank = cat([full(1, 1, 2, 2, -1f), full(1, 1, 2, 2, 1f)]);
        using var nearest = new NearestReal(bank, full(3, 1, 2, 2, 0.5f));
        Assert.Equal(0.5, nearest.RealDistance, 1e-6);   // four pixels a quarter away from full
        var distances = nearest.Distances(cat([full(1, 1, 2, 2, -1f), full(1, 1, 2, 2, 0f), full(1, 1, 2, 2, -0.5f)]));
        Assert.Equal([0, 1, 0.5], distances.Select(distance => Math.Round(distance, 5)));
    }

    [Fact]
    public void What_is_as_near_as_19_of_20_held_out_ones_looks_real()
    {
        using var scope = NewDisposeScope();
        var heldOut = arange(0, 101).to_type(ScalarType.Float32).view(101, 1, 1, 1) / tensor(50f) - ones(1);   // 0 to 1 in ink
        using var nearest = new NearestReal(full(1, 1, 1, 1, -1f), heldOut);
        Assert.Equal(0.95, nearest.Limit, 1e-5);
        Assert.Equal(96 / 101.0, nearest.LooksReal(heldOut), 1e-9);
        Assert.Equal(0, nearest.LooksReal(ones(5, 1, 1, 1)));
    }
}
