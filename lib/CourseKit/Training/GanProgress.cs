namespace CourseKit.Training;

/// <summary>The state of a GAN's training after an update.</summary>
/// <param name="Update">Updates of both networks so far, earlier runs included.</param>
/// <param name="Updates">The value of Update at the end of this run, earlier runs included.</param>
/// <param name="DiscriminatorLoss">Loss of D's step, without the R1 penalty.</param>
/// <param name="GeneratorLoss">Loss of G's step.</param>
/// <param name="RealScore">Mean probability, in [0, 1], with which D calls the minibatch of real images real.</param>
/// <param name="GeneratedScore">Mean probability, in [0, 1], with which D calls the generated minibatch real.</param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record GanProgress(
    long Update, long Updates, double DiscriminatorLoss, double GeneratorLoss, double RealScore, double GeneratedScore, TimeSpan Elapsed) : ITrainingProgress
{
    /// <inheritdoc/>
    public IReadOnlyList<(string Chart, string Curve, double Value)> Figures =>
    [
        ("D's opinion", "real", RealScore), ("D's opinion", "generated", GeneratedScore),
        ("Losses", "D", DiscriminatorLoss), ("Losses", "G", GeneratorLoss),
    ];
}
