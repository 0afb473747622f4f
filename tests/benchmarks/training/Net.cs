using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Benchmarks.Training;

/// <summary>A GAN to be timed, built alike for every contestant.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Latent">Length of the latent vector.</param>
/// <param name="Hidden">Widths of G's hidden layers; D has the same backwards. Empty for convolutional ones.</param>
/// <param name="Image">(C, H, W).</param>
/// <param name="Batch">Images a step.</param>
internal sealed record Net(string Name, long Latent, long[] Hidden, long[] Image, long Batch)
{
    private long Pixels => Image.Aggregate((a, b) => a * b);

    /// <summary>The lecture's nets first, then how the middle one grows with the batch and with the width.</summary>
    public static IReadOnlyList<Net> All { get; } =
    [
        new("digits 16-256-256-64", 16, [256, 256], [1, 8, 8], 64),
        new("mlp 64-256-512-784", 64, [256, 512], [1, 28, 28], 64),
        new("avatars 32-256-256-768", 32, [256, 256], [3, 16, 16], 64),
        new("dcgan 28x28", 64, [], [1, 28, 28], 64),
        .. new[] { 16, 256, 1024 }.Select(batch => new Net($"mlp 64-256-512-784, batch {batch}", 64, [256, 512], [1, 28, 28], batch)),
        .. new[] { 64, 256, 1024, 2048 }.Select(width => new Net($"mlp 64-{width}-{width}-784", 64, [width, width], [1, 28, 28], 64)),
        new("dcgan 28x28, batch 256", 64, [], [1, 28, 28], 256),
        new("conv 64x64", 64, [], [3, 64, 64], 64), // ConvGenerator and ConvDiscriminator
    ];

    public bool IsConvolutional => Hidden.Length == 0;

    public (nn.Module<Tensor, Tensor> Generator, nn.Module<Tensor, Tensor> Discriminator) Build(Device device)
    {
        manual_seed(1);
        var (G, D) = Networks();
        return (G.to(device), D.to(device));
    }

    private (nn.Module<Tensor, Tensor> Generator, nn.Module<Tensor, Tensor> Discriminator) Networks()
    {
        if (IsConvolutional && Image[1] == 64)
        {
            return (nn.Sequential(
                    nn.Linear(Latent, 512 * 4 * 4, hasBias: false), nn.Unflatten(1, [512, 4, 4]), nn.BatchNorm2d(512), nn.ReLU(),
                    nn.ConvTranspose2d(512, 256, 4, stride: 2, padding: 1, bias: false), nn.BatchNorm2d(256), nn.ReLU(),
                    nn.ConvTranspose2d(256, 128, 4, stride: 2, padding: 1, bias: false), nn.BatchNorm2d(128), nn.ReLU(),
                    nn.ConvTranspose2d(128, 64, 4, stride: 2, padding: 1, bias: false), nn.BatchNorm2d(64), nn.ReLU(),
                    nn.ConvTranspose2d(64, 3, 4, stride: 2, padding: 1), nn.Tanh()),
                nn.Sequential(
                    nn.Conv2d(3, 64, 4, stride: 2, padding: 1), new Leaky(), nn.Conv2d(64, 128, 4, stride: 2, padding: 1), new Leaky(),
                    nn.Conv2d(128, 256, 4, stride: 2, padding: 1), new Leaky(), nn.Conv2d(256, 512, 4, stride: 2, padding: 1), new Leaky(),
                    nn.Flatten(), nn.Linear(512 * 4 * 4, 1), nn.Flatten(0)));
        }
        if (IsConvolutional)
        {
            return (nn.Sequential(
                    nn.Linear(Latent, 128 * 7 * 7), nn.Unflatten(1, [128, 7, 7]), nn.BatchNorm2d(128), nn.ReLU(),
                    nn.ConvTranspose2d(128, 64, 4, stride: 2, padding: 1), nn.BatchNorm2d(64), nn.ReLU(),
                    nn.ConvTranspose2d(64, 1, 4, stride: 2, padding: 1), nn.Tanh()),
                nn.Sequential(
                    nn.Conv2d(1, 64, 4, stride: 2, padding: 1), new Leaky(),
                    nn.Conv2d(64, 128, 4, stride: 2, padding: 1), new Leaky(),
                    nn.Flatten(), nn.Linear(128 * 7 * 7, 1), nn.Flatten(0)));
        }
        List<nn.Module<Tensor, Tensor>> generator = [], discriminator = [nn.Flatten()];
        var width = Latent;
        foreach (var next in Hidden)
        {
            generator.AddRange([nn.Linear(width, next), nn.ReLU()]);
            width = next;
        }
        generator.AddRange([nn.Linear(width, Pixels), nn.Tanh(), nn.Unflatten(1, Image)]);
        width = Pixels;
        foreach (var next in Hidden.Reverse())
        {
            discriminator.AddRange([nn.Linear(width, next), new Leaky()]);
            width = next;
        }
        discriminator.AddRange([nn.Linear(width, 1), nn.Flatten(0)]);
        return (nn.Sequential(generator), nn.Sequential(discriminator));
    }

    /// <summary>The matrix products that a step cannot do without, as (rows, inner, columns); convolutions as the products they unfold to.</summary>
    public IEnumerable<(long M, long K, long N)> Products()
    {
        // Of each layer: how many rows its product has, its inputs and its outputs.
        List<(long Rows, long In, long Out)> generator = [], discriminator = [];
        if (IsConvolutional && Image[1] == 64)
        {
            generator = [(Batch, Latent, 8192), .. new long[] { 4, 8, 16 }.Select(side => (Batch * side * side, 2048 / side, 1024 / side * 16)), (Batch * 1024, 64, 3 * 16)];
            discriminator = [(Batch * 1024, 3 * 16, 64), .. new long[] { 16, 8, 4 }.Select(side => (Batch * side * side, 1024 / side * 16, 2048 / side)), (Batch, 8192, 1)];
        }
        else if (IsConvolutional)
        {
            generator = [(Batch, Latent, 6272), (Batch * 49, 128, 64 * 16), (Batch * 196, 64, 16)];
            discriminator = [(Batch * 196, 16, 64), (Batch * 49, 64 * 16, 128), (Batch, 6272, 1)];
        }
        else
        {
            long[] widths = [Latent, .. Hidden, Pixels], back = [Pixels, .. Hidden.Reverse(), 1];
            generator = [.. widths.Zip(widths.Skip(1), (a, b) => (Batch, a, b))];
            discriminator = [.. back.Zip(back.Skip(1), (a, b) => (Batch, a, b))];
        }
        // (a) G forward; D forward and its weights' gradients for twice the minibatch, the gradients of the layers' inputs but for the first.
        // (b) D forward; the gradients of all of D's inputs, none of its weights'; of G's weights, and of its layers' inputs but for the first.
        foreach (var (rows, into, outOf) in generator)
        {
            yield return (rows, into, outOf);
            yield return (into, rows, outOf);
        }
        foreach (var (rows, into, outOf) in generator.Skip(1))
            yield return (rows, outOf, into);
        foreach (var (rows, into, outOf) in discriminator)
        {
            yield return (2 * rows, into, outOf);
            yield return (rows, into, outOf);
            yield return (into, 2 * rows, outOf);
            yield return (rows, outOf, into);
        }
        foreach (var (rows, into, outOf) in discriminator.Skip(1))
            yield return (2 * rows, outOf, into);
    }

    // The library's way: one scalar for the life of the program, where nn.LeakyReLU makes one at each call.
    private sealed class Leaky() : nn.Module<Tensor, Tensor>(nameof(Leaky))
    {
        private static readonly Scalar Slope = 0.2;

        public override Tensor forward(Tensor input) => input.leaky_relu(Slope);
    }
}
