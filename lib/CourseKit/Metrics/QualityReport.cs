namespace CourseKit.Metrics;

/// <summary>How good a set of images is.</summary>
/// <param name="Confident">Share of the images of whose class the classifier is more than 0.9 sure.</param>
/// <param name="FrechetDistance">Frechet distance, in the classifier's features, to the held-out real images; lower is better.</param>
/// <param name="ClassShares">Share of the images in each class; they sum to 1.</param>
/// <param name="Copies">
/// Share of the images that lie closer to a training image than all but 5 % of held-out real images do. Near .05 is as new as real ones.
/// </param>
public sealed record QualityReport(double Confident, double FrechetDistance, IReadOnlyList<double> ClassShares, double Copies)
{
    /// <summary>Share of the least frequent class; 0 means that the generator has forgotten it (mode collapse).</summary>
    public double LeastClass => ClassShares.Min();
}
