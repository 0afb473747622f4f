using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;
using Markdig.Syntax;

namespace CourseKit.Kernel.Pages;

/// <summary>One lecture on the cover page.</summary>
/// <param name="Name">File name without extension; the card links to NAME.html.</param>
/// <param name="Title">The notebook's first heading of level 1, else the name.</param>
/// <param name="Sentence">The first paragraph after the title, without Markdown's marks; empty if there is none.</param>
/// <param name="Picture">A PNG as a data URI; null if the notebook has no picture.</param>
/// <param name="PictureAlt">What the picture shows; may be empty.</param>
/// <param name="Status">ok, failed or timeout.</param>
/// <param name="Seconds">How long the run took, in seconds.</param>
/// <param name="Metrics">The metrics that the notebook recorded, in order.</param>
/// <param name="Captions">What those metrics say in words that have a caption, by name.</param>
/// <param name="Error">What went wrong; null if the status is ok.</param>
public sealed partial record CoverEntry(
    string Name, string Title, string Sentence, string? Picture, string PictureAlt,
    string Status, double Seconds, IReadOnlyDictionary<string, double> Metrics,
    IReadOnlyDictionary<string, string> Captions, string? Error)
{
    /// <summary>
    /// Takes title, sentence and picture from an executed notebook. The picture is the first one of the cell tagged <c>cover</c>, else
    /// of the last cell with a picture. A picture is an output image/png or a PNG embedded in text/html.
    /// </summary>
    /// <param name="executed">The notebook with its outputs.</param>
    /// <param name="name">File name without extension.</param>
    /// <param name="status">ok, failed or timeout.</param>
    /// <param name="seconds">How long the run took, in seconds.</param>
    /// <param name="metrics">The metrics that the notebook recorded.</param>
    /// <param name="captions">What the metrics say in words.</param>
    /// <param name="error">What went wrong, if anything.</param>
    public static CoverEntry From(
        Notebook executed, string name, string status, double seconds, IReadOnlyDictionary<string, double> metrics,
        IReadOnlyDictionary<string, string> captions, string? error = null)
    {
        ArgumentNullException.ThrowIfNull(executed);
        var (title, sentence) = Opening(executed);
        var cells = executed.Cells.Where(cell => cell.HasTag("cover")).Concat(executed.Cells.Reverse());
        var (picture, alt) = cells.Select(FirstPicture).FirstOrDefault(found => found.Picture is not null);
        return new CoverEntry(name, title ?? name, sentence ?? "", picture, alt ?? "", status, seconds, metrics, captions, error);
    }

    private static (string? Title, string? Sentence) Opening(Notebook notebook)
    {
        string? title = null;
        foreach (var block in notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown)
            .SelectMany(cell => MarkdownHtml.Parse(cell.Source, MarkdownHtml.Pipeline)))
        {
            if (title is null && block is HeadingBlock { Level: 1, Inline: { } heading })
                title = MarkdownHtml.PlainText(heading);
            else if (title is not null && block is ParagraphBlock { Inline: { } inlines } && MarkdownHtml.PlainText(inlines).Trim() is not "" and var text)
                return (title, text);
        }
        return (title, null);
    }

    private static (string? Picture, string? Alt) FirstPicture(NotebookCell cell)
    {
        foreach (var output in cell.Outputs.OfType<JsonObject>())
        {
            if (output["data"] is not JsonObject data)
                continue;
            if (OutputHtml.Png(data, output["metadata"] as JsonObject) is { } png)
                return png;
            if (data["text/html"] is { } html && Img().Match(MultilineText.Join(html)) is { Success: true } img)
                return (img.Groups["src"].Value, System.Net.WebUtility.HtmlDecode(Alt().Match(img.Value).Groups["alt"].Value));
        }
        return default;
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.Singleline;

    [GeneratedRegex("""<img\b[^>]*?\bsrc\s*=\s*["'](?<src>data:image/png;base64,[A-Za-z0-9+/=]+)["'][^>]*>""", Options)]
    private static partial Regex Img();

    [GeneratedRegex("""\balt\s*=\s*(?<quote>["'])(?<alt>.*?)\k<quote>""", Options)]
    private static partial Regex Alt();
}
