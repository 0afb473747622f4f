using System.Globalization;
using System.Net;
using System.Text;

namespace CourseKit.Plots;

/// <summary>
/// A code map as HTML: an image of points, one PNG that holds all pictures, and a script. The script makes the image's points part of the page, and shows
/// the part of the PNG for the chosen point.
/// </summary>
internal static class CodeMapHtml
{
    private const int Width = 640, Height = 460, Margin = 14, Shown = 112;

    // The script handles every map on the page that it has not handled yet. When a notebook is opened again, the script may run before its element
    // is on the page. So the script tries again for ten seconds.
    private const string Script = """
        (function () {
          let tries = 0;
          function begin() {
            const maps = document.querySelectorAll('.ck-code-map:not([data-begun])');
            if (!maps.length && tries++ < 100) return void setTimeout(begin, 100);
            for (const map of maps) {
              map.dataset.begun = '';
              const drawn = map.querySelector('img');
              const svg = new DOMParser().parseFromString(atob(drawn.src.split(',')[1]), 'image/svg+xml').documentElement;
              const attributes = { style: drawn.style.cssText + 'touch-action: pan-y', role: 'img', tabindex: 0, 'aria-label': drawn.alt };
              for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
              drawn.replaceWith(svg);
              const points = [...svg.querySelectorAll('circle')], names = map.dataset.names.split('|');
              const box = map.querySelector('.ck-code-picture'), image = box.querySelector('div'), words = box.querySelector('span');
              const [columns, width, height, zoom] = map.dataset.tiles.split(' ').map(Number);
              const at = points.map(p => [+p.getAttribute('cx'), +p.getAttribute('cy')]);
              let chosen = -1;
              const show = i => {
                if (i === chosen) return;
                if (chosen >= 0) points[chosen].setAttribute('r', 3.5);
                chosen = i;
                points[i].setAttribute('r', 8);
                image.style.backgroundPosition = `${-(i % columns) * (width + 2) * zoom}px ${-Math.floor(i / columns) * (height + 2) * zoom}px`;
                words.textContent = names[points[i].dataset.group];
                box.style.visibility = 'visible';
                box.style.left = (at[i][0] < 320 ? at[i][0] + 14 : at[i][0] - 14 - box.offsetWidth * 640 / svg.clientWidth) / 6.4 + '%';
                box.style.top = (at[i][1] < 230 ? at[i][1] : at[i][1] - box.offsetHeight * 460 / svg.clientHeight) / 4.6 + '%';
              };
              const nearest = (x, y, fits) => at.reduce((best, [px, py], i) => {
                const d = (px - x) ** 2 + (py - y) ** 2;
                return d < best[0] && fits(px - x, py - y) ? [d, i] : best;
              }, [Infinity, chosen])[1];
              svg.addEventListener('pointermove', e => {
                const area = svg.getBoundingClientRect();
                show(nearest((e.clientX - area.left) * 640 / area.width, (e.clientY - area.top) * 460 / area.height, () => true));
              });
              svg.addEventListener('keydown', e => {
                const fits = { ArrowRight: x => x > 0, ArrowLeft: x => x < 0, ArrowDown: (x, y) => y > 0, ArrowUp: (x, y) => y < 0 }[e.key];
                if (!fits) return;
                e.preventDefault();
                const next = nearest(...(at[chosen] ?? [320, 230]), fits);
                if (next >= 0) show(next);
              });
            }
          }
          begin();
        })();
        """;

    public static string Of(
        string title, (double X, double Y)[] points, IReadOnlyList<long> groups, IReadOnlyList<string> names, Picture sheet, int columns)
    {
        var (tileWidth, tileHeight) = ((sheet.Width + 2) / columns - 2, (sheet.Height + 2) / ((points.Length + columns - 1) / columns) - 2);
        var zoom = Math.Max(1, Shown / Math.Max(tileWidth, tileHeight));
        var words = WebUtility.HtmlEncode(title);
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <figure class="ck-code-map" style="margin:.5em 0;max-width:{Width}px" data-tiles="{columns} {tileWidth} {tileHeight} {zoom}"
            data-names="{WebUtility.HtmlEncode(string.Join('|', names.Select(name => name.Replace('|', '/'))))}">
            <figcaption style="font-weight:600">{words}</figcaption><div style="font-size:.85em">{Legend(groups, names)}</div>
            <div style="position:relative">
            """);
        var ((left, right), (low, high)) = (Range(points.Select(p => p.X)), Range(points.Select(p => p.Y)));
        var circles = points.Zip(groups, (point, group) => string.Create(CultureInfo.InvariantCulture,
            $"<circle cx=\"{At(point.X, left, right, Width):F1}\" cy=\"{Height - At(point.Y, low, high, Height):F1}\" r=\"3.5\" fill=\"{Colour(group)}\" "
            + $"fill-opacity=\".75\" data-group=\"{group}\"/>"));
        html.Append(SvgPicture.Html(string.Concat(circles), 0, 0, Width, Height, $"{title}: {points.Length} points",
            $"width:100%;height:auto;box-sizing:border-box;display:block;border:1px solid {Palette.Grid}"));
        html.Append(CultureInfo.InvariantCulture, $"""
            <div class="ck-code-picture" style="position:absolute;left:0;top:0;visibility:hidden;pointer-events:none;text-align:center;color:#222;background:#fff;padding:3px;border:1px solid {Palette.Text}">
            <div style="width:{tileWidth * zoom}px;height:{tileHeight * zoom}px;image-rendering:pixelated;background-size:{sheet.Width * zoom}px;background-image:url({sheet.DataUri})"></div><span style="font-size:.85em"></span></div></div></figure>
            <script>{Script}</script>
            """);
        return html.ToString();
    }

    private static string Legend(IReadOnlyList<long> groups, IReadOnlyList<string> names) => string.Join(" &nbsp; ", groups.Distinct().Order().Select(group =>
        $"<span style=\"color:{Colour(group)}\">&#9679;</span> {WebUtility.HtmlEncode(names[(int)group])}"));

    private static string Colour(long group) => Palette.Series[(int)(group % Palette.Series.Count)];

    // A network that diverged gives codes that are NaN or infinite. They lie in the middle of the axis, and the others where they are.
    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).DefaultIfEmpty().ToList();
        return (finite.Min(), finite.Max());
    }

    private static double At(double value, double low, double high, int length) =>
        high > low && double.IsFinite(value) ? Margin + (value - low) / (high - low) * (length - 2 * Margin) : length / 2.0;
}
