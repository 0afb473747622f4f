using CourseKit.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class GanStepTests
{
    public GanStepTests() => Torch.Begin();

    public static TheoryData<string, Func<nn.Module<Tensor, Tensor>>> Discriminators => new()
    {
        { "scores each image by itself", () => nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0)) },
        { "batch normalisation", () => nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 1), nn.Flatten(0)) },
        { "compares the images of a minibatch", () => new Comparing() },
    };

    [Theory]
    [MemberData(nameof(Discriminators), DisableDiscoveryEnumeration = true)]
    public void D_learns_what_it_would_from_real_and_generated_images_one_after_the_other(string kind, Func<nn.Module<Tensor, Tensor>> make)
    {
        Assert.NotEmpty(kind);
        using var scope = NewDisposeScope();
        var (D, same) = (make(), make());
        same.load_state_dict(D.state_dict());
        using var G = SmallGan.Generator();
        using var step = new GanStep(G, D, 8, learningRate: 1e-2, r1: 0);
        using var adam = new FusedAdam(same.parameters(), 1e-2, beta1: 0.5, beta2: 0.99);
        for (var update = 0; update < 5; update++)
        {
            var (real, generated) = (rand(8, 1, 4, 4), randn(8, 1, 4, 4));
            adam.ZeroGrad();
            var (realLogits, generatedLogits) = (same.forward(real), same.forward(generated));
            var loss = -(nn.functional.logsigmoid(realLogits).mean() + nn.functional.logsigmoid(-generatedLogits).mean());
            loss.backward();
            adam.Step();

            var found = step.UpdateDiscriminator(real, generated);

            Assert.True(found.RealLogits.allclose(realLogits, atol: 1e-5), $"update {update}");
            Assert.True(found.GeneratedLogits.allclose(generatedLogits, atol: 1e-5), $"update {update}");
            Assert.Equal(loss.item<float>(), found.Loss.item<float>(), 1e-5);
        }
        Assert.All(D.parameters().Zip(same.parameters()), pair => Assert.True(pair.First.allclose(pair.Second, atol: 1e-4)));
    }

    [Fact]
    public void Images_of_step_a_serve_in_step_b()
    {
        using var scope = NewDisposeScope();
        using var G = SmallGan.Generator();
        using var D = SmallGan.Discriminator();
        using var step = new GanStep(G, D, 8);
        var made = G.forward(G.SampleLatent(8));
        step.UpdateDiscriminator(rand(8, 1, 4, 4), made);
        Assert.All(G.parameters(), parameter => Assert.Null(parameter.grad));
        var (g, d) = (Freeze.Fingerprints(G), Freeze.Fingerprints(D));

        step.UpdateGenerator(made);

        Assert.Equal(d, Freeze.Fingerprints(D));
        Assert.All(G.named_parameters(), entry => Assert.NotEqual(g[entry.name], Freeze.Fingerprints(G)[entry.name]));
    }

    [Fact]
    public void An_iteration_leaves_no_tensors()
    {
        using var G = SmallGan.Generator();
        using var D = SmallGan.Discriminator();
        using var step = new GanStep(G, D, 8);
        void Iterate()
        {
            using var scope = NewDisposeScope();
            var made = G.forward(G.SampleLatent(8));
            step.UpdateDiscriminator(rand(8, 1, 4, 4), made);
            step.UpdateGenerator(made);
        }
        Iterate(); // with which gradients come to stay
        Assert.Equal(0, LiveTensors.LeftBy(() =>
        {
            for (var i = 0; i < 10; i++)
                Iterate();
        }));
    }

    // Each image's score hangs on how much it differs from the mean of its minibatch.
    private sealed class Comparing : nn.Module<Tensor, Tensor>
    {
        private readonly Linear fc = nn.Linear(17, 1);

        public Comparing() : base(nameof(Comparing)) => RegisterComponents();

        public override Tensor forward(Tensor images)
        {
            using var scope = NewDisposeScope();
            var flat = images.flatten(1); // (B, 16)
            var spread = (flat - flat.mean([0])).abs().mean([1], keepdim: true);
            return fc.forward(cat([flat, spread], 1)).squeeze(1).MoveToOuterDisposeScope();
        }
    }
}
