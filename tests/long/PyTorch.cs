using System.Diagnostics;
using CourseKit.Data;
using CourseKit.Files;
using CourseKit.Models;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.EndToEnd.Tests;

/// <summary>Every network of the course, saved as .pth here, read and computed by Python's torch, saved there and read here again.</summary>
internal static class PyTorch
{
    private const string Python = "/usr/bin/python3";
    private const double Most = 1e-6;

    /// <param name="Name">The network's name.</param>
    /// <param name="New">Makes one.</param>
    /// <param name="Input">Its input.</param>
    /// <param name="Layers">The same in Python, see pytorch.py.</param>
    private sealed record Network(string Name, Func<nn.Module<Tensor, Tensor>> New, Func<Tensor> Input, string Layers);

    /// <summary>Prints a row for each network.</summary>
    /// <returns>The exit code: 0 where all outputs are within 1e-6 of each other.</returns>
    public static int Run()
    {
        Library.Find();
        return All();
    }

    private static int All()
    {
        Course.Start(device: "cpu");
        const string encoder = "flat=Flatten(), fc1=Linear(784, 256), a=SiLU(), fc2=Linear(256, 128), b=SiLU(), fc3=Linear(128, {0})",
            decoder = "Chain(fc1=Linear(8, 128), a=SiLU(), fc2=Linear(128, 256), b=SiLU(), fc3=Linear(256, 784), c=Tanh(), d=Unflatten(1, (1, 28, 28)))",
            generator = "fc1=Linear({0}, {1}), bn1=BatchNorm1d({1}), a=ReLU(), fc2=Linear({1}, {1}), bn2=BatchNorm1d({1}), b=ReLU(), fc3=Linear({1}, {1}), bn3=BatchNorm1d({1}), c=ReLU(), fc4=Linear({1}, {2})",
            ownDecoder = "Sequential(Linear(8, 128), SiLU(), Linear(128, 256), SiLU(), Linear(256, 784), Tanh(), Unflatten(1, (1, 28, 28)))";
        var (faces, words) = (Avatars.Load().Train, SentenceCode.Words);
        var palette = new PainterPalette(faces.Images);
        Func<Tensor> digits = () => rand(256, 1, 28, 28) * 2 - 1, vectors = () => randn(256, 32);
        Network[] networks =
        [
            new("MlpGenerator, MNIST", () => new MlpGenerator(32, 1, 28, 28, 128), vectors, $"Chain({In(generator, 32, 128, 784)}, d=Tanh(), e=Unflatten(1, (1, 28, 28)))"),
            new("MlpGenerator, faces", () => new MlpGenerator(32, 3, 16, 16, 128), vectors, $"Chain({In(generator, 32, 128, 768)}, d=Tanh(), e=Unflatten(1, (3, 16, 16)))"),
            new("its moving average", () => new MovingAverage(new MlpGenerator(32, 3, 16, 16, 128)), vectors, $"Chain({In(generator, 32, 128, 768)}, d=Tanh(), e=Unflatten(1, (3, 16, 16)))"),
            new("MlpDiscriminator", () => new MlpDiscriminator(1, 28, 28, 128), digits, "Chain(flat=Flatten(), fc1=Linear(784, 128), a=LeakyReLU(0.2), fc2=Linear(128, 128), b=LeakyReLU(0.2), fc3=Linear(128, 1), c=Flatten(0))"),
            new("SentenceGenerator", () => new SentenceGenerator(32, words), vectors, $"Chain({In(generator, 32, 256, words.Length * words.Symbols.Count)}, d=OneHot(1, {words.Length}, {words.Symbols.Count}))"),
            new("PixelPainter, narrow", () => new PixelPainter(palette, 16, 16, 5, 3), () => Views(5), $"Painter(12, {12 * (palette.Count + 1) + 256}, {palette.Count})"),
            new("PixelPainter, wide", () => new PixelPainter(palette, 16, 16, 17, 3), () => Views(17), $"Painter(42, {42 * (palette.Count + 1) + 256}, {palette.Count})"),
            new("MlpEncoder", () => new MlpEncoder(784, 8), digits, $"Chain({In(encoder, 8)})"),
            new("MlpDecoder", () => new MlpDecoder(8, 1, 28, 28), () => randn(256, 8), decoder),
            new("AutoEncoder", () => new AutoEncoder(8, 1, 28, 28), digits, $"Chain(encoder=Chain({In(encoder, 8)}), decoder={decoder})"),
            new("VariationalAutoEncoder", () => new VariationalAutoEncoder(8, 1, 28, 28), digits, $"Chain(encoder=Chain({In(encoder, 16)}), mean=Do(lambda both: both[:, :8]), decoder={decoder})"),
            new("ScoreNetwork", () => new ScoreNetwork(784, 128), digits, "Chain(flat=Flatten(), fc1=Linear(784, 128), a=SiLU(), fc2=Linear(128, 128), b=SiLU(), fc3=Linear(128, 1), c=Flatten(0))"),
            new("ImageClassifier", () => new ImageClassifier(784), digits, "Chain(flat=Flatten(), fc1=Linear(784, 256), a=ReLU(), fc2=Linear(256, 64), b=ReLU(), fc3=Linear(64, 10))"),
            new("ConvGenerator", () => new ConvGenerator(32, 32, 3, 32), vectors, "ConvGenerator()"),
            new("ConvDiscriminator", () => new ConvDiscriminator(32, 3, 32), () => rand(256, 3, 32, 32) * 2 - 1, "ConvDiscriminator()"),
            new("lecture 0, classifier", () => nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 10)), digits,
                "Sequential(Flatten(), Linear(784, 256), ReLU(), Linear(256, 64), ReLU(), Linear(64, 10))"),
            new("lecture 2, G in the plane", () => nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2)), () => randn(256, 2),
                "Sequential(Linear(2, 32), ReLU(), Linear(32, 32), ReLU(), Linear(32, 2))"),
            new("lecture 2, with a skip", () => new SkipGenerator(), vectors, "Skip()"),
            new("lecture 5, decoder", () => nn.Sequential(nn.Linear(8, 128), nn.SiLU(), nn.Linear(128, 256), nn.SiLU(), nn.Linear(256, 784), nn.Tanh(), nn.Unflatten(1, [1, 28, 28])), () => randn(256, 8), ownDecoder),
        ];
        var folder = Directory.CreateTempSubdirectory("coursekit-long-");
        try
        {
            return Compare(networks, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static string In(string layers, params object[] numbers) => string.Format(System.Globalization.CultureInfo.InvariantCulture, layers, numbers);

        Tensor Views(int width)
        {
            using var scope = NewDisposeScope();
            var view = new PixelPainter(palette, 16, 16, width, 3);
            var framed = view.Frame(palette.ToNumbers(faces.Images[..16]));
            return view.Views(framed, arange(16, ScalarType.Int64).repeat_interleave(16), randint(256, [256], ScalarType.Int64)).MoveToOuterDisposeScope();
        }
    }

    private static int Compare(Network[] networks, string folder)
    {
        List<Tensor> outputs = [];
        foreach (var (index, network) in networks.Index())
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var made = network.New();
            var input = network.Input();
            made.train();
            made.forward(input); // which moves the statistics of batch normalisation
            made.eval();
            outputs.Add(made.forward(input).DetachFromDisposeScope());
            Weights.Save(At(index, ".pth"), made);
            NumpyFile.Save(At(index, "-in.npy"), input);
        }
        var start = new ProcessStartInfo(Python, [Path.Combine(AppContext.BaseDirectory, "pytorch.py")]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var python = Process.Start(start)!;
        foreach (var (index, network) in networks.Index())
            python.StandardInput.WriteLine($"{index}\t{network.Layers}");
        python.StandardInput.Close();
        var version = python.StandardOutput.ReadToEnd().Trim();
        python.WaitForExit();
        if (python.ExitCode != 0)
        {
            Console.WriteLine($"Python's torch did not come to its end. Debian has it: apt-get install --no-install-recommends python3-torch python3-numpy libopenblas0-pthread");
            return 1;
        }
        Console.WriteLine($"| network | tensors | largest output | differs in Python's torch {version} by | and back here by |\n|---|---|---|---|---|");
        var faults = 0;
        foreach (var (index, network) in networks.Index())
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var back = network.New();
            Weights.Load(At(index, "-back.pth"), back);
            back.eval();
            var (there, here) = (Difference(NumpyFile.Load(At(index, "-out.npy")), outputs[index]), Difference(back.forward(NumpyFile.Load(At(index, "-in.npy"))), outputs[index]));
            Console.WriteLine($"| {network.Name} | {back.state_dict().Count} | {outputs[index].abs().max().item<float>():G3} | {there:G2} | {here:G2} |");
            faults += there <= Most && here == 0 ? 0 : 1;
        }
        Console.WriteLine($"{faults} of {networks.Length} networks differ by more than {Most} there, or at all here.");
        return faults == 0 ? 0 : 1;

        string At(int index, string ending) => Path.Combine(folder, index + ending);
    }

    // NaN where the shapes differ, which is within no bound.
    private static double Difference(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) ? (a - b).abs().max().item<float>() : double.NaN;

    /// <summary>As in lecture 2.</summary>
    private sealed class SkipGenerator : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear first = nn.Linear(32, 128), second = nn.Linear(128, 128), last = nn.Linear(128, 784);

        public SkipGenerator() : base("skip") => RegisterComponents();

        public override Tensor forward(Tensor z)
        {
            var h = nn.functional.relu(first.forward(z));
            h = h + nn.functional.relu(second.forward(h));
            return last.forward(h).tanh().view(-1, 1, 28, 28);
        }
    }
}
