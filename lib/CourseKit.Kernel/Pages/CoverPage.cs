using System.Globalization;
using System.Text;

namespace CourseKit.Kernel.Pages;

/// <summary>The cover page of a set of executed notebooks, with one card for each lecture.</summary>
public static class CoverPage
{
    /// <summary>A card shows only this many metrics. The lecture's own page shows all of them.</summary>
    private const int HeadlineFigures = 6;

    /// <summary>Renders the self-contained page; it makes no request to any server.</summary>
    /// <param name="entries">The lectures in order.</param>
    /// <param name="title">The course's name.</param>
    /// <param name="introduction">One line under the title.</param>
    /// <param name="provenance">When and with what the notebooks were run.</param>
    public static string Render(IReadOnlyList<CoverEntry> entries, string title, string introduction, string provenance)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var html = new StringBuilder();
        HtmlPage.AppendHead(html, title, Assets.CoverCss);
        html.Append("<body>\n").Append(HtmlPage.ThemeButton).Append("<header>\n<h1>").AppendEscaped(title)
            .Append("</h1>\n<p class=\"introduction\">").AppendEscaped(introduction).Append("</p>\n</header>\n<main class=\"cards\">\n");
        foreach (var (index, entry) in entries.Index())
            AppendCard(html, entry, index + 1);
        return html.Append("</main>\n<footer>").AppendEscaped(provenance).Append("</footer>\n</body>\n</html>\n").ToString();
    }

    private static void AppendCard(StringBuilder html, CoverEntry entry, int number)
    {
        var link = HtmlText.Escape($"{Uri.EscapeDataString(entry.Name)}.html");
        html.Append("<article class=\"card\">\n")
            .Append(CultureInfo.InvariantCulture, $"<a class=\"picture\" href=\"{link}\" tabindex=\"-1\" aria-hidden=\"true\">");
        if (entry.Picture is not { } picture)
            html.Append(CultureInfo.InvariantCulture, $"<span class=\"number\">{number}</span>");
        else
            html.Append("<img src=\"").AppendEscaped(picture).Append("\" alt=\"").AppendEscaped(entry.PictureAlt).Append("\">");
        html.Append("</a>\n<div class=\"about\">\n")
            .Append(CultureInfo.InvariantCulture, $"<h2><a href=\"{link}\">{HtmlText.Escape(entry.Title)}</a></h2>\n");
        if (entry.Sentence.Length > 0)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"sentence\">{HtmlText.Escape(entry.Sentence)}</p>\n");
        if (entry.Error is { } error)
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"failure\">{HtmlText.Escape(error)}</p>\n");
        if (entry.Captions.Count > 0)
        {
            html.Append("<ul class=\"findings\">\n");
            foreach (var name in entry.Metrics.Keys.Where(entry.Captions.ContainsKey).Take(HeadlineFigures))
                html.Append("<li>").AppendEscaped(entry.Captions[name]).Append("</li>\n");
            html.Append("</ul>\n");
        }
        else if (entry.Metrics.Count > 0)
        {
            html.Append("<dl>\n");
            foreach (var (name, value) in entry.Metrics.Take(HeadlineFigures))
                html.Append(CultureInfo.InvariantCulture, $"<div><dt>{HtmlText.Escape(name)}</dt><dd>{Figure(value)}</dd></div>\n");
            html.Append("</dl>\n");
        }
        var mood = entry.Status == "ok" ? "ok" : "bad";
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"run\"><span class=\"status {mood}\">{HtmlText.Escape(entry.Status)}</span> ")
            .Append(Duration(entry.Seconds)).Append("</p>\n</div>\n</article>\n");
    }

    private static string Figure(double value) => Math.Abs(value) < 1e9 && (value == Math.Truncate(value) || Math.Abs(value) >= 1000)
        ? value.ToString("#,0", CultureInfo.InvariantCulture)
        : value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Duration(double seconds) => seconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60)} min {Math.Floor(seconds % 60):00} s");
}
