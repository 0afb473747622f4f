namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// How fast a cell may print: as fast as it likes at first, then no faster than a front end shows it. A loop that prints for ever would else fill the
/// memory of everyone between here and the page, and the page would be too busy to notice the Stop button.
/// </summary>
internal sealed class OutputPace(TimeProvider clock)
{
    /// <summary>Characters that go out at full speed, and those a second after that.</summary>
    public const int Burst = 16_000_000, Rate = 2_000_000;

    private const double Longest = .05; // so that Stop comes in between
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
