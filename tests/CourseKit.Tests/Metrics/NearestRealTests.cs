using CourseKit.Metrics;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Metrics;

[Collection("process-wide state")]
public sealed class NearestRealTests
{
    public NearestRealTests() => Torch.Begin();

    [Fact]
    public void The_distance_counts_pixels_from_blank_to_full_over_the_images_own_ink()
    {
        using var scope = NewDisposeScope();
        var bank = full(1, 1, 2, 2, 1f);                                        // four pixels of full ink
        using var nearest = new NearestReal(bank, full(3, 1, 2, 2, 0f));        // half of it: as far from the bank as it is long
        Assert.Equal(1, nearest.RealDistance, 1e-6);
        var distances = nearest.Distances(cat([full(1, 1, 2, 2, 1f), full(1, 1, 2, 2, 0.5f), full(1, 1, 2, 2, -0.5f)]));
        Assert.Equal([0, 0.33333, 3], distances.Select(distance => Math.Round(distance, 5)));
    }

    [Fact]
    public void A_faint_image_and_a_blank_one_are_far_from_all_that_is_real()
    {
        using var scope = NewDisposeScope();
        var bank = full(1, 1, 2, 2, 1f);
        bank[0, 0, 0, 0] = -ones([]);
        using var nearest = new NearestReal(bank, full(3, 1, 2, 2, 0.9f));
        Assert.Equal(0, nearest.LooksReal(cat([full(1, 1, 2, 2, -0.9f), full(1, 1, 2, 2, -1f)])));
        Assert.True(double.IsFinite(nearest.Distances(full(1, 1, 2, 2, -1f))[0]));
    }

    [Fact]
    public void What_is_as_near_as_19_of_20_held_out_ones_looks_real()
    {
        using var scope = NewDisposeScope();
        // The first pixel is as in the bank. The second has 0 to 1 of ink, so the more it has, the farther it is.
        var more = arange(0, 101).to_type(ScalarType.Float32).view(101, 1, 1, 1) / tensor(50f) - ones(1);
        var heldOut = cat([ones(101, 1, 1, 1), more], 3);
        using var nearest = new NearestReal(cat([ones(1, 1, 1, 1), -ones(1, 1, 1, 1)], 3), heldOut);
        Assert.Equal(0.95 / Math.Sqrt(1 + (0.95 * 0.95)), nearest.Limit, 1e-5);
        Assert.Equal(96 / 101.0, nearest.LooksReal(heldOut), 1e-9);
        Assert.Equal(0, nearest.LooksReal(ones(5, 1, 1, 2)));
    }
}
