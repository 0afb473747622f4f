using System.Text.Json.Nodes;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CourseKit.Kernel.Pages;

/// <summary>
/// Converts the Markdown of one cell or output to HTML. On a trusted page, HTML in the Markdown passes through. On another page it is shown as text,
/// a link goes to the web or to a place of the page, and a picture is one that the notebook holds.
/// </summary>
internal sealed class MarkdownHtml(PageContext page)
{
    public static MarkdownPipeline Pipeline { get; } = BuildPipeline(new());

    private static readonly MarkdownPipeline WithoutHtml = BuildPipeline(new MarkdownPipelineBuilder().DisableHtml());

    /// <param name="markdown">The text.</param>
    /// <param name="id">An id that is unique on the page. It keeps the footnotes of different cells apart.</param>
    /// <param name="attachments">The cell's attachments: for each name, an object with mime types and contents.</param>
    /// <param name="inContents">Whether the headings appear in the table of contents.</param>
    public string Render(string markdown, string id, JsonObject? attachments = null, bool inContents = false)
    {
        var pipeline = page.IsTrusted ? Pipeline : WithoutHtml;
        var document = Parse(markdown, pipeline);
        foreach (var heading in document.Descendants<HeadingBlock>().ToArray())
            AddAnchor(heading, inContents);
        var pictures = new CellPictures(page.Folder, attachments);
        foreach (var link in document.Descendants<LinkInline>().ToArray())
            Localise(link, pictures);
        if (!page.IsTrusted)
            ConfineLinks(document);
        KeepCode(document);
        page.HasMath |= document.Descendants<FormulaInline>().Any() || document.Descendants<FormulaBlock>().Any();

        var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        pipeline.Setup(renderer);
        renderer.ObjectRenderers.Insert(0, new FormulaRenderer());
        renderer.ObjectRenderers.Insert(0, new FormulaBlockRenderer());
        var raw = new RawHtml(page, pictures);
        renderer.ObjectRenderers.Replace<HtmlBlockRenderer>(new RawHtmlBlockRenderer(raw));
        renderer.ObjectRenderers.Replace<Markdig.Renderers.Html.Inlines.HtmlInlineRenderer>(new RawTagRenderer(raw));
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new FenceRenderer());
        renderer.ObjectRenderers.Replace<Markdig.Extensions.Tables.HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.Render(document);
        // Quotes in text are escaped, so these strings occur only in attributes.
        return document.Descendants<Markdig.Extensions.Footnotes.FootnoteGroup>().Any()
            ? writer.ToString().Replace("\"fn", $"\"{id}-fn", StringComparison.Ordinal).Replace("\"#fn", $"\"#{id}-fn", StringComparison.Ordinal)
            : writer.ToString();
    }

    private static MarkdownPipeline BuildPipeline(MarkdownPipelineBuilder builder)
    {
        builder.UsePipeTables().UseTaskLists().UseFootnotes().UseEmphasisExtras().UseAutoLinks().UseAlertBlocks().UseCjkFriendlyEmphasis();
        builder.BlockParsers.Insert(0, new FormulaBlockParser());
        builder.BlockParsers.Insert(0, new FormulaLines());
        builder.InlineParsers.Insert(0, new FormulaInlineParser());
        return builder.Build();
    }

    /// <summary>Parses the text. Markdig refuses text that is nested more deeply than anybody means it; such text is shown as it was written.</summary>
    public static MarkdownDocument Parse(string markdown, MarkdownPipeline pipeline)
    {
        try
        {
            return Markdown.Parse(markdown, pipeline);
        }
        catch (ArgumentException)
        {
            var fence = new string('~', markdown.Length + 3);
            return Markdown.Parse($"{fence}\n{markdown}\n{fence}", pipeline);
        }
    }

    // Jupyter sets no formula in an element that holds code.
    private static void KeepCode(MarkdownDocument document)
    {
        foreach (var block in document.Descendants<LeafBlock>().Where(block => block.Inline is not null).ToArray())
        {
            string? element = null;
            foreach (var inline in block.Inline!.Descendants().ToArray())
            {
                if (inline is HtmlInline tag && RawHtml.CodeElement(tag.Tag) is (var name, var isEnd) && (element is null != isEnd))
                    element = isEnd ? (name == element ? null : element) : name;
                else if (inline is FormulaInline formula && element is not null)
                    formula.ReplaceBy(new LiteralInline(formula.Formula.Source));
            }
        }
    }

    private void AddAnchor(HeadingBlock heading, bool inContents)
    {
        if (heading.Inline is not { } inlines)
            return;
        var anchor = page.Anchor(PlainText(inlines));
        heading.GetAttributes().Id = anchor;
        if (inContents)
            page.Headings.Add(new PageHeading(heading.Level, anchor, ContentsText(inlines)));
        inlines.AppendChild(new HtmlInline($" <a class=\"anchor\" href=\"#{anchor}\" aria-label=\"Link to this section\">#</a>"));
    }

    // The page makes no request. So pictures on the web become links, and others are embedded. Links to other notebooks go to their pages.
    private static void Localise(LinkInline link, CellPictures pictures)
    {
        var url = link.Url ?? "";
        if (link.IsImage && pictures.Find(url) is { } picture)
        {
            link.Url = picture.Uri;
            if (picture.Problem is { } problem)
                link.ReplaceBy(new HtmlInline(Missing(PlainText(link), problem)), copyChildren: false);
        }
        else if (link.IsImage && CellPictures.IsRemote(url))
        {
            link.IsImage = false;
            if (link.FirstChild is null)
                link.AppendChild(new LiteralInline(url));
            // A link cannot stand in a link: of a badge that leads somewhere, the words are left.
            if (link.Parent is LinkInline)
                link.ReplaceBy(new ContainerInline());
        }
        else if (!link.IsImage && !url.Contains(':', StringComparison.Ordinal) && url.Split('#') is [var path, .. var rest]
            && path.EndsWith(".ipynb", StringComparison.Ordinal))
        {
            link.Url = string.Join('#', [Path.ChangeExtension(path, ".html"), .. rest]);
        }
    }

    // A link opens a window of its own, which knows nothing of this page. What would lead elsewhere than to the web becomes text.
    private static void ConfineLinks(MarkdownDocument document)
    {
        foreach (var link in document.Descendants<LinkInline>().ToArray())
        {
            var url = link.GetDynamicUrl?.Invoke() ?? link.Url ?? "";
            if (link.IsImage && url.StartsWith("data:image/", StringComparison.Ordinal))
                continue;
            if (!link.IsImage && url.StartsWith('#'))
                continue;
            if (!link.IsImage && IsWeb(url))
                OpenApart(link);
            else
                link.ReplaceBy(new ContainerInline()).InsertAfter(new LiteralInline($" ({url})"));
        }
        foreach (var link in document.Descendants<AutolinkInline>().ToArray())
        {
            if (link.IsEmail || IsWeb(link.Url))
                OpenApart(link);
            else
                link.ReplaceBy(new LiteralInline(link.Url));
        }
    }

    private static bool IsWeb(string url) =>
        new[] { "https://", "http://", "mailto:" }.Any(scheme => url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    private static void OpenApart(Inline link)
    {
        link.GetAttributes().AddProperty("target", "_blank");
        link.GetAttributes().AddProperty("rel", "noopener noreferrer");
    }

    /// <summary>The plain text of a heading or paragraph. Formulas become their LaTeX source.</summary>
    public static string PlainText(ContainerInline inlines) => string.Concat(inlines.Descendants().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        FormulaInline math => math.Formula.Latex,
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        LineBreakInline => " ",
        _ => "",
    }));

    private static string ContentsText(ContainerInline inlines) => string.Concat(inlines.Descendants().Select(inline => inline switch
    {
        CodeInline code => $"<code>{HtmlText.Escape(code.Content)}</code>",
        FormulaInline math => Math(math.Formula.Latex, display: false),
        LiteralInline literal => HtmlText.Escape(literal.Content.ToString()),
        HtmlEntityInline entity => HtmlText.Escape(entity.Transcoded.ToString()),
        LineBreakInline => " ",
        _ => "",
    }));

    /// <summary>The lines of a block that is not Markdown.</summary>
    public static string Text(LeafBlock block) => block.Lines.ToString();

    /// <summary>The words in the place of a picture that the page cannot show.</summary>
    public static string Missing(string alt, string problem) =>
        $"<span class=\"missing\">{HtmlText.Escape(alt.Length > 0 ? $"{alt}: {problem}" : problem)}</span>";

    /// <summary>LaTeX in the element that the page's script looks for. Without the script the reader sees the source.</summary>
    public static string Math(string latex, bool display) =>
        $"<span class=\"math{(display ? " display\" tabindex=\"0" : "")}\">{HtmlText.Escape(latex.Trim())}</span>";

    private sealed class FenceRenderer : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            var language = (block as FencedCodeBlock)?.Info ?? "";
            renderer.EnsureLine();
            renderer.WriteLine(CodeHtml.Render(Text(block), language));
        }
    }

    private sealed class ScrollingTableRenderer : HtmlObjectRenderer<Markdig.Extensions.Tables.Table>
    {
        private readonly Markdig.Extensions.Tables.HtmlTableRenderer _table = new();

        protected override void Write(HtmlRenderer renderer, Markdig.Extensions.Tables.Table table)
        {
            renderer.EnsureLine();
            renderer.WriteLine("<div class=\"table\" tabindex=\"0\">");
            _table.Write((RendererBase)renderer, table);
            renderer.WriteLine("</div>");
        }
    }
}
