namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// Limits how fast a cell prints. The first 16 million characters have no limit. Then the limit is the speed at which front ends show text.
/// Without it, an endless loop that prints would fill the memory of kernel, server and browser. The page would be too busy to notice Stop.
/// </summary>
internal sealed class OutputPace(TimeProvider clock)
{
    /// <summary>Burst: how many characters may be printed without waiting. Rate: by how many characters per second this number grows again.</summary>
    public const int Burst = 16_000_000, Rate = 2_000_000;

    private const double Longest = .05; // seconds; short, so that a stop of the cell takes effect between two waits
    private double allowance = Burst;
    private long last = clock.GetTimestamp();

    /// <summary>How long the cell must wait after it has printed this number of characters; at most 50 ms.</summary>
    public TimeSpan After(int characters)
    {
        var now = clock.GetTimestamp();
        allowance = Math.Min(Burst, allowance + Rate * clock.GetElapsedTime(last, now).TotalSeconds) - characters;
        last = now;
        return allowance >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest, -allowance / Rate));
    }
}
