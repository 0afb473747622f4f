using System.Collections.Frozen;
using CourseKit.Display;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>
/// Turns a sentence into numbers: a picture with one row for each position. Each row has a single 1, in the column of the symbol at this position
/// (one-hot). Short sentences are filled up with a padding symbol.
/// </summary>
public sealed class SentenceCode
{
    /// <summary>The symbol that fills the positions after the end of a sentence. Its number is 0.</summary>
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

    /// <summary>Each symbol is a character. There are 44 symbols, with the padding, and 10 positions.</summary>
    public static SentenceCode Characters { get; } = new(sentence => [.. sentence.Text.Select(character => character.ToString())]);

    /// <summary>Each symbol is a word. There are 35 symbols, with the padding, and 6 positions.</summary>
    public static SentenceCode Words { get; } = new(sentence => sentence.Words);

    /// <summary>The V symbols in the order of their numbers, the padding first.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>L, the number of positions. The longest sentence fills all of them.</summary>
    public int Length { get; }

    /// <summary>Turns sentences into matrices of one-hot rows.</summary>
    /// <param name="sentences">N sentences of <see cref="SentenceGrammar"/>.</param>
    /// <returns>(N, 1, L, V) float32. Each row has a single 1 and is 0 elsewhere. The caller owns the tensor.</returns>
    public Tensor Encode(IReadOnlyList<Sentence> sentences)
    {
        NativeBackend.Load();
        return FilledTensor.Of([sentences.Count, 1, Length, Symbols.Count], (n, values) =>
        {
            var symbols = spell(sentences[n]);
            for (var position = 0; position < Length; position++)
            {
                var symbol = position < symbols.Count ? numbers[symbols[position]] : 0;
                values[position * Symbols.Count + symbol] = 1;
            }
        });
    }

    /// <summary>
    /// Turns matrices into texts. Each row gives the symbol with the largest value. Padding at the end is cut off. Padding between other symbols stays
    /// in the text, so that the grammar refuses the text.
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
