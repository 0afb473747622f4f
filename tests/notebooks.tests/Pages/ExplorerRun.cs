using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>A notebook of explorers and a filmstrip, run once, and what TorchSharp itself makes of some vectors.</summary>
public sealed class ExplorerRun : IAsyncLifetime
{
    private const string Build = """
        using CourseKit;
        using CourseKit.Models;
        using CourseKit.Plots;
        using TorchSharp;
        using static TorchSharp.torch;

        Course.Start(seed: 1);
        // Larger weights than a fresh network's, so that pixels are black and white, not all grey.
        void Sharpen(nn.Module network)
        {
            using var noGrad = no_grad();
            foreach (var (name, weight) in network.named_parameters())
                if (name.EndsWith("weight"))
                    weight.mul_(3);
        }
        var digits = new MlpGenerator(16, 1, 8, 8);
        Sharpen(digits);
        digits.TakeStatistics(digits.SampleLatent(2000));
        var decoder = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 3 * 6 * 5), nn.Sigmoid());
        Sharpen(decoder);
        var speaker = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.LeakyReLU(0.2), nn.Linear(32, 5 * 7));
        speaker.forward(randn(500, 8));
        speaker.eval();
        string[] alphabet = ["我", "爱", "<b>", "&", "\"", "猫", ""];
        """;

    private const string Expect = """
        Tensor Latent(long size) => randn(12, size).clamp(-3, 3).mul(100).round().div(100);
        var (a, b, c) = (Latent(16), Latent(3), Latent(8));
        Course.Save("digits-z.npy", a);
        Course.Save("digits.npy", ((digits.forward(a) + 1) / 2).detach());
        Course.Save("decoder-z.npy", b);
        Course.Save("decoder.npy", decoder.forward(b).detach());
        Course.Save("speaker-z.npy", c);
        Course.Save("speaker.npy", speaker.forward(c).view(12, 5, 7).argmax(-1).to(ScalarType.Float32))
        """;

    private readonly TempFolder _folder = new();

    internal const string Name = "explorers";

    internal CommandResult Result { get; private set; } = new(-1, "", "");

    internal string Page => _folder.PathOf("out", Name + ".html");

    internal NumpyArray Array(string name) => NumpyArray.Load(_folder.PathOf("out", "artifacts", Name, name + ".npy"));

    public async ValueTask InitializeAsync()
    {
        var library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0");
        var path = _folder.PathOf(Name + ".ipynb");
        new Notebook(
            NotebookCell.Code($"#r \"{Path.Combine(library, "CourseKit.dll")}\"\n#r \"{Path.Combine(library, "TorchSharp.dll")}\"\n{Build}"),
            NotebookCell.Code(Expect),
            NotebookCell.Code("LatentExplorer.Of(digits)"),
            NotebookCell.Code("LatentExplorer.OfPictures(DenseLayer.Read(decoder, Activation.Silu, Activation.Sigmoid), 3, 6, 5)"),
            NotebookCell.Code("LatentExplorer.OfSentences(DenseLayer.Read(speaker, Activation.LeakyRelu, Activation.None), alphabet)"),
            NotebookCell.Code("LatentExplorer.Of(digits)"), // the same once more
            NotebookCell.Code("(long, Tensor) Shade(long update, float grey) => (update, full([4, 1, 8, 8], grey));\n"
                + "Filmstrip.Of([Shade(100, -1), Shade(2000, 0), Shade(5000, 1)], columns: 2)")).Save(path);
        Result = await Course.RunAsync(path, "--out", _folder.PathOf("out"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
