using CourseKit.Files;
using CourseKit.Tests.Data;
using CourseKit.Tests.Files;
using CourseKit.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class FusedAdamTests
{
    public FusedAdamTests() => Torch.Begin();

    [Theory]
    [InlineData(0.9, 0.999)]
    [InlineData(0.5, 0.99)]
    public void A_hundred_steps_give_what_torchs_own_gives(double beta1, double beta2)
    {
        using var scope = NewDisposeScope();
        // Shorter than a vector register, as long, just longer, and not a multiple of it; gradients from tiny to large.
        long[][] shapes = [[], [1], [7], [8], [9], [33], [16, 16], [3, 5, 7], [0]];
        Parameter[] ours = [.. shapes.Select(shape => new Parameter(randn(shape)))];
        Tensor[] starts = [.. ours.Select(parameter => parameter.detach().clone())];
        Parameter[] theirs = [.. ours.Select(parameter => new Parameter(parameter.detach().clone()))];
        var adam = new FusedAdam(ours, beta1: beta1, beta2: beta2);
        var reference = optim.Adam(theirs, beta1: beta1, beta2: beta2);
        for (var step = 0; step < 100; step++)
        {
            var rate = 1e-2 * (1 - step / 100.0);
            adam.LearningRate = rate;
            foreach (var group in reference.ParamGroups)
                group.LearningRate = rate;
            adam.ZeroGrad();
            reference.zero_grad();
            for (var i = 0; i < ours.Length; i++)
            {
                var gradient = randn(shapes[i]) * tensor((float)Math.Pow(10, i - 4));
                (ours[i] * gradient).sum().backward();
                (theirs[i] * gradient).sum().backward();
            }
            adam.Step();
            reference.step();
        }
        Assert.All(ours.Zip(theirs), pair =>
            Assert.True(pair.First.allclose(pair.Second, rtol: 0, atol: 1e-5), $"shape {pair.First.numel()}"));
        Assert.All(ours.Zip(starts), pair => Assert.Equal(pair.First.numel() == 0, pair.First.allclose(pair.Second, atol: 1e-2)));
    }

    [Fact]
    public void Between_two_looks_a_gradient_that_is_not_finite_changes_nothing_and_nothing_changes_after_it()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(ones(3));
        using var adam = new FusedAdam([parameter], learningRate: 0.25) { Network = "generator", LooksEvery = 4 };
        void Step(float gradient)
        {
            parameter.grad = full_like(parameter, gradient).detach();
            adam.Step();
        }
        Step(1);
        using var before = parameter.detach().clone();
        Step(float.NaN);
        Step(1);
        Assert.True(Bits.Same(before, parameter.detach()));
        Assert.Equal(("generator", 4L), Assert.Throws<TrainingDivergedException>(() => Step(1)) is var error ? (error.Network, error.Update) : default);
        Assert.True(Bits.Same(before, parameter.detach()));
        Step(1);
        Assert.False(Bits.Same(before, parameter.detach()));
    }

    [Fact]
    public void The_first_step_is_the_learning_rate_against_the_gradients_sign()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(zeros(3));
        var adam = new FusedAdam([parameter], learningRate: 0.25);
        (parameter * tensor(new[] { 5f, -0.01f, 0f })).sum().backward();
        adam.Step();
        Assert.Equal([-0.25f, 0.25f, 0f], parameter.data<float>().ToArray(), (expected, found) => Math.Abs(expected - found) < 1e-5);
    }

    [Fact]
    public void Parameters_without_a_gradient_stay()
    {
        using var scope = NewDisposeScope();
        using var used = new Parameter(ones(10));
        using var unused = new Parameter(ones(10));
        var adam = new FusedAdam([unused, used]);
        adam.ZeroGrad();
        used.sum().backward();
        adam.Step();
        Assert.True(Bits.Same(unused, ones(10)));
        Assert.Null(unused.grad);
        Assert.True(used.max().item<float>() < 1);
    }

    [Fact]
    public void After_ZeroGrad_the_next_backward_pass_begins_anew()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(ones(10));
        using var adam = new FusedAdam([parameter]);
        parameter.sum().backward();
        adam.ZeroGrad();
        Assert.Null(parameter.grad);
        parameter.sum().backward();
        Assert.True(Bits.Same(parameter.grad!, ones(10)));
    }

    [Fact]
    public void Each_parameter_counts_its_own_steps_as_torchs_does()
    {
        using var scope = NewDisposeScope();
        Parameter[] ours = [new(randn(9)), new(randn(9))], theirs = [.. ours.Select(parameter => new Parameter(parameter.detach().clone()))];
        using var adam = new FusedAdam(ours, 1e-2);
        var reference = optim.Adam(theirs, 1e-2);
        for (var step = 0; step < 20; step++)
        {
            adam.ZeroGrad();
            reference.zero_grad();
            foreach (var i in step % 3 == 0 ? new[] { 0, 1 } : [0]) // the second has a gradient every third time
            {
                ours[i].pow(2).sum().backward();
                theirs[i].pow(2).sum().backward();
            }
            if (step % 3 != 0)
                theirs[1].grad = null;
            adam.Step();
            reference.step();
        }
        Assert.All(ours.Zip(theirs), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 0, atol: 1e-5)));
        Assert.Equal([20, 7], new[] { 0, 1 }.Select(i => adam.StateDict()[$"{i}.steps"].item<long>()));
    }

    [Fact]
    public void It_releases_all_that_it_has_gathered() => Assert.Equal(0, LiveTensors.LeftBy(() =>
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(10));
        using var adam = new FusedAdam([parameter]);
        parameter.sum().backward();
        adam.Step();
    }));

    [Fact]
    public void Steps_leave_no_tensors()
    {
        using var parameter = new Parameter(ones(10));
        var adam = new FusedAdam([parameter]);
        using (NewDisposeScope())
            parameter.sum().backward();
        Assert.Equal(0, LiveTensors.LeftBy(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                adam.Step();
                adam.ZeroGrad();
            }
        }));
    }

    public static TheoryData<string, Func<Tensor>> Strangers => new()
    {
        { "not contiguous", () => randn(6, 5).t() },
        { "float64", () => randn([5, 6], ScalarType.Float64) },
        { "none of these", () => randn(5, 6) },
    };

    [Theory]
    [MemberData(nameof(Strangers), DisableDiscoveryEnumeration = true)]
    public void What_it_cannot_step_itself_goes_torchs_way_beside_the_rest(string what, Func<Tensor> make)
    {
        Assert.NotEmpty(what);
        using var scope = NewDisposeScope();
        manual_seed(4);
        Parameter[] ours = [new(make()), new(randn(40))], theirs = [new(ours[0].detach().clone()), new(ours[1].detach().clone())];
        var adam = new FusedAdam(ours, 1e-2);
        var reference = optim.Adam(theirs, 1e-2);
        for (var step = 0; step < 100; step++)
        {
            adam.ZeroGrad();
            reference.zero_grad();
            foreach (var (mine, torchs) in ours.Zip(theirs))
            {
                var gradient = randn_like(mine.detach());
                (mine * gradient).sum().backward();
                (torchs * gradient).sum().backward();
            }
            adam.LearningRate = reference.ParamGroups.First().LearningRate = 1e-2 / (1 + step);
            adam.Step();
            reference.step();
        }
        Assert.All(ours.Zip(theirs), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 0, atol: 1e-5)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decoupled_decay_gives_what_torchs_AdamW_gives(bool wide)
    {
        using var scope = NewDisposeScope();
        using var ours = new Parameter(randn([37], wide ? ScalarType.Float64 : ScalarType.Float32));
        using var theirs = new Parameter(ours.detach().clone());
        var adam = new FusedAdam([ours], 1e-2, weightDecay: 0.3);
        var reference = optim.AdamW([theirs], 1e-2, weight_decay: 0.3);
        for (var step = 0; step < 100; step++)
        {
            adam.ZeroGrad();
            reference.zero_grad();
            var gradient = randn_like(ours.detach());
            (ours * gradient).sum().backward();
            (theirs * gradient).sum().backward();
            adam.Step();
            reference.step();
        }
        Assert.True(ours.allclose(theirs, rtol: 0, atol: 1e-5));
        Assert.True(ours.abs().mean().to_type(ScalarType.Float64).item<double>() < 0.9);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_run_that_is_saved_and_taken_up_again_goes_on_to_the_same_bits(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        using var place = new TempFolder();
        static void Learn(Parameter parameter, FusedAdam adam, int from, int to)
        {
            for (var step = from; step < to; step++)
            {
                using var loop = NewDisposeScope();
                manual_seed(step);
                adam.ZeroGrad();
                (parameter * randn_like(parameter.detach())).sum().backward();
                adam.Step();
            }
        }
        var start = randn([3, 7], dtype);
        using var whole = new Parameter(start.clone());
        Learn(whole, new([whole]), 0, 20);
        using var first = new Parameter(start.clone());
        var before = new FusedAdam([first]);
        Learn(first, before, 0, 10);
        SafeTensors.Save(place["adam.safetensors"], before.StateDict());
        using var second = new Parameter(first.detach().clone());
        var after = new FusedAdam([second]);

        after.LoadStateDict(SafeTensors.Load(place["adam.safetensors"]));
        Learn(second, after, 10, 20);

        Assert.True(Bits.Same(whole, second));
    }

    [Fact]
    public void A_state_that_does_not_fit_is_refused_and_nothing_of_it_is_loaded()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter(ones(4));
        var adam = new FusedAdam([parameter]);
        var state = new FusedAdam([new Parameter(ones(4)), new Parameter(ones(3))]).StateDict();
        Assert.Contains("6 tensors, expected 3", Assert.Throws<ArgumentException>(() => adam.LoadStateDict(state)).Message, StringComparison.Ordinal);
        var other = new FusedAdam([new Parameter(ones(5))]).StateDict();
        Assert.Contains("0.mean is (5), expected (4)", Assert.Throws<ArgumentException>(() => adam.LoadStateDict(other)).Message, StringComparison.Ordinal);
        Assert.Equal(0, adam.StateDict()["0.steps"].item<long>());
    }
}
