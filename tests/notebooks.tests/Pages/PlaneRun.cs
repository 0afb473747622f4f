using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests.Pages;

/// <summary>A notebook of GANs in the plane, run once, and what TorchSharp makes of two of them in 200 steps (a) and (b).</summary>
public sealed class PlaneRun : IAsyncLifetime
{
    internal const int Steps = 200, Batch = 128;

    private const string Build = """
        using CourseKit;
        using CourseKit.Data;
        using CourseKit.Plots;
        using CourseKit.Training;
        using TorchSharp;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn.functional;

        Course.Start(seed: 1);
        PlanePoints[] real = [PlanePoints.Ring(), PlanePoints.Moons(), PlanePoints.Spiral()];
        (nn.Module<Tensor, Tensor> G, nn.Module<Tensor, Tensor> D) Pair(int seed)
        {
            Course.Seed(seed);
            return (nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2)),
                nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1)));
        }
        // Widths that are no multiple of four, and activations with a second derivative.
        (nn.Module<Tensor, Tensor> G, nn.Module<Tensor, Tensor> D) Smooth()
        {
            Course.Seed(4);
            return (nn.Sequential(nn.Linear(2, 21), nn.Tanh(), nn.Linear(21, 2), nn.Tanh()),
                nn.Sequential(nn.Linear(2, 18), nn.SiLU(), nn.Linear(18, 13), nn.SiLU(), nn.Linear(13, 1)));
        }
        """;

    private const string Train = """
        void Train(string name, (nn.Module<Tensor, Tensor> G, nn.Module<Tensor, Tensor> D) pair, ScalarType type)
        {
            Course.Seed(9);
            var batches = real[0].Points.index_select(0, randint(2000, [200 * 128])).view(200, 128, 2);
            var latents = randn(400, 128, 2);
            var (G, D) = (pair.G.to(type), pair.D.to(type));
            using var adamG = new FusedAdam(G.parameters(), 5e-3, beta1: 0.5, beta2: 0.99);
            using var adamD = new FusedAdam(D.parameters(), 5e-3, beta1: 0.5, beta2: 0.99);
            for (var i = 0; i < 200; i++)
            {
                using var scope = NewDisposeScope();
                var batch = batches[i].to(type).detach().clone().requires_grad_();
                var made = G.forward(latents[2 * i].to(type)).detach();
                var logits = D.forward(batch);
                var slope = autograd.grad([logits.sum()], [batch], retain_graph: true, create_graph: true)[0];
                var loss = -logsigmoid(logits).mean() - logsigmoid(-D.forward(made)).mean() + 0.05 * slope.pow(2).sum(1).mean();
                adamD.ZeroGrad();
                loss.backward();
                adamD.Step();
                var lossG = -logsigmoid(D.forward(G.forward(latents[2 * i + 1].to(type)))).mean();
                adamG.ZeroGrad();
                lossG.backward();
                adamG.Step();
            }
            Tensor Weights(nn.Module network) => cat(network.parameters().Select(p => p.detach().flatten()).ToArray());
            Course.Save($"{name}-{type}.npy", cat([Weights(G), Weights(D)]).to(ScalarType.Float32));
            Course.Save("batches.npy", batches.contiguous());
            Course.Save("latents.npy", latents.contiguous());
        }
        Train("pair", Pair(1), ScalarType.Float32);
        Train("pair", Pair(1), ScalarType.Float64);
        Train("smooth", Smooth(), ScalarType.Float32);
        Train("smooth", Smooth(), ScalarType.Float64)
        """;

    private readonly TempFolder _folder = new();

    internal CommandResult Result { get; private set; } = new(-1, "", "");

    internal string Page => _folder.PathOf("out", "plane.html");

    internal float[] Array(string name) => NumpyArray.Load(_folder.PathOf("out", "artifacts", "plane", name + ".npy")).Values;

    public async ValueTask InitializeAsync()
    {
        var library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0");
        var path = _folder.PathOf("plane.ipynb");
        NotebookCell Gan(string pair, int seed) => NotebookCell.Code($"var (g{seed}, d{seed}) = {pair};\nPlaneGan.Of(g{seed}, d{seed}, real, seed: {seed})");
        new Notebook(
            NotebookCell.Code($"#r \"{Path.Combine(library, "CourseKit.dll")}\"\n#r \"{Path.Combine(library, "TorchSharp.dll")}\"\n{Build}"),
            NotebookCell.Code(Train.TrimEnd() + ";"),
            Gan("Pair(1)", 1), Gan("Pair(2)", 2), Gan("Pair(3)", 3), Gan("Smooth()", 4)).Save(path);
        Result = await Course.RunAsync(path, "--out", _folder.PathOf("out"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
