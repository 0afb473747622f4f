using CourseKit.Models;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

[Collection("process-wide state")]
public sealed class GanTournamentTests
{
    public GanTournamentTests() => Torch.Begin();

    [Fact]
    public void Row_i_column_j_is_how_D_of_snapshot_i_scores_G_of_snapshot_j()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        trainer.Learn(30, snapshotsAt: [5, 15, 25]);
        var before = Freeze.Fingerprints(trainer.Discriminator);
        var scores = trainer.Tournament();
        Assert.Equal(before, Freeze.Fingerprints(trainer.Discriminator));
        Assert.Equal((3, 3), (scores.GetLength(0), scores.GetLength(1)));
        using var judge = SmallGan.Discriminator();
        for (var i = 0; i < 3; i++)
        {
            judge.load_state_dict(trainer.Snapshots[i].Discriminator);
            for (var j = 0; j < 3; j++)
            {
                var expected = judge.forward(trainer.Snapshots[j].Images).data<float>().Average(logit => 1 / (1 + Math.Exp(-logit)));
                Assert.Equal(expected, scores[i, j], 1e-5);
            }
        }
        Assert.Equal(9, scores.Cast<double>().Distinct().Count());
    }

    [Fact]
    public void Other_images_get_columns_of_their_own()
    {
        using var scope = NewDisposeScope();
        using var trainer = SmallGan.Trainer();
        trainer.Learn(20, snapshotsAt: [5, 15]);
        var scores = trainer.Tournament(trainer.Snapshots[0].Images, zeros(3, 1, 4, 4));
        Assert.Equal((2, 4), (scores.GetLength(0), scores.GetLength(1)));
        Assert.Equal((scores[0, 0], scores[1, 0]), (scores[0, 2], scores[1, 2]));
        Assert.NotEqual(scores[0, 2], scores[0, 3]);
    }

    [Fact]
    public void Without_snapshots_it_is_empty()
    {
        using var trainer = SmallGan.Trainer();
        Assert.Empty(trainer.Tournament());
    }

    [Fact]
    public void D_gets_its_present_weights_back_also_where_the_tournament_is_broken_off()
    {
        using var discriminator = new Tiring();
        using var images = zeros(8, 1, 4, 4);
        using var trainer = new GanTrainer(SmallGan.Generator(), discriminator, images, batchSize: 8);
        trainer.Learn(6, snapshotsAt: [2, 4]);
        var before = Freeze.Fingerprints(discriminator);
        discriminator.PassesLeft = 1;
        Assert.Throws<TimeoutException>(() => trainer.Tournament());
        Assert.Equal(before, Freeze.Fingerprints(discriminator));
    }

    private sealed class Tiring : nn.Module<Tensor, Tensor>
    {
        private readonly MlpDiscriminator inner = SmallGan.Discriminator();

        public Tiring() : base(nameof(Tiring)) => RegisterComponents();

        public int PassesLeft { get; set; } = int.MaxValue;

        public override Tensor forward(Tensor images) => PassesLeft-- > 0 ? inner.forward(images) : throw new TimeoutException();
    }
}
