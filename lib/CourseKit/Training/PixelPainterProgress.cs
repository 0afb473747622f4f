namespace CourseKit.Training;

/// <summary>The state of a painter's training after an update.</summary>
/// <param name="Update">Updates so far.</param>
/// <param name="Updates">Number of updates at the end of this run.</param>
/// <param name="Loss">Cross entropy of the minibatch's pixels, in nats per pixel.</param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record PixelPainterProgress(long Update, long Updates, double Loss, TimeSpan Elapsed) : ITrainingProgress
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Chart, string Curve, double Value)> Figures =>
    [
        ("Cross entropy of a pixel", "nats", Loss),
    ];
}
