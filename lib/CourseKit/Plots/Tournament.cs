using System.Globalization;

namespace CourseKit.Plots;

/// <summary>
/// Every discriminator of a training scores every generator of this training. The two networks chase one another like predator and prey.
/// </summary>
public static class Tournament
{
    /// <summary>Draws the tournament as a heat map.</summary>
    /// <param name="scores">(discriminator of a snapshot, generator of a snapshot): the mean score of the generator's images.</param>
    /// <param name="updates">The number of updates at each snapshot.</param>
    /// <param name="center">The score of a discriminator that cannot decide: 0.5 for probabilities, 0 for logits.</param>
    /// <param name="score">The meaning of the scores, for the colour bar.</param>
    /// <exception cref="ArgumentException">The table is not (updates, updates).</exception>
    public static PlotlyChart Of(double[,] scores, IReadOnlyList<long> updates, double center = 0.5, string score = "score (high: looks real)")
    {
        string[] labels = [.. updates.Select(update => update.ToString("N0", CultureInfo.InvariantCulture))];
        return Heatmap.Of("Tournament: every discriminator scores every generator", scores, labels, labels,
            "discriminator after … updates", "generator after … updates", score, center);
    }
}
