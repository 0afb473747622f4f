using System.Text.RegularExpressions;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace CourseKit.Kernel.Pages;

/// <summary>A formula within a paragraph.</summary>
internal sealed class FormulaInline(Formula formula) : LeafInline
{
    public Formula Formula => formula;
}

/// <summary>A formula that takes lines of its own; its lines are LaTeX.</summary>
internal sealed class FormulaBlock(BlockParser parser) : LeafBlock(parser);

/// <summary>Finds formulas within a paragraph. Markdig's own parser knows dollars only, and refuses blanks inside them.</summary>
internal sealed class FormulaInlineParser : InlineParser
{
    public FormulaInlineParser() => OpeningCharacters = ['$', '\\'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        if (Formula.At(slice.Text.AsSpan(0, slice.End + 1), slice.Start) is { } formula)
        {
            processor.Inline = new FormulaInline(formula);
            slice.Start += formula.Source.Length;
            return true;
        }
        // No formula begins here. A pair of dollars becomes text as a whole; otherwise its second dollar could begin a formula.
        if (!slice.AsSpan().StartsWith("$$"))
            return false;
        processor.Inline = new LiteralInline("$$");
        slice.Start += 2;
        return true;
    }
}

/// <summary>
/// Finds formulas that begin a line and go over several lines. They are blocks, so that a line such as <c>- x</c> or <c>= y</c> in them begins no list and
/// makes no heading. An empty line ends the search, as in Jupyter; so an opening delimiter that is never closed stays text.
/// </summary>
internal sealed class FormulaBlockParser : BlockParser
{
    public FormulaBlockParser() => OpeningCharacters = ['$', '\\'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        var line = processor.Line;
        if (processor.IsCodeIndent || Formula.Delimiters(line.AsSpan()) is not (var open, var close) || open is "$" or @"\\(")
            return BlockState.None;
        if (line.AsSpan()[open.Length..].Contains(close, StringComparison.Ordinal) || !Closes(line.Text.AsSpan(line.End + 1), close))
            return BlockState.None;
        var block = new FormulaBlock(this) { Span = new SourceSpan(line.Start, line.End), Line = processor.LineIndex, Column = processor.Column };
        block.SetData(this, close);
        processor.NewBlocks.Push(block);
        line.Start += open[^1] == '}' ? 0 : open.Length;
        Add(processor, block, line);
        return BlockState.ContinueDiscard;
    }

    public override BlockState TryContinue(BlockProcessor processor, Block block)
    {
        var (line, close) = (processor.Line, (string)block.GetData(this)!);
        var end = line.AsSpan().IndexOf(close, StringComparison.Ordinal);
        if (end < 0)
        {
            Add(processor, (FormulaBlock)block, line);
            return processor.IsBlankLine ? BlockState.BreakDiscard : BlockState.ContinueDiscard;
        }
        line.End = line.Start + end - 1 + (close[^1] == '}' ? close.Length : 0);
        Add(processor, (FormulaBlock)block, line);
        // What follows on the line begins a block of its own.
        processor.GoToColumn(processor.Column + end + close.Length);
        return processor.Line.IsEmptyOrWhitespace() ? BlockState.BreakDiscard : BlockState.None;
    }

    private static void Add(BlockProcessor processor, FormulaBlock block, StringSlice line) =>
        block.AppendLine(ref line, processor.Column, processor.LineIndex, processor.CurrentLineStartPosition, trackTrivia: false);

    private static bool Closes(ReadOnlySpan<char> text, string close) =>
        text[..Math.Min(text.Length, Formula.Longest)].IndexOf(close, StringComparison.Ordinal) is >= 0 and var end && FormulaLines.UpToEmptyLine(text[..end]).Length == end;
}

/// <summary>
/// Keeps the lines of a paragraph together where a formula that stands on lines of its own began within a line: <c>so $$</c>. As above, its lines begin no
/// list. This does not hold for a formula between single dollars, because one in "prices in $:" would take the list that follows.
/// </summary>
internal sealed partial class FormulaLines : BlockParser
{
    public FormulaLines() => OpeningCharacters = ['+', '-', '*', '#', '>', '_', '~', '1'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        var line = processor.Line;
        if (processor.CurrentBlock is not ParagraphBlock paragraph || !IsInFormula(paragraph.Lines.ToString(), line.Text.AsSpan(line.Start)))
            return BlockState.None;
        paragraph.AppendLine(ref line, processor.Column, processor.LineIndex, processor.CurrentLineStartPosition, trackTrivia: false);
        paragraph.IsOpen = true;
        for (var container = paragraph.Parent; container is not null; container = container.Parent)
            container.IsOpen = true;
        return BlockState.BreakDiscard;
    }

    private static bool IsInFormula(string before, ReadOnlySpan<char> after)
    {
        before = before[Math.Max(0, before.Length - Formula.Longest)..];
        var text = $"{before}\n{UpToEmptyLine(after)}";
        for (var i = 0; i < before.Length;)
        {
            var formula = Formula.At(text, i);
            i += formula?.Source.Length ?? (text[i] == '\\' || text.AsSpan(i).StartsWith("$$") ? 2 : 1);
            if (i > before.Length && formula is { IsDisplay: true })
                return true;
        }
        return false;
    }

    /// <summary>The text before the next empty line, which in a block quote has the quote's mark; no longer than a formula can be.</summary>
    public static ReadOnlySpan<char> UpToEmptyLine(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, Formula.Longest)];
        foreach (var empty in EmptyLine().EnumerateMatches(text))
            return text[..empty.Index];
        return text;
    }

    [GeneratedRegex(@"\n[ \t>]*\r?\n")]
    private static partial Regex EmptyLine();
}

internal sealed class FormulaRenderer : HtmlObjectRenderer<FormulaInline>
{
    protected override void Write(HtmlRenderer renderer, FormulaInline math) => renderer.Write(MarkdownHtml.Math(math.Formula.Latex, math.Formula.IsDisplay));
}

internal sealed class FormulaBlockRenderer : HtmlObjectRenderer<FormulaBlock>
{
    protected override void Write(HtmlRenderer renderer, FormulaBlock math)
    {
        renderer.EnsureLine();
        renderer.WriteLine(MarkdownHtml.Math(MarkdownHtml.Text(math), display: true));
    }
}
