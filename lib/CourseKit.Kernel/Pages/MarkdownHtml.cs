using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;
using Markdig;
using Markdig.Extensions.Mathematics;
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
        var document = Markdown.Parse(markdown, pipeline);
        foreach (var heading in document.Descendants<HeadingBlock>().ToArray())
            AddAnchor(heading, inContents);
        foreach (var link in document.Descendants<LinkInline>().ToArray())
            Localise(link, attachments);
        if (!page.IsTrusted)
            ConfineLinks(document);
        page.HasMath |= document.Descendants<MathInline>().Any() || document.Descendants<MathBlock>().Any();

        var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        pipeline.Setup(renderer);
        renderer.ObjectRenderers.Insert(0, new InlineMathRenderer());
        renderer.ObjectRenderers.Insert(0, new BlockMathRenderer());
        renderer.ObjectRenderers.Replace<CodeBlockRenderer>(new FenceRenderer());
        renderer.ObjectRenderers.Replace<Markdig.Extensions.Tables.HtmlTableRenderer>(new ScrollingTableRenderer());
        renderer.Render(document);
        // Quotes in text are escaped, so these strings occur only in attributes.
        return document.Descendants<Markdig.Extensions.Footnotes.FootnoteGroup>().Any()
            ? writer.ToString().Replace("\"fn", $"\"{id}-fn", StringComparison.Ordinal).Replace("\"#fn", $"\"#{id}-fn", StringComparison.Ordinal)
            : writer.ToString();
    }

    // Uses Markdig's parser for blocks of mathematics, but not its parser for inline mathematics: MathParser replaces that one.
    private static MarkdownPipeline BuildPipeline(MarkdownPipelineBuilder builder)
    {
        builder.UsePipeTables().UseTaskLists().UseFootnotes().UseEmphasisExtras().UseAutoLinks().UseAlertBlocks().UseCjkFriendlyEmphasis();
        builder.BlockParsers.Insert(0, new MathBlockParser());
        builder.InlineParsers.Insert(0, new MathParser());
        return builder.Build();
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

    // The page makes no request. So pictures on the web become links, and attachments are embedded. Links to other notebooks go to their pages.
    private static void Localise(LinkInline link, JsonObject? attachments)
    {
        var url = link.Url ?? "";
        if (link.IsImage && url.StartsWith("attachment:", StringComparison.Ordinal))
        {
            var bundle = attachments?[Uri.UnescapeDataString(url["attachment:".Length..])] as JsonObject;
            if (bundle?.FirstOrDefault(entry => NotebookReader.IsText(entry.Value)) is (string mime, JsonNode data))
                link.Url = $"data:{mime};base64,{MultilineText.Join(data).ReplaceLineEndings("")}";
        }
        else if (link.IsImage && (url.Contains("://", StringComparison.Ordinal) || url.StartsWith("//", StringComparison.Ordinal)))
        {
            link.IsImage = false;
            if (link.FirstChild is null)
                link.AppendChild(new LiteralInline(url));
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
        MathInline math => math.Content.ToString(),
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        LineBreakInline => " ",
        _ => "",
    }));

    private static string ContentsText(ContainerInline inlines) => string.Concat(inlines.Descendants().Select(inline => inline switch
    {
        CodeInline code => $"<code>{HtmlText.Escape(code.Content)}</code>",
        MathInline math => $"<span class=\"math\">{HtmlText.Escape(math.Content.ToString())}</span>",
        LiteralInline literal => HtmlText.Escape(literal.Content.ToString()),
        HtmlEntityInline entity => HtmlText.Escape(entity.Transcoded.ToString()),
        LineBreakInline => " ",
        _ => "",
    }));

    private sealed class InlineMathRenderer : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline math) =>
            renderer.Write(Math(math.Content.ToString(), math.DelimiterCount > 1));
    }

    private sealed class BlockMathRenderer : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock math)
        {
            renderer.EnsureLine();
            renderer.WriteLine(Math(string.Join('\n', math.Lines.Lines.Take(math.Lines.Count).Select(line => line.ToString())), display: true));
        }
    }

    /// <summary>LaTeX in the element that the page's script looks for. Without the script the reader sees the source.</summary>
    public static string Math(string latex, bool display) =>
        $"<span class=\"math{(display ? " display\" tabindex=\"0" : "")}\">{HtmlText.Escape(latex.Trim())}</span>";

    private sealed class FenceRenderer : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block)
        {
            var language = (block as FencedCodeBlock)?.Info ?? "";
            var text = string.Join('\n', block.Lines.Lines.Take(block.Lines.Count).Select(line => line.ToString()));
            renderer.EnsureLine();
            renderer.WriteLine(CodeHtml.Render(text, language));
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
