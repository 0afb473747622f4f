namespace CourseKit.Training;

/// <summary>The state of a painter's training after an update.</summary>
/// <param name="Update">Updates so far, earlier runs included.</param>
/// <param name="Updates">The value of Update at the end of this run, earlier runs included.</param>
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
