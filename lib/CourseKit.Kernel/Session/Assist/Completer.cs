using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Tags;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Completion of C#, by Roslyn's own service.</summary>
internal static class Completer
{
    private const int MaxEntries = 300;

    /// <summary>What may stand at the position.</summary>
    public static async Task<CompletionResult> CompleteAsync(Document cell, int position, CancellationToken cancel)
    {
        var service = CompletionService.GetService(cell)!;
        var found = await service.GetCompletionsAsync(cell, position, cancellationToken: cancel);
        var text = await cell.GetTextAsync(cancel);
        var typed = text.ToString(found.Span);
        var entries = found.ItemsList
            .Where(item => item.Span == found.Span && !item.IsComplexTextEdit && !item.Tags.Contains(WellKnownTags.Snippet) && IsImported(item))
            .Select(item => (Item: item, Rank: TypedText.Rank(typed, item.FilterText)))
            .Where(match => match.Rank is not null)
            .OrderBy(match => match.Rank).ThenBy(match => match.Item.SortText, StringComparer.OrdinalIgnoreCase)
            .Select(match => new CompletionEntry(match.Item.Properties.GetValueOrDefault("InsertionText", match.Item.DisplayText), Kind(match.Item), null))
            .DistinctBy(entry => entry.Text).Take(MaxEntries);
        return new(found.Span.Start, found.Span.End, [.. entries]);
    }

    // Of a type that no using reaches the item names the namespace.
    private static bool IsImported(CompletionItem item) => item.InlineDescription.Length == 0;

    private static string Kind(CompletionItem item) => item.Tags.FirstOrDefault(tag => tag is not (WellKnownTags.Public or WellKnownTags.Private)) switch
    {
        null => "text",
        WellKnownTags.ExtensionMethod => "method",
        WellKnownTags.Structure => "struct",
        WellKnownTags.EnumMember => "constant",
        var tag => tag.ToLowerInvariant(),
    };
}
