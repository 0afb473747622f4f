using System.Text.RegularExpressions;
using CourseKit.Display;
using CourseKit.Plots;
using CourseKit.Tests.Display;
using CourseKit.Tests.Training;
using CourseKit.Training;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

[Collection("process-wide state")]
public sealed class LiveTrainingTests : IDisposable
{
    private readonly FakeHost host = new();

    public LiveTrainingTests() => Torch.Begin();

    public void Dispose() => host.Dispose();

    [Fact]
    public void It_is_renewed_in_place_at_most_twice_a_second_and_at_the_end()
    {
        var clock = new Clock();
        var live = new LiveTraining(time: clock);
        for (var update = 1; update <= 1000; update++)
        {
            clock.Seconds += 0.01;
            live.Report(update, 1000, ("loss", "D", update));
        }
        Assert.Single(host.Displayed);
        Assert.InRange(host.Updates.Count, 18, 20); // ten seconds
        Assert.Equal("1 of 1,000 updates: it begins", host.Displayed[0]!.ToString());
        Assert.Equal("1,000 updates done", host.Updates[^1]!.ToString());
    }

    [Fact]
    public void The_pace_is_told_while_it_runs_and_nothing_of_the_clock_stays()
    {
        string[] Run(double seconds)
        {
            var clock = new Clock();
            var live = new LiveTraining(time: clock);
            host.Updates.Clear();
            for (var update = 100; update <= 400; update += 100)
            {
                live.Report(update, 400, ("loss", "D", 1.0 / update));
                clock.Seconds += seconds;
            }
            return [.. host.Updates.Select(update => ((IDisplayable)update!).Bundle[0].Text)];
        }
        string[] slow = Run(10), fast = Run(1);
        Assert.Contains("200 of 400 updates: 10 updates a second, 20 s left", slow[0], StringComparison.Ordinal);
        Assert.Contains("<progress value=\"200\" max=\"400\"", slow[0], StringComparison.Ordinal);
        Assert.NotEqual(slow[1], fast[1]);
        Assert.Equal(slow[^1], fast[^1]);
        Assert.DoesNotContain("progress", slow[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Each_curve_is_drawn_in_its_chart_with_no_more_points_than_a_screen_shows_and_gaps_left_out()
    {
        var live = new LiveTraining(time: new Clock());
        for (var update = 1; update <= 5000; update++)
            live.Report(update, 5000, ("a <b>", "one & two", update == 7 ? double.NaN : update), ("a <b>", "other", -1), ("second", "third", 0));
        var html = ((IDisplayable)host.Updates[^1]!).Bundle[0].Text;
        Assert.Contains("a &lt;b&gt;", html, StringComparison.Ordinal);
        Assert.Contains("one &amp; two", html, StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", html + SvgText.Of(html), StringComparison.Ordinal);
        var lines = Regex.Matches(SvgText.Of(html), "points=\"([^\"]+)\"").Select(match => match.Groups[1].Value.Split(' ')).ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.Length, 100, 120));
        Assert.Equal(2, Regex.Count(SvgText.Of(html), "<svg "));
        Assert.InRange(html.Length, 1000, 10_000);
    }

    [Fact]
    public void Pictures_are_taken_at_moments_that_hang_on_the_updates_alone()
    {
        long[] Film(double seconds)
        {
            var clock = new Clock();
            var live = new LiveTraining(() => zeros(4, 1, 2, 2), columns: 2, clock);
            for (var update = 10; update <= 1000; update += 10)
            {
                live.Report(update, 1000);
                clock.Seconds += seconds;
            }
            return [.. live.Film.Select(frame => frame.Update)];
        }
        var film = Film(0.001);
        Assert.Equal(film, Film(3));
        Assert.Equal((10, 1000), (film[0], film[^1]));
        Assert.InRange(film.Length, 20, 50);
        Assert.Contains("alt=\"What it makes at this moment\"", ((IDisplayable)host.Updates[^1]!).Bundle[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_run_is_counted_from_its_own_beginning()
    {
        var clock = new Clock();
        var live = new LiveTraining(time: clock);
        live.Report(0, 10);
        live.Report(10, 10);
        clock.Seconds = 1000;
        live.Report(20, 40);
        clock.Seconds = 1001;
        live.Report(30, 40);
        Assert.Equal("30 of 40 updates: 10 updates a second, 1 s left", host.Updates[^1]!.ToString());
        Assert.Single(host.Displayed);
    }

    [Fact]
    public void If_the_cell_ends_before_the_run_the_view_says_where_it_stopped_and_a_later_run_goes_on_from_there()
    {
        var clock = new Clock();
        var live = new LiveTraining(time: clock);
        foreach (var update in new[] { 500, 510 })
        {
            live.Report(update, 20_000, ("loss", "D", 1));
            clock.Seconds += 0.1;
        }
        host.EndCell();
        Assert.Equal("stopped at 510 of 20,000 updates", host.Updates[^1]!.ToString());
        Assert.DoesNotContain("<progress", ((IDisplayable)host.Updates[^1]!).Bundle[0].Text, StringComparison.Ordinal);
        clock.Seconds += 1000;
        live.Report(520, 20_000);
        Assert.Equal("520 of 20,000 updates: it begins", host.Updates[^1]!.ToString());
        clock.Seconds += 1;
        live.Report(20_000, 20_000);
        host.EndCell();
        Assert.Equal("20,000 updates done", host.Updates[^1]!.ToString());
        Assert.Single(host.Displayed);
    }

    [Fact]
    public void A_training_that_diverged_and_then_stopped_still_says_that_it_diverged()
    {
        var live = new LiveTraining(time: new Clock());
        live.Report(10, 20, ("loss", "D", 1));
        live.Report(11, 20, ("loss", "D", double.NaN));
        host.EndCell();
        Assert.Equal("11 of 20 updates: the training has diverged; begin anew with a lower learning rate", host.Updates[^1]!.ToString());
    }

    [Fact]
    public void To_watch_a_GAN_changes_nothing_that_it_learns()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var alone = SmallGan.Trainer();
        alone.Learn(60, snapshotsAt: [30]);
        manual_seed(3);
        using var watched = SmallGan.Trainer();
        var live = LiveTraining.Of(watched, count: 4, columns: 2);
        watched.Learn(60, snapshotsAt: [30], live);
        Assert.Equal(Freeze.Fingerprints(alone.Generator), Freeze.Fingerprints(watched.Generator));
        Assert.Equal(Freeze.Fingerprints(alone.Discriminator), Freeze.Fingerprints(watched.Discriminator));
        var (first, second) = (Freeze.Fingerprints(alone.Averaged), Freeze.Fingerprints(watched.Averaged));
        Assert.All(first.Where(entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)), entry => Assert.Equal(entry.Value, second[entry.Key]));
        Assert.True(live.Film.Count >= 5);
    }

    public static TheoryData<ITrainingProgress, string> Reports => new()
    {
        { new GanProgress(10, 10, 1.25, 0.75, 0.5, 0.5, TimeSpan.Zero), "Losses: D 1.25, G 0.75" },
        { new DiscriminatorProgress(10, 10, 1.5, 2, -3, TimeSpan.Zero), "D&#39;s score: real 2, its own samples -3" },
        { new AutoEncoderProgress(10, 10, 40, 6, TimeSpan.Zero), "Divergence of the codes: nats 6" },
        { new PixelPainterProgress(10, 10, 0.5, TimeSpan.Zero), "Cross entropy of a pixel: nats 0.5" },
    };

    [Theory]
    [MemberData(nameof(Reports), DisableDiscoveryEnumeration = true)]
    public void What_each_trainer_reports_is_drawn(ITrainingProgress report, string words)
    {
        new LiveTraining(time: new Clock()).Report(report);
        Assert.Contains($"alt=\"{words}\"", ((IDisplayable)host.Displayed[0]!).Bundle[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_auto_encoder_has_no_chart_of_a_divergence()
    {
        new LiveTraining(time: new Clock()).Report(new AutoEncoderProgress(10, 10, 40, 0, TimeSpan.Zero));
        Assert.DoesNotContain("Divergence", ((IDisplayable)host.Displayed[0]!).Bundle[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_leaves_no_tensor_behind()
    {
        using var trainer = SmallGan.Trainer();
        var live = LiveTraining.Of(trainer, count: 4);
        var done = 0;
        Assert.Equal(0, LiveTensors.LeftBy(() => live.Report(new GanProgress(done += 1000, 100_000, 1, 1, 0.5, 0.5, TimeSpan.Zero))));
    }

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * 1000);
    }
}
