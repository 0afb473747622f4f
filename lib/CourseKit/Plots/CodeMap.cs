using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// A map of the two-dimensional codes that an auto-encoder gives to pictures. Each picture is a point, and its code is the position. The map shows
/// the picture of the point that is nearest to the mouse pointer. The arrow keys go from point to point.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class CodeMap : IDisplayable
{
    private readonly string title, html;

    private CodeMap(string title, string html) => (this.title, this.html) = (title, html);

    /// <summary>Draws the map. A few hundred pictures fill it well.</summary>
    /// <param name="title">What the map shows.</param>
    /// <param name="codes">The positions, (N, 2), e.g. from an encoder.</param>
    /// <param name="images">The N pictures, as for <see cref="ImageGrid.Of"/>.</param>
    /// <param name="groups">The group of each picture, counted from 0. It decides the colour. After ten groups the colours repeat.</param>
    /// <param name="names">The name of each group, for the legend.</param>
    /// <exception cref="ArgumentException">The codes are not (N, 2), the images are not a batch of images, the numbers of codes, pictures and groups
    /// differ, or a group has no name.</exception>
    public static CodeMap Of(string title, Tensor codes, Tensor images, IReadOnlyList<long> groups, IReadOnlyList<string> names)
    {
        if (codes.shape is not [var count, 2] || images.shape[0] != count || groups.Count != count)
            throw new ArgumentException($"codes has shape {ShapeText.Of(codes)}, with {images.shape[0]} pictures and {groups.Count} groups; "
                + "expected (N, 2) and N of each.", nameof(codes));
        if (groups.Any(group => group < 0 || group >= names.Count))
            throw new ArgumentException($"a group is {groups.First(group => group < 0 || group >= names.Count)}; expected 0 to {names.Count - 1}, one of the {names.Count} names.", nameof(groups));
        var columns = (int)Math.Ceiling(Math.Sqrt(count));
        return new($"{title}: {count} pictures as points in the plane", CodeMapHtml.Of(title, Points(codes), groups, names,
            ImageGrid.Draw(images, columns, scale: 1).ToPicture(title), columns));
    }

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, html), new(MimeTypes.Plain, title)];

    /// <returns>The map in one line.</returns>
    public override string ToString() => title;

    private static (double X, double Y)[] Points(Tensor codes)
    {
        using var scope = NewDisposeScope();
        var values = codes.detach().to_type(ScalarType.Float64).cpu().contiguous().data<double>();
        return [.. Enumerable.Range(0, (int)codes.shape[0]).Select(i => (values[2 * i], values[2 * i + 1]))];
    }
}
