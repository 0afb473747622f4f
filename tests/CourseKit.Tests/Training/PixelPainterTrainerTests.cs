using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class PixelPainterTrainerTests
{
    private const int Side = 6;

    public PixelPainterTrainerTests() => Torch.Begin();

    // Each row is of one colour, drawn by chance: the first pixel of a row cannot be known, log 2 nats, and all others can.
    [Fact]
    public void It_learns_what_the_view_shows_and_no_more()
    {
        using var scope = NewDisposeScope();
        var images = Rows();
        using var painter = new PixelPainter(new(images), Side, Side, 3, 1, hidden: 32);
        using var trainer = new PixelPainterTrainer(painter, images, batchSize: 128, learningRate: 1e-2);
        trainer.Train(300, cancel: TestContext.Current.CancellationToken);

        Assert.Equal(-Side * Math.Log(2), painter.LogLikelihood(Rows()).mean().item<float>(), 0.3);
        var painted = painter.Paint(200, TestContext.Current.CancellationToken);
        Assert.True(painted.equal(painted.narrow(3, 0, 1)).to_type(ScalarType.Float32).mean().item<float>() > 0.97);
        Assert.InRange(painted.narrow(3, 0, 1).mean().item<float>(), -0.2f, 0.2f);
    }

    // Dropout shows whether the painter paints in evaluation mode, and the saved file whether the network's weights are the painter's.
    [Fact]
    public void A_network_of_ones_own_learns_as_well_and_is_saved_with_the_painter()
    {
        using var scope = NewDisposeScope();
        var images = Rows();
        PixelPainter New() => new(new(images), Side, Side, 3, 1, network: (inputs, colours) => nn.Sequential(nn.Linear(inputs, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, colours)));
        using PixelPainter painter = New(), loaded = New();
        using var trainer = new PixelPainterTrainer(painter, images, batchSize: 128, learningRate: 1e-2);
        trainer.Train(400, cancel: TestContext.Current.CancellationToken);

        Assert.Equal(-Side * Math.Log(2), painter.LogLikelihood(Rows()).mean().item<float>(), 0.5);
        Assert.True(painter.LogLikelihood(images).equal(painter.LogLikelihood(images)).all().item<bool>());
        var painted = painter.Paint(200, TestContext.Current.CancellationToken);
        Assert.True(painted.equal(painted.narrow(3, 0, 1)).to_type(ScalarType.Float32).mean().item<float>() > 0.95);
        loaded.load_state_dict(painter.state_dict());
        Assert.True(loaded.LogLikelihood(images).equal(painter.LogLikelihood(images)).all().item<bool>());
    }

    [Fact]
    public void A_network_of_ones_own_that_gives_no_score_for_each_colour_is_refused_in_words()
    {
        using var scope = NewDisposeScope();
        var images = Rows();
        using var painter = new PixelPainter(new(images), Side, Side, 3, 1, network: (inputs, _) => nn.Linear(inputs, 5));
        var error = Assert.Throws<ArgumentException>(() => new PixelPainterTrainer(painter, images));
        Assert.Contains("makes (2, 5) of views (2, 2): expected (2, 2), a score for each colour", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_count_on_and_every_tenth_update_is_reported()
    {
        using var scope = NewDisposeScope();
        var images = Rows();
        using var painter = new PixelPainter(new(images), Side, Side, 3, 1, hidden: 8);
        using var trainer = new PixelPainterTrainer(painter, images, batchSize: 16);
        trainer.Train(15, cancel: TestContext.Current.CancellationToken);
        trainer.Train(10, cancel: TestContext.Current.CancellationToken);
        Assert.Equal([10, 15, 20, 25], trainer.History.Select(step => step.Update));
        Assert.Equal([15, 15, 25, 25], trainer.History.Select(step => step.Updates));
    }

    [Fact]
    public void A_stopped_run_keeps_what_was_learnt()
    {
        using var scope = NewDisposeScope();
        var images = Rows();
        using var painter = new PixelPainter(new(images), Side, Side, 3, 1, hidden: 8);
        using var trainer = new PixelPainterTrainer(painter, images, batchSize: 16);
        using var stop = new CancellationTokenSource();
        var before = Freeze.Fingerprints(painter);
        Assert.Throws<OperationCanceledException>(() => trainer.Train(1000, new StopAt(20, stop), cancel: stop.Token));
        Assert.Equal(20, trainer.History[^1].Update);
        Assert.All(before, entry => Assert.NotEqual(entry.Value, Freeze.Fingerprints(painter)[entry.Key]));
    }

    [Fact]
    public void Training_leaks_nothing()
    {
        using var images = Rows();
        using var painter = new PixelPainter(new(images), Side, Side, 3, 1, hidden: 8);
        using var trainer = new PixelPainterTrainer(painter, images, batchSize: 16);
        trainer.Train(1, cancel: TestContext.Current.CancellationToken); // gradients are made once
        Assert.Equal(0, LiveTensors.LeftBy(() => trainer.Train(20, cancel: TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Pictures_of_another_size_are_refused()
    {
        using var images = Rows();
        using var painter = new PixelPainter(new(images), Side, Side + 1, 3, 1, hidden: 8);
        var error = Assert.Throws<ArgumentException>(() => new PixelPainterTrainer(painter, images));
        Assert.Contains("expected (N, 3, 6, 7)", error.Message, StringComparison.Ordinal);
    }

    private sealed class StopAt(long update, CancellationTokenSource stop) : IProgress<PixelPainterProgress>
    {
        public void Report(PixelPainterProgress value)
        {
            if (value.Update == update)
                stop.Cancel();
        }
    }

    private static Tensor Rows()
    {
        using var scope = NewDisposeScope();
        var rows = randint(2, [200, 1, Side, 1]).to_type(ScalarType.Float32) * tensor(2f) - ones(1);
        return rows.expand(200, 3, Side, Side).contiguous().MoveToOuterDisposeScope();
    }
}
