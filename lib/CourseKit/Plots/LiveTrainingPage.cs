using System.Globalization;
using System.Net;
using CourseKit.Display;
using static System.FormattableString;

namespace CourseKit.Plots;

/// <summary>One state of a <see cref="LiveTraining"/>. It is HTML and images without scripts, because scripts would start again at each update.</summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
internal sealed class LiveTrainingPage(long done, long total, string? pace, IReadOnlyList<LiveCurve> curves, PixelCanvas? pictures) : IDisplayable
{
    /// <summary>What stands in the place of the pace where a figure is NaN or infinite.</summary>
    public const string Diverged = "the training has diverged; begin anew with a lower learning rate";

    private const int Width = 300, Height = 120;
    private readonly string html = Html(done, total, pace, curves, pictures);
    private readonly string text = Text(done, total, pace);

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, html), new(MimeTypes.Plain, text)];

    public override string ToString() => text;

    // Without a pace the run has ended.
    private static string Text(long done, long total, string? pace) =>
        pace is not null ? Invariant($"{done:N0} of {total:N0} updates: {pace}")
        : done < total ? Invariant($"stopped at {done:N0} of {total:N0} updates")
        : Invariant($"{total:N0} updates done");

    private static string Html(long done, long total, string? pace, IReadOnlyList<LiveCurve> curves, PixelCanvas? pictures)
    {
        var bar = done < total && pace is not null ? $"<progress value=\"{done}\" max=\"{total}\" aria-label=\"progress\" style=\"width:100%;accent-color:{Palette.Series[0]}\"></progress>" : "";
        var picture = pictures is null ? "" : $"<div style=\"flex:0 1 auto\">{pictures.ToPicture("What it makes at this moment").Html}</div>";
        return $"<div style=\"max-width:880px;margin:.5em 0\"><div style=\"font-size:.9em;font-variant-numeric:tabular-nums\">{Text(done, total, pace)}</div>{bar}"
            + "<div style=\"display:flex;flex-wrap:wrap;gap:.8em 1.6em;align-items:flex-start;margin-top:.4em\">"
            + string.Concat(curves.GroupBy(curve => curve.Chart).Select(chart => Chart(chart.Key, [.. chart], total))) + picture + "</div></div>";
    }

    private static string Chart(string title, IReadOnlyList<LiveCurve> curves, long total)
    {
        var lines = curves.Select(curve => curve.Thinned()).ToList();
        double[] values = [.. lines.SelectMany(line => line.Select(point => point.Y))];
        var (low, high) = values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
        var (name, most) = (WebUtility.HtmlEncode(title), high > low ? high : low + 1);
        var words = $"{title}: " + string.Join(", ", curves.Zip(lines, (curve, line) => $"{curve.Name} {(line.Count > 0 ? ChartLayout.Short(line[^1].Y) : "unknown")}"));
        var legend = curves.Select((curve, i) => "<span style=\"white-space:nowrap\">"
            + $"<span style=\"color:{Palette.Series[i % Palette.Series.Count]}\">&#9644;</span> {WebUtility.HtmlEncode(curve.Name)}</span>");
        var paths = lines.Select((line, i) => $"<polyline fill=\"none\" stroke=\"{Palette.Series[i % Palette.Series.Count]}\" stroke-width=\"1.6\" points=\""
            + string.Join(' ', line.Select(point => Place(point.X / total, (point.Y - low) / (most - low)))) + "\"/>");
        // The labels stand beside the image, because only there they have the page's colour.
        var axis = $"<div style=\"display:flex;flex-direction:column;justify-content:space-between;text-align:right;font-size:.7em;line-height:1\"><span>{Short(high)}</span>"
            + $"<span>{Short(low)}</span></div>";
        var drawing = SvgPicture.Html($"<path d=\"M0 0V{Height}H{Width}\" fill=\"none\" stroke=\"{Palette.Text}\"/>{string.Concat(paths)}", -1, -1, Width + 2, Height + 2, words,
            "flex:1 1 0;min-width:0;height:auto;align-self:flex-start");
        return $"<figure style=\"margin:0;flex:1 1 230px;max-width:{Width + 40}px\"><figcaption style=\"font-size:.85em;line-height:1.4\"><strong>{name}</strong> "
            + $"{string.Join(" ", legend)}</figcaption><div style=\"display:flex;gap:.3em;margin:.3em 0\">{axis}{drawing}</div></figure>";
    }

    private static string Short(double value) => ChartLayout.Short(Math.Round(value, 2));

    private static string Place(double x, double y) => string.Create(CultureInfo.InvariantCulture, $"{x * Width:0.#},{(1 - y) * Height:0.#}");
}
