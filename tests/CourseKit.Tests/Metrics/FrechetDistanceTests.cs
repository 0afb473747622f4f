using CourseKit.Metrics;
using CourseKit.Tests.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Metrics;

[Collection("process-wide state")]
public sealed class FrechetDistanceTests
{
    public FrechetDistanceTests() => Torch.Begin();

    [Fact]
    public void Equal_clouds_are_at_no_distance()
    {
        using var scope = NewDisposeScope();
        var cloud = randn(500, 20);
        Assert.Equal(0, FrechetDistance.Between(cloud, cloud), 1e-9);
        Assert.Equal(0, FrechetDistance.Between(cloud, cloud.flip(0)), 1e-9);
    }

    [Theory]
    [InlineData(1, 1, 3, 4, 25)]
    [InlineData(2, 1, 0, 0, 1)]
    [InlineData(2, 5, 1, 0, 18)]
    [InlineData(0, 0, 0, 0, 2)]
    public void Gaussians_along_the_axes_have_the_distance_of_the_formula(double sigmaX, double sigmaY, double meanX, double meanY, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected, FrechetDistance.Between(Cross(1, 1, 0, 0), Cross(sigmaX, sigmaY, meanX, meanY)), 1e-5);
    }

    [Fact]
    public void Tilted_Gaussians_have_the_distance_of_the_formula_for_two_dimensions_either_way_round()
    {
        using var scope = NewDisposeScope();
        var first = randn(50, 2).matmul(tensor(new[,] { { 2f, 1f }, { 0f, 0.5f } }));
        var second = randn(70, 2).matmul(tensor(new[,] { { 1f, -3f }, { 1f, 1f } })) + tensor(new[] { 1f, -2f });
        var (c1, c2) = (first.t().cov(), second.t().cov());
        // The root of a 2x2 matrix M has the trace sqrt(trace M + 2 sqrt(det M)).
        var product = c1.matmul(c2);
        var root = Math.Sqrt(product.trace().item<float>() + 2 * Math.Sqrt(linalg.det(product).item<float>()));
        var shift = (first.mean([0]) - second.mean([0])).norm().item<float>();
        var expected = shift * shift + c1.trace().item<float>() + c2.trace().item<float>() - 2 * root;
        Assert.Equal(expected, FrechetDistance.Between(first, second), 1e-4 * expected);
        Assert.Equal(FrechetDistance.Between(second, first), FrechetDistance.Between(first, second), 1e-9);
    }

    [Fact]
    public void Fewer_rows_than_features_and_dead_features_give_a_finite_distance()
    {
        using var scope = NewDisposeScope();
        var (few, many) = (randn(5, 64), randn(500, 64));
        many[TensorIndex.Ellipsis, ..32] = zeros(1);
        Assert.InRange(FrechetDistance.Between(few, many), 10, 200);
        Assert.Equal(FrechetDistance.Between(many, few), FrechetDistance.Between(few, many), 1e-6);
        Assert.Equal(0, FrechetDistance.Between(few, few), 1e-5);
        Assert.Equal(64, FrechetDistance.Between(zeros(3, 64), ones(2, 64)), 1e-9);
    }

    [Fact]
    public void What_it_cannot_compare_is_refused_with_the_shapes()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("(1, 4) and (9, 4)", Assert.Throws<ArgumentException>(() => FrechetDistance.Between(ones(1, 4), ones(9, 4))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(ones(9, 4), ones(9, 5)));
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(ones(9, 4), ones(9, 4, 1)));
    }

    [Fact]
    public void It_leaves_no_tensors()
    {
        using var cloud = randn(10, 3);
        Assert.Equal(0, LiveTensors.LeftBy(() => FrechetDistance.Between(cloud, cloud)));
    }

    // Four points whose covariance is exactly diag(sigmaX^2, sigmaY^2).
    private static Tensor Cross(double sigmaX, double sigmaY, double meanX, double meanY)
    {
        var (x, y) = (sigmaX * Math.Sqrt(1.5), sigmaY * Math.Sqrt(1.5));
        return tensor(new[,] { { meanX + x, meanY }, { meanX - x, meanY }, { meanX, meanY + y }, { meanX, meanY - y } });
    }
}
