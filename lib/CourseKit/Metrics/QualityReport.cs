namespace CourseKit.Metrics;

/// <summary>How good a set of images is.</summary>
/// <param name="Confident">Share of the images for which the classifier gives one class a probability above 0.9.</param>
/// <param name="FrechetDistance">Frechet distance, in the classifier's features, to the held-out real images; lower is better.</param>
/// <param name="ClassShares">Share of the images in each class; they sum to 1.</param>
/// <param name="Copies">
/// Share of the images that are closer to a training image than a limit. 5 % of held-out real images are closer than this limit. So a share near
/// .05 means that the images are as new as real images.
/// </param>
public sealed record QualityReport(double Confident, double FrechetDistance, IReadOnlyList<double> ClassShares, double Copies)
{
    /// <summary>Share of the least frequent class; 0 means that the generator never makes this class (mode collapse).</summary>
    public double LeastClass => ClassShares.Min();
}
