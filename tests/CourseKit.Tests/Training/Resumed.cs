using System.Security.Cryptography;
using CourseKit.Display;
using CourseKit.Models;
using CourseKit.Plots;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

/// <summary>
/// Trainings of each kind that a checkpoint can take up. Each is built anew from the same seed, as a notebook is that runs again. It ends early at a place
/// where it can be stopped, and leaves what a killed process leaves: the file.
/// </summary>
internal static class Resumed
{
    public const long Updates = 40, Every = 7;

    public static readonly string[] Kinds = ["GAN", "GAN with dropout and batch normalisation", "discriminator", "painter", "auto-encoder", "variational auto-encoder"];

    /// <summary>The bits of everything that a training leaves: networks, history, pictures; null if it was ended.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="file">The checkpoint; null for none.</param>
    /// <param name="places">The training ends at this of the places where it can be stopped. There is one in each update, and in each step of a climb.</param>
    /// <param name="every">After how many updates the checkpoint is written.</param>
    public static string? Run(string kind, string? file, int places = int.MaxValue, long every = Every)
    {
        manual_seed(7);
        using var scope = NewDisposeScope();
        var checkpoint = file is null ? null : new Checkpoint(file, every);
        AppContext.SetData(NotebookHost.StopHook, () =>
        {
            if (places-- == 0)
                throw new OperationCanceledException();
        });
        try
        {
            return kind switch
            {
                "GAN" => Gan(SmallGan.Trainer(), checkpoint),
                "discriminator" => Discriminator(checkpoint),
                "painter" => Painter(checkpoint),
                "auto-encoder" => AutoEncoder(checkpoint),
                "variational auto-encoder" => Variational(checkpoint),
                _ => Gan(new(OwnNetworks.Generator("dense", 5), OwnNetworks.Encoder("dropout", 1), Pictures(), batchSize: 8, latentSize: 5), checkpoint),
            };
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            AppContext.SetData(NotebookHost.StopHook, null);
        }
    }

    private static string Gan(GanTrainer trainer, Checkpoint? checkpoint)
    {
        using var own = trainer;
        var film = LiveTraining.Of(trainer, 4, 2);
        trainer.Train(Updates, snapshotsAt: [3, 20, 33], progress: film, checkpoint: checkpoint);
        return string.Join("\n", [Bits(trainer.Generator), Bits(trainer.Discriminator), Bits(trainer.Averaged), trainer.Updates,
            .. trainer.History.Select(now => now with { Elapsed = default }),
            .. trainer.Snapshots.SelectMany(shot => shot.Discriminator.Select(entry => $"{shot.Update} {entry.Key} {Bits(entry.Value)} {Bits(shot.Images)}")),
            .. film.Film.Select(frame => $"{frame.Update} {Convert.ToHexString(frame.Canvas.Bytes)}"), Bits(randn(3))]);
    }

    private static string Discriminator(Checkpoint? checkpoint)
    {
        using var buffer = new ReplayBuffer(50, [2]);
        using var trainer = new DiscriminatorTrainer(new ScoreNetwork(2, hidden: 8), rand(20, 2), new Langevin(), buffer, steps: 3, batchSize: 6);
        trainer.Train(Updates, checkpoint: checkpoint);
        return string.Join("\n", [Bits(trainer.Discriminator), Bits(trainer.Averaged), Bits(buffer.Points), .. trainer.History.Select(now => now with { Elapsed = default }), Bits(randn(3))]);
    }

    private static string Painter(Checkpoint? checkpoint)
    {
        var images = rand(6, 1, 4, 4).gt(tensor(0.5f)).to_type(ScalarType.Float32).mul(tensor(2f)).sub(tensor(1f)).expand(6, 3, 4, 4).contiguous();
        var painter = new PixelPainter(new PainterPalette(images), 4, 4, 3, 2, hidden: 8);
        using var trainer = new PixelPainterTrainer(painter, images, batchSize: 16);
        trainer.Train(Updates, checkpoint: checkpoint);
        return string.Join("\n", [Bits(painter), .. trainer.History.Select(now => now with { Elapsed = default }), Bits(randn(3))]);
    }

    private static string AutoEncoder(Checkpoint? checkpoint)
    {
        var network = new AutoEncoder(OwnNetworks.Encoder("dropout", 3), OwnNetworks.Generator("dense", 3));
        var history = AutoEncoderTrainer.Train(network, Pictures(), (int)Updates, checkpoint: checkpoint);
        return string.Join("\n", [Bits(network), .. history.Select(now => now with { Elapsed = default }), Bits(randn(3))]);
    }

    private static string Variational(Checkpoint? checkpoint)
    {
        var network = new VariationalAutoEncoder(3, 1, 8, 8);
        var history = AutoEncoderTrainer.Train(network, Pictures(), (int)Updates, 1, 0.1, checkpoint: checkpoint);
        return string.Join("\n", [Bits(network), .. history.Select(now => now with { Elapsed = default }), Bits(randn(3))]);
    }

    private static Tensor Pictures() => linspace(-1, 1, 70 * 64).sin().view(70, 1, 8, 8);

    private static string Bits(nn.Module network) => string.Join(" ", network.state_dict().Select(entry => $"{entry.Key}={Bits(entry.Value)}"));

    private static string Bits(Tensor tensor) => Convert.ToHexString(SHA256.HashData(tensor.detach().cpu().contiguous().bytes));
}
