using System.Globalization;
using System.Net;
using System.Text.Json;
using CourseKit.Display;
using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// A generator that runs in the page, if its layers are such that the page can compute it; else a grid of its pictures. There is a slider for each number of the latent vector, and buttons for a random vector and for a walk. The user
/// can keep two vectors as A and B, and move between them with another slider. The page holds the weights as 8-bit integers, and JavaScript computes
/// each picture or sentence.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Plain])]
public sealed class LatentExplorer : IDisplayable
{
    private const int Stops = 8, Pictures = 64;
    private readonly IReadOnlyList<DenseLayer> layers;
    private readonly long[]? shape;
    private readonly IReadOnlyList<string>? alphabet;
    private readonly string separator;
    private readonly Picture? grid;

    private LatentExplorer(Picture grid) => (layers, separator, this.grid) = ([], "", grid);

    private LatentExplorer(IReadOnlyList<DenseLayer> layers, long[]? shape, IReadOnlyList<string>? alphabet, string separator)
    {
        (this.layers, this.shape, this.alphabet, this.separator) = (layers, shape, alphabet, separator);
        for (var i = 1; i < layers.Count; i++)
        {
            if (layers[i].Inputs != layers[i - 1].Outputs)
                throw new ArgumentException($"layer {i} gives {layers[i - 1].Outputs} numbers, layer {i + 1} eats {layers[i].Inputs}.", nameof(layers));
        }
    }

    /// <summary>
    /// Explores any generator of pictures, such as G, its average or the decoder of an auto-encoder, in evaluation mode. Which activations its layers have
    /// is found out by trying: what the page will compute has given the same pictures as the network. Of a network that the page cannot compute, such
    /// as one with convolutions, 64 pictures are shown.
    /// </summary>
    /// <param name="generator">(B, Z) to (B, C, H, W) in [-1, 1] or [0, 1], with C 1 or 3. Its present weights are copied.</param>
    /// <param name="latentSize">Length Z of the latent vector, for a generator that does not know it (<see cref="IGenerator"/>).</param>
    /// <exception cref="ArgumentException">The generator makes sentences, its Z is not known, or it does not make pictures of such vectors.</exception>
    public static LatentExplorer Of(nn.Module<Tensor, Tensor> generator, long latentSize = 0)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var own = new OwnRandomNumbers();
        using var lent = (generator as MovingAverage)?.Lend();
        var size = IGenerator.SizeOf(generator, latentSize);
        generator = lent?.Network ?? generator;
        if (generator is SentenceGenerator)
        {
            throw new ArgumentException($"{generator.GetType().Name} makes sentences: "
                + "LatentExplorer.OfSentences(DenseLayer.Read(generator, last: Activation.None), symbols).", nameof(generator));
        }
        if (size < 1)
            throw new ArgumentException($"{generator.GetType().Name} does not know how long its latent vectors are: give latentSize, e.g. latentSize: 16.", nameof(latentSize));
        manual_seed(1);
        var latent = randn(Pictures, size, device: generator.parameters().FirstOrDefault()?.device);
        Tensor made;
        using (EvaluationMode.Of(generator))
            made = generator.forward(latent);
        return made.shape is not [Pictures, 1 or 3, > 0, > 0]
            ? throw new ArgumentException($"{generator.GetType().Name} makes {ShapeText.Of(made)} of {ShapeText.Of(latent)}: expected ({Pictures}, C, H, W) with C 1 or 3.", nameof(generator))
            : DenseLayer.Like(generator, latent, made) is { } layers ? OfPictures(layers, made.shape[1..])
            : new LatentExplorer(ImageGrid.Of(made, columns: 16, altText: $"{Pictures} pictures of random latent vectors"));
    }

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
    public override string ToString() => grid is not null
        ? $"{Pictures} pictures of random latent vectors. Sliders need a network of dense layers in a row, with batch normalisation and the same activation after each." : string.Create(CultureInfo.InvariantCulture, $"a latent explorer: {layers[0].Inputs} sliders, "
        + $"{(shape is null ? "sentences" : $"pictures of {shape[2]}x{shape[1]} pixels")}, {Weights:N0} weights");

    private int Weights => layers.Sum(layer => layer.Inputs * layer.Outputs);

    private string Html()
    {
        if (grid is not null)
            return $"<p>{WebUtility.HtmlEncode(ToString())}</p>{grid.Html}";
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

    internal static string Camel(Activation activation) => JsonNamingPolicy.CamelCase.ConvertName(activation.ToString());
}
