namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// Limits how fast a cell prints: at first not at all, then to the speed at which a front end shows text. Without a limit, an endless loop that
/// prints would fill the memory of all programs between here and the page. The page would be too busy to notice the Stop button.
/// </summary>
internal sealed class OutputPace(TimeProvider clock)
{
    /// <summary>The number of characters that go out at full speed, and the number of characters a second after that.</summary>
    public const int Burst = 16_000_000, Rate = 2_000_000;

    private const double Longest = .05; // so that a stop can come between two waits
    private double allowance = Burst;
    private long last = clock.GetTimestamp();

    /// <summary>How long to wait after printing so many characters.</summary>
    public TimeSpan After(int characters)
    {
        var now = clock.GetTimestamp();
        allowance = Math.Min(Burst, allowance + Rate * clock.GetElapsedTime(last, now).TotalSeconds) - characters;
        last = now;
        return allowance >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Longest, -allowance / Rate));
    }
}
