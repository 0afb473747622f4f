using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Pages;

/// <summary>A notebook as one self-contained web page: no request to any server, readable on a phone, dark or light.</summary>
public static class HtmlPage
{
    /// <summary>Renders the notebook with the outputs it holds. Scripts of its HTML outputs run when the page is opened.</summary>
    /// <param name="notebook">Any notebook; code that is not C# is not coloured.</param>
    /// <param name="title">The text of the browser's title bar. It is also the heading if the notebook has no heading of level 1.</param>
    /// <param name="home">A relative link back to the cover page, if there is one.</param>
    /// <param name="folder">The notebook's folder. The pictures of its Markdown come from there; without a folder, only attachments are shown.</param>
    public static string Render(Notebook notebook, string title, string? home = null, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        ArgumentNullException.ThrowIfNull(title);
        return Render(notebook, title, home, head: null, isTrusted: true, folder);
    }

    /// <summary>
    /// Renders a notebook that a stranger wrote. The page's own scripts run and no others. HTML outputs stand in frames that can do nothing, HTML in
    /// Markdown is shown as text, and links open a window of their own, to the web only. No file of this machine comes onto the page.
    /// </summary>
    /// <param name="notebook">Any notebook.</param>
    /// <param name="title">The text of the browser's title bar.</param>
    /// <param name="head">HTML for the top of the page. All text in it is escaped.</param>
    internal static string RenderUntrusted(Notebook notebook, string title, string head) => Render(notebook, title, home: null, head, isTrusted: false, folder: null);

    private static string Render(Notebook notebook, string title, string? home, string? head, bool isTrusted, string? folder)
    {
        var page = new PageContext(isTrusted, folder, ["content", "theme", .. notebook.Cells.Select(cell => $"cell-{cell.Id}")]);
        var body = new StringBuilder();
        foreach (var cell in notebook.Cells)
            AppendCell(body, page, cell, notebook.IsCSharp ? CellLanguage.OtherThanCSharp(cell) ?? CellLanguage.CSharp : notebook.Language);

        var html = new StringBuilder();
        string[] scripts = page.HasMath ? [Assets.Temml, Assets.PageJs] : [Assets.PageJs];
        AppendHead(html, title, Assets.PageCss, isTrusted ? PagePolicy.AnyInlineScript : PagePolicy.Only([Assets.ThemeJs, .. scripts]));
        html.Append("<body>\n<a class=\"skip\" href=\"#content\">Skip to the text</a>\n");
        if (home is not null)
            html.Append(CultureInfo.InvariantCulture, $"<nav aria-label=\"Course\"><a class=\"home\" href=\"{HtmlText.Escape(home)}\">← All lectures</a></nav>\n");
        html.Append(ThemeButton).Append("<div class=\"sheet\">\n");
        AppendContents(html, page);
        html.Append(isTrusted ? "<main id=\"content\">\n" : "<main id=\"content\" class=\"untrusted\">\n");
        if (head is not null)
            html.Append(head);
        else if (!page.Headings.Exists(heading => heading.Level == 1))
            html.Append(CultureInfo.InvariantCulture, $"<header class=\"prose\"><h1>{HtmlText.Escape(title)}</h1></header>\n");
        html.Append(body).Append("</main>\n</div>\n");
        if (page.HasMath)
            html.Append("<style>").Append(Assets.MathFontCss).Append("</style>\n");
        foreach (var script in scripts)
            html.Append("<script>").Append(script).Append("</script>\n");
        return html.Append("</body>\n</html>\n").ToString();
    }

    internal const string ThemeButton =
        "<button id=\"theme\" type=\"button\" title=\"Dark or light\" aria-label=\"Dark or light\"></button>\n";

    /// <summary>Begins a page. Without a policy of its own, only the theme's script may run on the page.</summary>
    internal static void AppendHead(StringBuilder html, string title, string css, string? policy = null) => html
        .Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(policy ?? PagePolicy.Only(Assets.ThemeJs)).Append("\">\n")
        .Append("<link rel=\"icon\" href=\"data:,\">\n")
        .Append("<title>").AppendEscaped(title).Append("</title>\n")
        .Append("<style>\n").Append(Assets.ThemeCss).Append(css).Append("</style>\n")
        .Append("<script>").Append(Assets.ThemeJs).Append("</script>\n</head>\n");

    private static void AppendContents(StringBuilder html, PageContext page)
    {
        var entries = page.Headings.Where(heading => heading.Level is 2 or 3).ToList();
        if (entries.Count == 0)
            return;
        html.Append("<nav class=\"contents\" aria-label=\"Contents\"><details open><summary>Contents</summary><ol>\n");
        foreach (var (level, anchor, text) in entries)
            html.Append(CultureInfo.InvariantCulture, $"<li class=\"level-{level}\"><a href=\"#{anchor}\">{text}</a></li>\n");
        html.Append("</ol></details></nav>\n");
    }

    private static void AppendCell(StringBuilder html, PageContext page, NotebookCell cell, string language)
    {
        var id = $"cell-{cell.Id}";
        switch (cell.Kind)
        {
            case CellKind.Markdown:
                html.Append(CultureInfo.InvariantCulture, $"<section class=\"cell prose\" id=\"{id}\">\n")
                    .Append(new MarkdownHtml(page).Render(cell.Source, id, cell.Json["attachments"] as JsonObject, inContents: true));
                break;
            case CellKind.Raw:
                html.Append(CultureInfo.InvariantCulture, $"<section class=\"cell raw\" id=\"{id}\">\n<pre tabindex=\"0\">")
                    .AppendEscaped(cell.Source).Append("</pre>\n");
                break;
            default:
                html.Append(CultureInfo.InvariantCulture, $"<section class=\"cell code-cell\" id=\"{id}\">\n");
                AppendInput(html, cell, language);
                var outputs = new OutputHtml(page);
                for (var i = 0; i < cell.Outputs.Count; i++)
                    outputs.Append(html, cell.Outputs[i]!.AsObject(), $"{id}-{i}");
                break;
        }
        html.Append("</section>\n");
    }

    private static void AppendInput(StringBuilder html, NotebookCell cell, string language)
    {
        if (string.IsNullOrWhiteSpace(cell.Source))
            return;
        if (cell.HasTag("injected-parameters"))
            html.Append("<p class=\"label\">Parameters given to this run</p>\n");
        var count = cell.ExecutionCount is int n ? $"<span class=\"count\" title=\"Cell {n} of the run\">{n}</span>" : "";
        var code = CodeHtml.Render(cell.Source, language);
        html.Append(cell.HasTag("hide-input")
            ? $"<details class=\"input folded\"><summary>Show the code</summary>{code}</details>\n"
            : $"<div class=\"input\">{count}{code}</div>\n");
    }
}
