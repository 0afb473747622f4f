using System.Globalization;
using System.Runtime.InteropServices;
using CourseKit.Data;
using CourseKit.Display;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Plots;

/// <summary>
/// A GAN in the plane that the page itself trains on, step by step. One picture has the real points and those that G made, the score of D as a colour, squared
/// paper that G bends, and the arrows that D hands to the made points. The networks begin with the weights that they have in the notebook. They stay
/// as they are: the page trains copies, in double precision, with the same two steps and the same Adam as <see cref="GanStep"/>. The penalty R1 is
/// part of each step.
/// </summary>
[TypeFormatterSource(typeof(BundleFormatterSource), PreferredMimeTypes = [MimeTypes.Html, MimeTypes.Png, MimeTypes.Plain])]
public sealed class PlaneGan : IDisplayable
{
    private const int Batch = 128, Tries = 64, Side = 110, Zoom = 3;
    private readonly IReadOnlyList<DenseLayer> generator, discriminator;
    private readonly IReadOnlyList<PlanePoints> real;
    private readonly int seed;

    private PlaneGan(IReadOnlyList<DenseLayer> generator, IReadOnlyList<DenseLayer> discriminator, IReadOnlyList<PlanePoints> real, int seed) =>
        (this.generator, this.discriminator, this.real, this.seed) = (generator, discriminator, real, seed);

    /// <summary>
    /// Copies two networks of linear layers in a row, of any number and width. After each layer but the last there is the same activation: ReLU,
    /// LeakyReLU(0.2), SiLU, tanh or sigmoid.
    /// </summary>
    /// <param name="generator">G: latent vectors (B, 2) from the standard normal distribution to points (B, 2).</param>
    /// <param name="discriminator">D: points (B, 2) to logits (B) or (B, 1).</param>
    /// <param name="real">The real points. The page begins with the first set; the others can be chosen.</param>
    /// <param name="seed">Seed of the page's own random numbers, for minibatches and latent vectors.</param>
    /// <exception cref="ArgumentException">A network takes or gives something else, or has layers that the page cannot train; or there are no points.</exception>
    public static PlaneGan Of(nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator, IReadOnlyList<PlanePoints> real, int seed = 1)
    {
        if (real.Count == 0)
            throw new ArgumentException("expected at least one set of real points, e.g. [PlanePoints.Ring()].", nameof(real));
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var own = new OwnRandomNumbers();
        manual_seed(1);
        var points = randn(Tries, 2, device: generator.parameters().FirstOrDefault()?.device);
        TrainingCheck.Forward("generator", generator, points[..2], "latent vectors", "(2, 2), two points of the plane", shape => shape is [2, 2]);
        TrainingCheck.Scores("discriminator", discriminator, points);
        var (g, d) = (Read("generator", generator, points), Read("discriminator", discriminator, points));
        return d[^1].Activation == Activation.None ? new(g, d, [.. real], seed)
            : throw Cannot("discriminator", discriminator);
    }

    /// <returns>What can be trained, in one line.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"a GAN in the plane: G with {Count(generator):N0} and D with {Count(discriminator):N0} parameters, {string.Join(", ", real)}");

    IReadOnlyList<MimeText> IDisplayable.Bundle
    {
        get
        {
            var still = Still();
            return [new(MimeTypes.Html, Html(still)), .. ((IDisplayable)still).Bundle.Skip(1)];
        }
    }

    private static IReadOnlyList<DenseLayer> Read(string name, nn.Module<Tensor, Tensor> network, Tensor inputs)
    {
        using var mode = Models.EvaluationMode.Of(network);
        var layers = network.modules().Any(module => module is TorchSharp.Modules.Dropout) ? null : DenseLayer.Like(network, inputs, network.forward(inputs));
        // A batch normalisation, which Like folds into the layer before it, and a layer without biases have other numbers of parameters.
        return layers is not null && Count(layers) == network.parameters().Sum(parameter => parameter.numel()) ? layers : throw Cannot(name, network);
    }

    private static ArgumentException Cannot(string name, nn.Module network) => new($"The page cannot train the {name} ({network.GetType().Name}): expected linear layers "
        + $"with biases in a row, the same activation after each but the last (ReLU, LeakyReLU(0.2), SiLU, Tanh or Sigmoid), and nothing else.", name);

    private static long Count(IReadOnlyList<DenseLayer> layers) => layers.Sum(layer => (layer.Inputs + 1L) * layer.Outputs);

    private string Html(Picture still) => PageScript.Html(nameof(PlaneGan), new
    {
        generator = generator.Select(Shape),
        discriminator = discriminator.Select(Shape),
        weights = Base64(generator.Concat(discriminator).SelectMany(layer => layer.Numbers)),
        real = real.Select(set => new { name = set.Name, points = Base64(Values(set)), near = set.Near, centres = set.Modes.Select(mode => new[] { mode.X, mode.Y }) }),
        batch = Batch,
        seed,
        colours = new { real = Palette.Series[2], made = Palette.Series[3], high = Rgb(Palette.Series[1]).Select(channel => (int)channel), low = Rgb(Palette.Series[0]).Select(channel => (int)channel) },
    }, still.Html + "<p><em>Where scripts run, this page trains both networks on, step by step.</em></p>", "PlaneTrainer");

    private static object Shape(DenseLayer layer) => new { inputs = layer.Inputs, outputs = layer.Outputs, activation = LatentExplorer.Camel(layer.Activation) };

    private static string Base64(IEnumerable<float> values) => Convert.ToBase64String(MemoryMarshal.AsBytes<float>(values.ToArray()));

    private static float[] Values(PlanePoints set) => set.Points.cpu().contiguous().data<float>().ToArray();

    private static byte[] Rgb(string colour) => Convert.FromHexString(colour.AsSpan(1));

    // The plane without a script: D's score as colour, the real points, and those that G makes.
    private Picture Still()
    {
        var points = Values(real[0]).Chunk(2).Take(256).ToArray();
        var bound = 1.45f * points.Max(point => Math.Max(Math.Abs(point[0]), Math.Abs(point[1])));
        var canvas = new PixelCanvas(Side * Zoom, Side * Zoom);
        void Paint(float x, float y, byte[] colour, double strength)
        {
            var (left, top) = ((int)((x / bound + 1) / 2 * Side), (int)((1 - y / bound) / 2 * Side));
            byte Mixed(int channel) => (byte)(255 + strength * (colour[channel] - 255));
            if (left is >= 0 and < Side && top is >= 0 and < Side)
                canvas.FillSquare(left * Zoom, top * Zoom, Zoom, Mixed(0), Mixed(1), Mixed(2));
        }
        for (var i = 0; i < Side * Side; i++)
        {
            var (x, y) = (bound * (2 * (i % Side) + 1 - Side) / Side, bound * (2 * (i / Side) + 1 - Side) / Side);
            var score = Math.Tanh(Through(discriminator, [x, y])[0] / 2);
            Paint(x, y, Rgb(Palette.Series[score > 0 ? 1 : 0]), 0.7 * Math.Sqrt(Math.Abs(score)));
        }
        foreach (var point in points)
            Paint(point[0], point[1], Rgb(Palette.Series[2]), 1);
        var random = new Random(1);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        foreach (var _ in points)
        {
            var made = Through(generator, [Normal(), Normal()]);
            Paint(made[0], made[1], Rgb(Palette.Series[3]), 1);
        }
        return canvas.ToPicture($"{this}. Green: real points; pink: points that G makes; orange and blue: where D says real and made.");
    }

    private static float[] Through(IReadOnlyList<DenseLayer> layers, float[] x) => layers.Aggregate(x, (y, layer) => layer.Forward(y));
}
