using CourseKit.Kernel.Jupyter;

namespace CourseKit.Kernel.Tests.Jupyter;

public sealed class OutputPaceTests
{
    [Fact]
    public void Ten_megabytes_go_at_full_speed_and_a_loop_without_end_is_slowed_down()
    {
        var clock = new Clock();
        var pace = new OutputPace(clock);
        const int Batch = 1 << 16;
        for (var printed = 0; printed < 10_000_000; printed += Batch)
            Assert.Equal(TimeSpan.Zero, pace.After(Batch));

        var total = 10_000_000.0;
        for (var start = clock.Now; clock.Now - start < TimeSpan.FromMinutes(1); total += Batch)
        {
            var wait = pace.After(Batch);
            Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
            clock.Now += wait + TimeSpan.FromMilliseconds(0.1);
        }
        Assert.InRange(total, OutputPace.Burst, OutputPace.Burst + 61.0 * OutputPace.Rate);
    }

    [Fact]
    public void Silence_earns_the_speed_back()
    {
        var clock = new Clock();
        var pace = new OutputPace(clock);
        pace.After(OutputPace.Burst + OutputPace.Rate);
        clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(TimeSpan.Zero, pace.After(OutputPace.Burst));
        Assert.NotEqual(TimeSpan.Zero, pace.After(OutputPace.Rate));
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
