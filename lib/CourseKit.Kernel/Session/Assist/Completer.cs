using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Tags;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Completes C# with Roslyn's completion service.</summary>
internal static class Completer
{
    private const int MaxEntries = 300;

    // Names of these kinds are mostly the student's own. They come before other names that fit equally well, because there may be a thousand names
    // and only the first MaxEntries are shown.
    private static readonly string[] Near = ["local", "parameter", "rangevariable", "field"];

    /// <summary>Finds the completions for the position.</summary>
    public static async Task<CompletionResult> CompleteAsync(Document cell, int position, CancellationToken cancel)
    {
        var service = CompletionService.GetService(cell)!;
        var found = await service.GetCompletionsAsync(cell, position, cancellationToken: cancel);
        if (found.ItemsList.Count == 0)
            return new(position, position, []);
        var typed = (await cell.GetTextAsync(cancel)).ToString(found.Span);
        var entries = found.ItemsList
            .Where(item => item.Span == found.Span && !item.IsComplexTextEdit) // A complex edit would change more than the text at the caret.
            .Select(item => (Item: item, Entry: new CompletionEntry(Text(item), Kind(item), null), Rank: TypedText.Rank(typed, item.FilterText)))
            .Where(match => match.Rank is not null)
            .OrderBy(match => match.Rank).ThenByDescending(match => match.Item.Rules.MatchPriority).ThenByDescending(match => Near.Contains(match.Entry.Kind))
            .ThenBy(match => match.Item.SortText, StringComparer.OrdinalIgnoreCase)
            .Select(match => match.Entry).DistinctBy(entry => entry.Text).Take(MaxEntries);
        return new(found.Span.Start, found.Span.End, [.. entries]);
    }

    // The suffix that is shown behind a name is inserted only if it is a named argument's colon. A type's <> is not inserted.
    private static string Text(CompletionItem item) =>
        item.Properties.GetValueOrDefault("InsertionText", item.DisplayText) + (item.DisplayTextSuffix == ":" ? ":" : "");

    private static string Kind(CompletionItem item) => item.Tags.FirstOrDefault(tag => tag is not (WellKnownTags.Public or WellKnownTags.Private)) switch
    {
        null => "text",
        WellKnownTags.ExtensionMethod => "method",
        WellKnownTags.Structure => "struct",
        WellKnownTags.EnumMember => "constant",
        var tag => tag.ToLowerInvariant(),
    };
}
