namespace CourseKit.Training;

/// <summary>The state after an update in the training of a discriminator D that makes its own negatives.</summary>
/// <param name="Update">Updates so far, earlier runs included.</param>
/// <param name="Updates">The value of Update at the end of this run, earlier runs included.</param>
/// <param name="Loss">Loss of the update, without the R1 penalty; 2 log 2 = 1.39 if D can only guess.</param>
/// <param name="RealScore">Mean logit of the minibatch of real points.</param>
/// <param name="NegativeScore">Mean logit of the minibatch of D's own samples.</param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record DiscriminatorProgress(
    long Update, long Updates, double Loss, double RealScore, double NegativeScore, TimeSpan Elapsed) : ITrainingProgress
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Chart, string Curve, double Value)> Figures =>
    [
        ("D's score", "real", RealScore), ("D's score", "its own samples", NegativeScore),
        ("Loss", "D", Loss),
    ];
}
