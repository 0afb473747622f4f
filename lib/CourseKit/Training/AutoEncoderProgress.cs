namespace CourseKit.Training;

/// <summary>Where the training of an auto-encoder stands after an update.</summary>
/// <param name="Update">Updates so far.</param>
/// <param name="Updates">Updates there will have been at the end.</param>
/// <param name="Error">Squared difference between a picture and what comes back, summed over its pixels, in the last minibatch's mean.</param>
/// <param name="Divergence">Kullback-Leibler divergence of the codes from the standard normal distribution, in nats; 0 without noise.</param>
/// <param name="Elapsed">Time since the training began.</param>
public sealed record AutoEncoderProgress(long Update, long Updates, double Error, double Divergence, TimeSpan Elapsed) : ITrainingProgress
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Chart, string Curve, double Value)> Figures => Divergence == 0
        ? [("Error of a picture", "squared difference", Error)]
        : [("Error of a picture", "squared difference", Error), ("Divergence of the codes", "nats", Divergence)];
}
