using CourseKit.Exercises;
using CourseKit.Models;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using CourseKit.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace CourseKit.Tests.Exercises;

/// <summary>Right answers and typical wrong ones: each wrong answer has its own message.</summary>
[Collection("process-wide state")]
public sealed class AdversarialCheckTests : IDisposable
{
    private readonly FakeHost host = new();

    public AdversarialCheckTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void The_right_steps_are_green_and_show_it()
    {
        Check.DiscriminatorStep((G, D, optimizer, real) => StepD(G, D, optimizer, real));
        Check.DiscriminatorStep((G, D, optimizer, real) =>
        {
            using var frozen = Freeze.Of(G); // the lecture's own way
            return StepD(G, D, optimizer, real, detach: false);
        });
        Check.GeneratorStep((G, D, optimizer, batch) => StepG(G, D, optimizer, batch));
        Check.Iteration((stepD, stepG) =>
        {
            stepD();
            stepG();
        });
        Assert.Equal(4, host.Displayed.Count);
        Assert.All(host.Displayed, shown => Assert.All(((CheckReport)shown!).Findings, finding => Assert.True(finding.Holds)));
    }

    [Fact]
    public void Shapes_are_read_off()
    {
        Check.ShapesOfAGan([32, 20], [32, 3, 12, 10], [32]);
        string Wrong(long[]? latent, long[]? images, long[]? logits) =>
            Assert.Throws<CheckFailedException>(() => Check.ShapesOfAGan(latent, images, logits)).Wrong;
        Assert.Equal("latent is not answered yet.", Wrong(null, null, null));
        Assert.Contains("the first number is always that of the minibatch", Wrong([20], [32, 3, 12, 10], [32]), StringComparison.Ordinal);
        Assert.Contains("channels before height", Wrong([32, 20], [32, 12, 10, 3], [32]), StringComparison.Ordinal);
        Assert.Contains("height comes before width", Wrong([32, 20], [32, 3, 10, 12], [32]), StringComparison.Ordinal);
        Assert.Contains("D squeezes it", Wrong([32, 20], [32, 3, 12, 10], [32, 1]), StringComparison.Ordinal);
        Assert.Contains("count again", Wrong([32, 20], [1], [32]), StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<MlpGenerator, MlpDiscriminator, FusedAdam, Tensor, Tensor>> WrongStepsOfD => new()
    {
        { "not done yet", (_, _, _, _) => throw new NotImplementedException() },
        { "detach the fake batch", (G, D, optimizer, real) => StepD(G, D, optimizer, real, detach: false) },
        { "G has moved", (G, D, optimizer, real) =>
            {
                var loss = StepD(G, D, optimizer, real);
                StepG(G, D, new FusedAdam(G.parameters(), 1e-3), 8);
                foreach (var parameter in G.parameters())
                    parameter.grad?.zero_();
                return loss;
            }
        },
        { "D has not moved", (G, D, optimizer, real) => StepD(G, D, optimizer, real, update: false) },
        { "are the two labels swapped", (G, D, optimizer, real) => StepD(G, D, optimizer, real, sign: -1) },
        { "ZeroGrad comes before backward", (G, D, optimizer, real) => StepD(G, D, optimizer, real, zero: false) },
        { "it is the sum", (G, D, optimizer, real) => StepD(G, D, optimizer, real, weight: 8) },
        { "added, not averaged", (G, D, optimizer, real) => StepD(G, D, optimizer, real, weight: 0.5) },
        { "expected one number", (G, D, optimizer, real) => StepD(G, D, optimizer, real).expand(8) },
        { "your code stopped with InvalidOperationException: no batch", (_, _, _, _) => throw new InvalidOperationException("no batch") },
    };

    [Theory]
    [MemberData(nameof(WrongStepsOfD), DisableDiscoveryEnumeration = true)]
    public void A_wrong_step_of_D_is_told_what_is_wrong(string misconception, Func<MlpGenerator, MlpDiscriminator, FusedAdam, Tensor, Tensor> step) =>
        Assert.Contains(misconception, Assert.Throws<CheckFailedException>(() => Check.DiscriminatorStep(step)).Wrong, StringComparison.Ordinal);

    public static TheoryData<string, Func<MlpGenerator, MlpDiscriminator, FusedAdam, long, Tensor>> WrongStepsOfG => new()
    {
        { "must not be detached", (G, D, optimizer, batch) => StepG(G, D, optimizer, batch, detach: true) },
        { "D has moved", (G, D, optimizer, batch) =>
            {
                var loss = StepG(G, D, optimizer, batch);
                new FusedAdam(D.parameters(), 1e-2).Step();
                return loss;
            }
        },
        { "nearly flat as long as D wins", (G, D, optimizer, batch) => StepG(G, D, optimizer, batch, saturating: true) },
        { "G has learnt what D should", (G, D, optimizer, batch) => StepG(G, D, optimizer, batch, sign: -1) },
        { "ZeroGrad comes before backward", (G, D, optimizer, batch) => StepG(G, D, optimizer, batch, zero: false) },
        { "it is the sum", (G, D, optimizer, batch) => StepG(G, D, optimizer, batch, weight: 8) },
    };

    [Theory]
    [MemberData(nameof(WrongStepsOfG), DisableDiscoveryEnumeration = true)]
    public void A_wrong_step_of_G_is_told_what_is_wrong(string misconception, Func<MlpGenerator, MlpDiscriminator, FusedAdam, long, Tensor> step) =>
        Assert.Contains(misconception, Assert.Throws<CheckFailedException>(() => Check.GeneratorStep(step)).Wrong, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "neither step was called")]
    [InlineData("GD", "you updated G before D")]
    [InlineData("D", "only D was updated")]
    [InlineData("DDG", "in the order D, D, G")]
    public void Steps_in_another_order_are_told_so(string order, string misconception)
    {
        var error = Assert.Throws<CheckFailedException>(() => Check.Iteration((stepD, stepG) =>
        {
            foreach (var step in order)
                (step == 'D' ? stepD : stepG)();
        }));
        Assert.Contains(misconception, error.Wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "no prediction yet")]
    [InlineData("sideways", "ac", "\"sideways\" is none of the choices: \"up\", \"down\", \"stays\"")]
    [InlineData("up", "", "no explanation yet")]
    [InlineData("down", "az", "there is no statement z")]
    [InlineData("down", "abc", "look again at b: 2 log 2")]
    [InlineData("down", "a", "look again at c: -log D falls")]
    [InlineData("down", "acd", "look again at d: nothing updates G")]
    public void An_explanation_is_told_where_it_errs(string? prediction, string? statements, string misconception) => Assert.Contains(misconception,
        Assert.Throws<CheckFailedException>(() => Check.LonelyDiscriminator(prediction, statements)).Wrong, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_prediction_costs_nothing()
    {
        Check.LonelyDiscriminator("down", "ac");
        Check.LonelyDiscriminator(" Up ", "c, a");
        Assert.Equal(2, host.Displayed.Count);
    }

    [Fact]
    public void A_check_leaves_torchs_random_numbers_where_they_were()
    {
        manual_seed(5);
        var expected = rand(3).data<float>().ToArray();
        manual_seed(5);
        Check.DiscriminatorStep((G, D, optimizer, real) => StepD(G, D, optimizer, real));
        Assert.Equal(expected, rand(3).data<float>().ToArray());
    }

    private static Tensor StepD(MlpGenerator G, MlpDiscriminator D, FusedAdam optimizer, Tensor real,
        bool detach = true, bool zero = true, bool update = true, float sign = 1, double weight = 1)
    {
        var made = G.forward(G.SampleLatent(real.shape[0]));
        if (zero)
            optimizer.ZeroGrad();
        var loss = -(logsigmoid(D.forward(real) * sign).mean() + logsigmoid(-D.forward(detach ? made.detach() : made) * sign).mean()) * weight;
        loss.backward();
        if (update)
            optimizer.Step();
        return loss.detach();
    }

    private static Tensor StepG(MlpGenerator G, MlpDiscriminator D, FusedAdam optimizer, long batch,
        bool detach = false, bool zero = true, bool saturating = false, float sign = 1, double weight = 1)
    {
        if (zero)
            optimizer.ZeroGrad();
        var made = G.forward(G.SampleLatent(batch));
        var logits = D.forward(detach ? made.detach() : made) * sign;
        var loss = (saturating ? logsigmoid(-logits).mean() : -logsigmoid(logits).mean()) * weight;
        loss.backward();
        optimizer.Step();
        return loss.detach();
    }
}
