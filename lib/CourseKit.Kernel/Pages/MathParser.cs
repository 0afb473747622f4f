using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace CourseKit.Kernel.Pages;

/// <summary>
/// Parses mathematics between dollar signs, also over several lines of a paragraph and beside letters or CJK text. Markdig's own parser refuses
/// those cases. A single dollar opens only before a character that is no blank. It closes only after a character that is no blank, and not before
/// a digit, so that prices stay prices.
/// </summary>
internal sealed class MathParser : InlineParser
{
    public MathParser() => OpeningCharacters = ['$'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var text = slice.AsSpan();
        var delimiters = text.StartsWith("$$") ? 2 : 1;
        var length = Length(text[delimiters..], delimiters);
        if (length <= 0)
        {
            // No formula begins here. A pair of dollars becomes text as a whole; otherwise its second dollar could begin a formula.
            if (delimiters == 1)
                return false;
            processor.Inline = new Markdig.Syntax.Inlines.LiteralInline("$$");
            slice.Start += 2;
            return true;
        }
        var start = processor.GetSourcePosition(slice.Start, out var line, out var column);
        processor.Inline = new MathInline
        {
            Delimiter = '$',
            DelimiterCount = delimiters,
            Content = new StringSlice(slice.Text, slice.Start + delimiters, slice.Start + delimiters + length - 1),
            Span = new SourceSpan(start, start + length + (2 * delimiters) - 1),
            Line = line,
            Column = column,
        };
        slice.Start += length + (2 * delimiters);
        return true;
    }

    // The length of the text before the closing delimiter; negative if the mathematics does not close.
    private static int Length(ReadOnlySpan<char> text, int delimiters)
    {
        if (delimiters == 1 && (text.IsEmpty || char.IsWhiteSpace(text[0])))
            return -1;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '$' && delimiters == 2 && text[i..].StartsWith("$$"))
                return i;
            else if (text[i] == '$' && delimiters == 1)
                return char.IsWhiteSpace(text[i - 1]) || (i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])) ? -1 : i;
        }
        return -1;
    }
}
