using System.Globalization;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>What a generator makes of the same latent vectors as it learns: one block of images for each snapshot.</summary>
public static class Filmstrip
{
    /// <summary>Draws the snapshots in the order given, each captioned with its number of updates.</summary>
    /// <param name="snapshots">Updates done, and the images then, as for <see cref="ImageGrid.Of"/>.</param>
    /// <param name="columns">Tiles in a row of each block; 0 makes the blocks about square.</param>
    /// <exception cref="ArgumentException">There are no snapshots, or a tensor is not a batch of images.</exception>
    public static PictureRow Of(IReadOnlyList<(long Update, Tensor Images)> snapshots, int columns = 0) => PictureRow.Of(columns, 32,
        [.. snapshots.Select(s => (string.Create(CultureInfo.InvariantCulture, $"update {s.Update:N0}"), s.Images))]);
}
