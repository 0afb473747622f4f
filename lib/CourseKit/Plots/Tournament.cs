using System.Globalization;

namespace CourseKit.Plots;

/// <summary>
/// A chart in which the discriminator of every snapshot scores the generator of every snapshot. It shows how the two networks follow one another.
/// </summary>
public static class Tournament
{
    /// <summary>Draws the tournament as a heat map.</summary>
    /// <param name="scores">A row for each discriminator, a column for each generator, and one for each kind of other images: their mean score.</param>
    /// <param name="updates">The number of updates at each snapshot.</param>
    /// <param name="others">What the other images are, such as "real"; null for none.</param>
    /// <param name="center">The score of a discriminator that cannot decide: 0.5 for probabilities, 0 for logits.</param>
    /// <param name="score">The meaning of the scores, for the colour bar.</param>
    /// <exception cref="ArgumentException">The table does not have one row and one column for each snapshot, or is empty, or a score is NaN or infinite.</exception>
    public static PlotlyChart Of(double[,] scores, IReadOnlyList<long> updates, IReadOnlyList<string>? others = null, double center = 0.5, string score = "score (high: looks real)")
    {
        if (scores.Cast<double>().Any(score => !double.IsFinite(score)))
            throw new ArgumentException("A score is NaN or infinite: the training has diverged. Begin anew with a lower learning rate.", nameof(scores));
        string[] labels = [.. updates.Select(update => update.ToString("N0", CultureInfo.InvariantCulture))];
        return Heatmap.Of("Tournament: every discriminator scores every generator", scores, labels, [.. labels, .. others ?? []],
            "D after … updates", "images of G after … updates", score, center);
    }
}
