using System.Globalization;
using System.Net;
using System.Text.Json;
using CourseKit.Display;
using CourseKit.Models;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// A generator that runs in the page. There is a slider for each number of the latent vector, and buttons for a random vector and for a walk. The user
/// can keep two vectors as A and B, and move between them with another slider. The page holds the weights as 16-bit integers, and JavaScript computes
/// each picture or sentence.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class LatentExplorer : IDisplayable
{
    private const int Stops = 8;
    private readonly IReadOnlyList<DenseLayer> layers;
    private readonly long[]? shape;
    private readonly IReadOnlyList<string>? alphabet;
    private readonly string separator;

    private LatentExplorer(IReadOnlyList<DenseLayer> layers, long[]? shape, IReadOnlyList<string>? alphabet, string separator)
    {
        (this.layers, this.shape, this.alphabet, this.separator) = (layers, shape, alphabet, separator);
        for (var i = 1; i < layers.Count; i++)
        {
            if (layers[i].Inputs != layers[i - 1].Outputs)
                throw new ArgumentException($"layer {i} gives {layers[i - 1].Outputs} numbers, layer {i + 1} eats {layers[i].Inputs}.", nameof(layers));
        }
    }

    /// <summary>Explores the lecture's generator, in evaluation mode.</summary>
    /// <param name="generator">G. Its present weights are copied.</param>
    /// <exception cref="ArgumentException">The generator is of a derived class. The last step of a derived class may differ from tanh.</exception>
    public static LatentExplorer Of(MlpGenerator generator) => generator.GetType() == typeof(MlpGenerator)
        ? OfPictures(DenseLayer.Read(generator), [.. generator.ImageShape])
        : throw new ArgumentException($"{generator.GetType().Name} has a last step of its own; for sentences: "
            + "LatentExplorer.OfSentences(DenseLayer.Read(generator, last: Activation.None), symbols).", nameof(generator));

    /// <summary>Explores the decoder of an auto-encoder.</summary>
    /// <param name="decoder">The decoder. Its present weights are copied.</param>
    public static LatentExplorer Of(MlpDecoder decoder) => OfPictures(DenseLayer.Read(decoder, Activation.Silu), [.. decoder.ImageShape]);

    /// <summary>Explores any network from vectors to pictures.</summary>
    /// <param name="layers">From the latent vector to C*H*W pixels. They are in [0, 1] if the last activation is a sigmoid, else in [-1, 1].</param>
    /// <param name="shape">C (1 or 3), H and W.</param>
    /// <exception cref="ArgumentException">The layers do not fit one another or the shape.</exception>
    public static LatentExplorer OfPictures(IReadOnlyList<DenseLayer> layers, params long[] shape) =>
        layers.Count > 0 && shape is [1 or 3, > 0, > 0] && layers[^1].Outputs == shape[0] * shape[1] * shape[2] ? new(layers, shape, null, "")
            : throw new ArgumentException($"the layers give {(layers.Count > 0 ? layers[^1].Outputs : 0)} numbers; expected C*H*W with C 1 or 3, "
                + $"but the shape is {ShapeText.Of(shape)}.", nameof(shape));

    /// <summary>Explores any network from vectors to sentences.</summary>
    /// <param name="layers">From the latent vector to L*V logits: V for each of the L positions of a sentence. Each position shows the most probable
    /// symbol.</param>
    /// <param name="alphabet">V characters or words. The padding symbol for short sentences may be "".</param>
    /// <param name="separator">The text between the symbols: "" for characters, " " for English words.</param>
    /// <exception cref="ArgumentException">The layers do not fit one another or the alphabet.</exception>
    public static LatentExplorer OfSentences(IReadOnlyList<DenseLayer> layers, IReadOnlyList<string> alphabet, string separator = "") =>
        layers.Count > 0 && alphabet.Count > 0 && layers[^1].Outputs % alphabet.Count == 0 ? new(layers, null, alphabet, separator)
            : throw new ArgumentException($"the layers give {(layers.Count > 0 ? layers[^1].Outputs : 0)} numbers; expected one for each entry of the "
                + $"alphabet ({alphabet.Count}) and place in the sentence.", nameof(alphabet));

    IReadOnlyList<MimeText> IDisplayable.Bundle => [new(MimeTypes.Html, Html()), new(MimeTypes.Plain, ToString())];

    /// <returns>What can be explored, in one line.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"a latent explorer: {layers[0].Inputs} sliders, "
        + $"{(shape is null ? "sentences" : $"pictures of {shape[2]}x{shape[1]} pixels")}, {Weights:N0} weights");

    private int Weights => layers.Sum(layer => layer.Inputs * layer.Outputs);

    private string Html()
    {
        // The vectors do not use torch's random numbers, because displaying must not change the lecture's results.
        var random = new Random(1);
        float[] Point() => [.. Enumerable.Range(0, layers[0].Inputs).Select(_ =>
            (float)Math.Round(Math.Clamp(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()), -3, 3), 2))];
        float[] first = Point(), second = Point();
        return PageScript.Html(nameof(LatentExplorer), new
        {
            layers = layers.Select(layer => new { inputs = layer.Inputs, outputs = layer.Outputs, activation = Camel(layer.Activation) }),
            weights = Convert.ToBase64String([.. layers.SelectMany(layer => layer.Packed())]),
            shape,
            black = Black,
            alphabet,
            separator,
            first,
            second,
            label = shape is null ? "what the generator says to this vector" : "what the generator makes of this vector",
            note = string.Create(CultureInfo.InvariantCulture, $"{Weights:N0} weights, computed in this page"),
        }, WithoutScript(first, second));
    }

    private int Black => layers[^1].Activation == Activation.Sigmoid ? 0 : -1;

    private string WithoutScript(float[] first, float[] second)
    {
        float[][] made = [.. Enumerable.Range(0, Stops).Select(stop =>
            layers.Aggregate(first.Zip(second, (a, b) => a + (b - a) * stop / (Stops - 1)).ToArray(), (x, layer) => layer.Forward(x)))];
        const string hint = "<p><em>Where scripts run, sliders explore this generator.</em></p>";
        if (shape is null)
            return string.Concat(made.Select(logits => $"<p>{WebUtility.HtmlEncode(Sentence(logits))}</p>")) + hint;
        using var scope = NewDisposeScope();
        var pictures = tensor(made.SelectMany(values => values.Select(value => Black == 0 ? 2 * value - 1 : value)).ToArray()).view([Stops, .. shape]);
        return ImageGrid.Of(pictures, columns: Stops, altText: $"{Stops} pictures on the way from one latent vector to another").Html + hint;
    }

    private string Sentence(float[] logits) => string.Join(separator, logits.Chunk(alphabet!.Count).Select(row => alphabet[row.IndexOf(row.Max())]));

    private static string Camel(Activation activation) => JsonNamingPolicy.CamelCase.ConvertName(activation.ToString());
}
