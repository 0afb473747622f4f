using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>A notebook with an output of each kind, run once, and what TorchSharp itself makes of some vectors.</summary>
public sealed class OutputRun : IAsyncLifetime
{
    private const string Begin = """
        using CourseKit;
        using CourseKit.Data;
        using CourseKit.Exercises;
        using CourseKit.Models;
        using CourseKit.Plots;
        using TorchSharp;
        using static TorchSharp.torch;

        Course.Start(seed: 1)
        """;

    private const string Build = """
        // Larger weights than a fresh network's, so that pixels are black and white, not all grey; of 8 bits, as the page holds them, so that the page's
        // arithmetic is compared, and not its rounding. A normalisation multiplies whole rows, so their weights stay multiples of one number.
        void Prepare(nn.Module network)
        {
            using var noGrad = no_grad();
            foreach (var (name, weight) in network.named_parameters())
                if (name.EndsWith("weight"))
                {
                    weight.mul_(3);
                    if (weight.ndim == 2)
                        weight.copy_((weight * 127 / weight.abs().amax([1], true)).round() * weight.abs().amax([1], true) / 127);
                }
        }
        var digits = new MlpGenerator(16, 1, 8, 8);
        Prepare(digits);
        digits.TakeStatistics(digits.SampleLatent(2000));
        var decoder = nn.Sequential(nn.Linear(3, 64), nn.SiLU(), nn.Linear(64, 3 * 6 * 5), nn.Sigmoid());
        Prepare(decoder);
        var speaker = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.LeakyReLU(0.2), nn.Linear(32, 5 * 7));
        Prepare(speaker);
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

    internal const string Name = "outputs";

    internal CommandResult Result { get; private set; } = new(-1, "", "");

    internal string Executed => _folder.PathOf("out", Name + ".ipynb");

    internal string Page => _folder.PathOf("out", Name + ".html");

    internal NumpyArray Array(string name) => NumpyArray.Load(_folder.PathOf("out", "artifacts", Name, name + ".npy"));

    public async ValueTask InitializeAsync()
    {
        var library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0");
        var path = _folder.PathOf(Name + ".ipynb");
        new Notebook(
            NotebookCell.Code($"#r \"{Path.Combine(library, "CourseKit.dll")}\"\n#r \"{Path.Combine(library, "TorchSharp.dll")}\"\n{Begin}", "card"),
            NotebookCell.Code(Build),
            NotebookCell.Code(Expect),
            NotebookCell.Code("new[] { new { Name = \"Ada\", Score = 0.5, Day = \"Monday\" }, new { Name = \"Grace\", Score = 12.25, Day = \"Friday\" } }", "table"),
            NotebookCell.Code("randn(3, 4)", "tensor"),
            NotebookCell.Code("digits", "module"),
            NotebookCell.Code("ImageGrid.Of(ones(12, 1, 8, 8), columns: 12)", "picture"),
            NotebookCell.Code("PictureRow.Of(2, (\"real\", ones(4, 3, 8, 8)), (\"made\", -ones(4, 3, 8, 8)))", "pictures"),
            NotebookCell.Code("Curves.Of(\"A line that rises, below a title that takes more than one line on a page as narrow as this\", "
                + "[Curve.Of(\"D\", [1, 2, 3], [1.0, 2, 4])], y: \"loss\")", "chart"),
            NotebookCell.Code("var live = new LiveTraining(() => ones(4, 1, 8, 8));\nfor (var i = 1; i <= 20; i++)\n    live.Report(i, 40, (\"Loss\", \"D\", 1.0 / i));", "live"),
            NotebookCell.Code("CodeMap.Of(\"A map\", randn(50, 2), ones(50, 1, 8, 8), [.. Enumerable.Range(0, 50).Select(i => i % 3L)], [\"a\", \"b\", \"c\"])", "map"),
            NotebookCell.Code("Course.Record(\"share\", 0.25, \"A quarter of the pictures is real.\")", "figure"),
            NotebookCell.Code("#!help ImageGrid", "help"),
            NotebookCell.Code("Check.TwoNetworks([4, 3], [4, 1], null, 7)", "check", "raises-exception"),
            NotebookCell.Code("throw new InvalidOperationException(\"no such picture\");", "error", "raises-exception"),
            NotebookCell.Code("LatentExplorer.Of(digits)", "explorer"),
            NotebookCell.Code("LatentExplorer.OfPictures(DenseLayer.Read(decoder, Activation.Silu, Activation.Sigmoid), 3, 6, 5)"),
            NotebookCell.Code("LatentExplorer.OfSentences(DenseLayer.Read(speaker, Activation.LeakyRelu, Activation.None), alphabet)", "sentences"),
            NotebookCell.Code("LatentExplorer.Of(digits)"), // the same once more
            NotebookCell.Code("PlaneGan.Of(nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2)), nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1)), [PlanePoints.Ring()])", "plane"),
            NotebookCell.Code("(long, Tensor) Shade(long update, float grey) => (update, full([4, 1, 8, 8], grey));\n"
                + "Filmstrip.Of([Shade(100, -1), Shade(2000, 0), Shade(5000, 1)], columns: 2)", "film")).Save(path);
        Result = await Course.RunAsync(path, "--out", _folder.PathOf("out"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

[CollectionDefinition(nameof(OutputRun))]
public sealed class OutputRunCollection : ICollectionFixture<OutputRun>;
