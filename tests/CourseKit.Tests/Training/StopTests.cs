using CourseKit.Display;
using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

/// <summary>A user's Stop reaches every training between two updates, where everything is in order.</summary>
[Collection("process-wide state")]
public sealed class StopTests : IDisposable
{
    private readonly object? before = AppContext.GetData(NotebookHost.StopHook);
    private int looked;

    public StopTests()
    {
        Torch.Begin();
        AppContext.SetData(NotebookHost.StopHook, () =>
        {
            if (++looked > 3)
                throw new OperationCanceledException("Stopped.");
        });
    }

    public void Dispose() => AppContext.SetData(NotebookHost.StopHook, before);

    public static TheoryData<string, Action> Trainings => new()
    {
        { "GAN", () => SmallGan.Trainer().Train(100) },
        { "auto-encoder", () => AutoEncoderTrainer.Train(new AutoEncoder(2, 1, 4, 4), rand(100, 1, 4, 4), 100) },
        { "painter", () =>
            {
                var images = (rand(100, 3, 4, 4).round() * 2) - 1;
                new PixelPainterTrainer(new PixelPainter(new PainterPalette(images), 4, 4, 3, 2), images).Train(100);
            }
        },
        { "walk", () => new Langevin().Climb(new ScoreNetwork(16), rand(8, 1, 4, 4), 100) },
        { "classifier", () => ClassifierTrainer.Train(rand(100, 1, 4, 4), randint(10, [100]), 10) },
    };

    [Theory]
    [MemberData(nameof(Trainings), DisableDiscoveryEnumeration = true)]
    public void Every_training_looks_once_an_update(string name, Action train)
    {
        using var scope = NewDisposeScope();
        Assert.NotEmpty(name);
        Assert.Equal("Stopped.", Assert.Throws<OperationCanceledException>(train).Message);
        Assert.Equal(4, looked);
    }
}
