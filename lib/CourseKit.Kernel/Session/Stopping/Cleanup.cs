namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// What a thread cleans up after a stop. A finally block that begins after the stop was asked for is clean-up: Stop's exception passes it. A loop that
/// catches this exception and goes on is in no such block, so it is stopped again.
/// </summary>
internal sealed class Cleanup
{
    /// <summary>How long the clean-up of stopped code may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [ThreadStatic] private static Cleanup? ofThread;
    private static volatile int stops;
    private static long until;
    private int depth, stop;
    private Action? beginning;

    /// <summary>Whether this thread cleans up and still may.</summary>
    public static bool IsRunningHere => ofThread is { IsRunning: true };

    /// <summary>Whether the time for clean-ups was taken away.</summary>
    public static bool Insisted => Volatile.Read(ref until) == 0;

    /// <summary>Whether the thread cleans up and still may.</summary>
    public bool IsRunning => Volatile.Read(ref depth) > 0 && stop == stops && Environment.TickCount64 < Volatile.Read(ref until);

    /// <summary>The clean-up of the current thread.</summary>
    /// <param name="beginning">Called on this thread when a clean-up begins, before its first line runs.</param>
    public static Cleanup OfThisThread(Action beginning)
    {
        var own = ofThread ??= new();
        own.beginning = beginning;
        return own;
    }

    /// <summary>Begins the time that stopped code has for its clean-up.</summary>
    public static void Begin()
    {
        Volatile.Write(ref until, Environment.TickCount64 + (long)Limit.TotalMilliseconds);
        Interlocked.Increment(ref stops);
    }

    /// <summary>Ends this time.</summary>
    public static void Insist() => Volatile.Write(ref until, 0);

    /// <summary>Ends this time for good: what threads cleaned up then, they do not clean up in a later cell.</summary>
    public static void End() => Interlocked.Increment(ref stops);

    public static void Enter()
    {
        var own = ofThread ??= new();
        // A block that an exception has left never called Leave. So the depth of an earlier stop means nothing.
        if (own.stop != stops)
            (own.stop, own.depth) = (stops, 0);
        if (++own.depth == 1)
            own.beginning?.Invoke();
    }

    public static void Leave()
    {
        if (ofThread is { depth: > 0 } own)
            own.depth--;
    }
}
