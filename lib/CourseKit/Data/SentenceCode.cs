using System.Collections.Frozen;
using CourseKit.Display;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// How a sentence becomes numbers: a picture of one row for each position, with a single 1 in the column of the symbol that stands there
/// (one-hot). Short sentences are filled up with a symbol of their own.
/// </summary>
public sealed class SentenceCode
{
    /// <summary>The symbol behind the end of a sentence, number 0.</summary>
    public const string Padding = "·";

    private readonly Func<Sentence, IReadOnlyList<string>> spell;
    private readonly FrozenDictionary<string, int> numbers;

    private SentenceCode(Func<Sentence, IReadOnlyList<string>> spell)
    {
        this.spell = spell;
        var spelt = SentenceGrammar.All.Select(spell).ToList();
        Symbols = [Padding, .. spelt.SelectMany(symbols => symbols).Distinct()];
        Length = spelt.Max(symbols => symbols.Count);
        numbers = Symbols.Index().ToFrozenDictionary(symbol => symbol.Item, symbol => symbol.Index);
    }

    /// <summary>A symbol is a character: 44 of them, at 10 positions.</summary>
    public static SentenceCode Characters { get; } = new(sentence => [.. sentence.Text.Select(character => character.ToString())]);

    /// <summary>A symbol is a word: 35 of them, at 6 positions.</summary>
    public static SentenceCode Words { get; } = new(sentence => sentence.Words);

    /// <summary>The V symbols by number, the padding first.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>L, the number of positions: that of the longest sentence.</summary>
    public int Length { get; }

    /// <summary>The sentences as matrices of one-hot rows.</summary>
    /// <returns>(N, 1, L, V) float32, each row with a single 1, else 0; owned by the caller.</returns>
    public Tensor Encode(IReadOnlyList<Sentence> sentences)
    {
        NativeBackend.Load();
        return FilledTensor.Of([sentences.Count, 1, Length, Symbols.Count], values =>
        {
            foreach (var (n, sentence) in sentences.Index())
            {
                var symbols = spell(sentence);
                for (var position = 0; position < Length; position++)
                {
                    var symbol = position < symbols.Count ? numbers[symbols[position]] : 0;
                    values[((n * Length) + position) * Symbols.Count + symbol] = 1;
                }
            }
        });
    }

    /// <summary>
    /// The text with the largest number of each row. Padding at the end is cut off; elsewhere it stays, to be seen and refused by the grammar.
    /// </summary>
    /// <param name="matrices">(N, 1, L, V) or (N, L, V): one-hot rows, logits or probabilities.</param>
    /// <returns>N texts.</returns>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public IReadOnlyList<string> Decode(Tensor matrices)
    {
        if (matrices.ndim is not (3 or 4) || matrices.shape[^2] != Length || matrices.shape[^1] != Symbols.Count || (matrices.ndim == 4 && matrices.shape[1] != 1))
        {
            throw new ArgumentException($"matrices has shape {ShapeText.Of(matrices)}; "
                + $"expected (N, 1, {Length}, {Symbols.Count}) or (N, {Length}, {Symbols.Count}).", nameof(matrices));
        }
        using var scope = NewDisposeScope();
        var symbols = matrices.detach().argmax(-1).cpu().data<long>().ToArray();
        return [.. symbols.Chunk(Length).Select(row => string.Concat(row.Select(symbol => Symbols[(int)symbol])).TrimEnd(Padding[0]))];
    }
}
