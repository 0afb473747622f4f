using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Pages;

/// <summary>Shows each output of a code cell in a box of its own, which scrolls if the output is too wide.</summary>
internal sealed class OutputHtml(PageContext page)
{
    private static readonly string[] Pictures = ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"];

    private static readonly string[] RichestFirst = ["text/html", .. Pictures, "text/markdown", "text/latex", "application/json", "text/plain"];

    // A picture needs no frame.
    private static readonly string[] PicturesFirst = [.. Pictures, .. RichestFirst.Except(Pictures)];

    public void Append(StringBuilder html, JsonObject output, string id)
    {
        switch (output["output_type"]!.GetValue<string>())
        {
            case "stream":
                var name = output["name"]!.GetValue<string>() == "stderr" ? "stderr" : "stdout";
                html.Append(CultureInfo.InvariantCulture, $"<pre class=\"output stream {name}\" tabindex=\"0\">")
                    .Append(AnsiText.Render(MultilineText.Join(output["text"]))).Append("</pre>\n");
                break;
            case "error":
                AppendError(html, output);
                break;
            default:
                AppendBundle(html, output["data"]!.AsObject(), output["metadata"]?.AsObject() ?? [], id);
                break;
        }
    }

    private static void AppendError(StringBuilder html, JsonObject error)
    {
        var title = $"{error["ename"]!.GetValue<string>()}: {error["evalue"]!.GetValue<string>()}";
        var lines = error["traceback"]!.AsArray().SelectMany(line => line!.GetValue<string>().Split('\n')).ToList();
        // Most kernels repeat the message at the beginning of the traceback.
        if (lines.Count > 0 && AnsiText.Plain(lines[0]).Trim() == title.Trim())
            lines.RemoveAt(0);
        var traceback = string.Join('\n', lines).TrimEnd();
        html.Append("<div class=\"output error\" role=\"alert\"><p>").Append(AnsiText.Render(title)).Append("</p>");
        if (traceback.Length > 0)
            html.Append("<pre tabindex=\"0\">").Append(AnsiText.Render(traceback)).Append("</pre>");
        html.Append("</div>\n");
    }

    private void AppendBundle(StringBuilder html, JsonObject data, JsonObject metadata, string id)
    {
        var mime = (page.IsTrusted ? RichestFirst : PicturesFirst).FirstOrDefault(data.ContainsKey);
        // A chart's HTML is empty until a script draws it. Without scripts, its words say more.
        if (!page.IsTrusted && data.ContainsKey("application/vnd.plotly.v1+json") && data.ContainsKey("text/plain"))
            mime = "text/plain";
        if (mime is null)
        {
            // A metric that the notebook recorded (application/scrapbook) is data for the runner, so the reader does not see it.
            if (data.FirstOrDefault(entry => !IsScrap(entry.Key)).Key is { } other)
                html.Append("<p class=\"output unshown\">An output of type ").AppendEscaped(other).Append(", which a page cannot show.</p>\n");
            return;
        }
        var text = mime == "application/json" ? "" : MultilineText.Join(data[mime]);
        var content = mime switch
        {
            "text/html" when !page.IsTrusted => FrameHtml.Render(text),
            "text/html" => $"<div class=\"output html{(data.Any(entry => IsScrap(entry.Key)) ? " recorded" : "")}\" tabindex=\"0\">{text}</div>",
            "image/svg+xml" => Image(mime, Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), data, metadata),
            "text/markdown" => $"<div class=\"output prose\">{new MarkdownHtml(page).Render(text, id)}</div>",
            "text/latex" => Latex(text, id),
            "application/json" =>
                $"<pre class=\"output json\" tabindex=\"0\">{HtmlText.Escape(JsonNotation.Write(data[mime]).TrimEnd())}</pre>",
            "text/plain" => $"<pre class=\"output plain\" tabindex=\"0\">{AnsiText.Render(text)}</pre>",
            _ => Image(mime, text, data, metadata),
        };
        html.Append(content).Append('\n');
    }

    private static bool IsScrap(string mime) => mime.StartsWith("application/scrapbook", StringComparison.Ordinal);

    private static string Image(string mime, string base64, JsonObject data, JsonObject metadata)
    {
        var size = Size("width", metadata[mime]) + Size("height", metadata[mime]);
        var svg = mime == "image/svg+xml" ? " svg" : "";
        return $"<figure class=\"output image{svg}\" tabindex=\"0\">"
            + $"<img src=\"{DataUri(mime, base64)}\" alt=\"{HtmlText.Escape(Alt(mime, data, metadata))}\"{size}></figure>";
    }

    /// <summary>The PNG of a bundle as a data URI with its alternative text, or null.</summary>
    public static (string Picture, string Alt)? Png(JsonObject data, JsonObject? metadata) =>
        data["image/png"] is { } png ? (DataUri("image/png", MultilineText.Join(png)), Alt("image/png", data, metadata ?? [])) : null;

    // Keeps only base64 characters: notebooks put line ends into base64, and a quote would end the HTML attribute.
    private static string DataUri(string mime, string base64) =>
        $"data:{mime};base64,{string.Concat(base64.Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='))}";

    private static string Alt(string mime, JsonObject data, JsonObject metadata)
    {
        var alt = Text((metadata[mime] as JsonObject)?["alt"]) ?? Text(metadata["alt"]);
        return (alt ?? (NotebookReader.IsText(data["text/plain"]) ? MultilineText.Join(data["text/plain"]) : "")).Trim();
    }

    private static string Size(string key, JsonNode? own) =>
        (own as JsonObject)?[key] is JsonValue value && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var pixels)
            ? string.Create(CultureInfo.InvariantCulture, $" {key}=\"{pixels:0}\"") : "";

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // LaTeX of notebooks is either one formula or text with formulas between dollars.
    private string Latex(string text, string id)
    {
        var latex = text.Trim();
        foreach (var (open, close) in new[] { ("$$", "$$"), ("$", "$"), (@"\[", @"\]"), (@"\(", @"\)") })
        {
            if (latex.Length < open.Length + close.Length || !latex.StartsWith(open, StringComparison.Ordinal) || !latex.EndsWith(close, StringComparison.Ordinal))
                continue;
            var formula = latex[open.Length..^close.Length];
            if (formula.Contains(close, StringComparison.Ordinal))
                break;
            return Formula(formula, display: open is "$$" or @"\[");
        }
        return latex.Contains('$', StringComparison.Ordinal) ? $"<div class=\"output prose\">{new MarkdownHtml(page).Render(latex, id)}</div>" : Formula(latex, display: true);
    }

    private string Formula(string latex, bool display)
    {
        page.HasMath = true;
        return $"<div class=\"output latex\">{MarkdownHtml.Math(latex, display)}</div>";
    }
}
