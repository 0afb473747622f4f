namespace CourseKit.Data;

/// <summary>A sentence of <see cref="SentenceGrammar"/>.</summary>
/// <param name="Words">The Chinese words in order, at most 6.</param>
/// <param name="Gloss">The meaning of the sentence, in English.</param>
public sealed record Sentence(IReadOnlyList<string> Words, string Gloss)
{
    /// <summary>The words without gaps, as Chinese is written: at most 10 characters.</summary>
    public string Text { get; } = string.Concat(Words);

    /// <returns>Sentence and gloss.</returns>
    public override string ToString() => $"{Text} ({Gloss})";
}
