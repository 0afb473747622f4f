namespace CourseKit.Training;

/// <summary>The state of an auto-encoder's training after an update.</summary>
/// <param name="Update">Updates so far.</param>
/// <param name="Updates">Number of updates at the end.</param>
/// <param name="Error">Squared difference between a picture and its decoded picture: summed over the pixels, mean over the minibatch.</param>
/// <param name="Divergence">Kullback-Leibler divergence of the codes from the standard normal distribution, in nats, mean over the minibatch; 0 for a
/// plain auto-encoder.</param>
/// <param name="Elapsed">Time since the training began.</param>
public sealed record AutoEncoderProgress(long Update, long Updates, double Error, double Divergence, TimeSpan Elapsed) : ITrainingProgress
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Chart, string Curve, double Value)> Figures => Divergence == 0
        ? [("Error of a picture", "squared difference", Error)]
        : [("Error of a picture", "squared difference", Error), ("Divergence of the codes", "nats", Divergence)];
}
