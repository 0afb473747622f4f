using CourseKit.Display;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Metrics;

/// <summary>
/// The Frechet distance (Heusel et al., 2017): how far apart two clouds of features are, if each cloud is treated as a Gaussian. As usual, the value
/// is the squared distance. It is 0 for equal clouds. The distance between two parts of the same real data is the best that a generator can reach.
/// </summary>
public static class FrechetDistance
{
    /// <summary>|mean1 - mean2|^2 + trace(cov1 + cov2 - 2 (cov1 cov2)^(1/2)).</summary>
    /// <param name="first">(N, F) features, N at least 2.</param>
    /// <param name="second">(M, F) features, M at least 2.</param>
    /// <exception cref="ArgumentException">There are fewer than two rows, the rows have different lengths, or a feature is NaN or infinite.</exception>
    public static double Between(Tensor first, Tensor second)
    {
        if (first.shape is not [>= 2, var length] || second.shape is not [>= 2, var other] || length != other)
        {
            throw new ArgumentException($"The features are {ShapeText.Of(first)} and {ShapeText.Of(second)}: "
                + "expected (N, F) and (M, F), at least two rows each, since one row has no covariance.", nameof(first));
        }
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        if (!TrainingCheck.IsFinite(first) || !TrainingCheck.IsFinite(second))
            throw new ArgumentException("A feature is NaN or infinite: has the training diverged?", nameof(first));
        var (mean1, covariance1) = Gaussian(first.to_type(ScalarType.Float64));
        var (mean2, covariance2) = Gaussian(second.to_type(ScalarType.Float64));
        // trace (C1 C2)^(1/2) = sum of the roots of the eigenvalues of the symmetric C1^(1/2) C2 C1^(1/2).
        var (values, vectors) = linalg.eigh(covariance1);
        var root = vectors.matmul(diag(values.relu().sqrt())).matmul(vectors.t());
        var cross = linalg.eigvalsh(root.matmul(covariance2).matmul(root)).relu().sqrt().sum().item<double>();
        var shift = mean1 - mean2;
        var distance = (shift * shift).sum().item<double>() + covariance1.trace().item<double>() + covariance2.trace().item<double>();
        return Math.Max(0, distance - cross - cross);
    }

    private static (Tensor Mean, Tensor Covariance) Gaussian(Tensor features)
    {
        var mean = features.mean([0]);
        var centred = features - mean;
        using Scalar freedom = features.shape[0] - 1;
        return (mean, centred.t().matmul(centred).div(freedom));
    }
}
