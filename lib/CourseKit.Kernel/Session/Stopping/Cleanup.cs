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
    private static readonly Lock Gate = new();
    private static int stops, running;
    private static long until;
    private int depth, stop;
    private Action? beginning;

    /// <summary>Whether this thread cleans up and still may.</summary>
    public static bool IsRunningHere => ofThread is { depth: > 0 } own && own.stop == Volatile.Read(ref stops) && Environment.TickCount64 < Volatile.Read(ref until);

    /// <summary>Whether some thread cleans up and still may.</summary>
    public static bool IsRunningAnywhere => Volatile.Read(ref running) > 0 && !IsLate;

    private static bool IsLate => Environment.TickCount64 >= Volatile.Read(ref until);

    /// <summary>Whether the time for clean-ups was taken away.</summary>
    public static bool Insisted => Volatile.Read(ref until) == 0;

    /// <summary>Says what to call on this thread when a clean-up begins, before its first line runs.</summary>
    public static void OnBeginning(Action call) => (ofThread ??= new()).beginning = call;

    /// <summary>Begins the time that stopped code has for its clean-up.</summary>
    public static void Begin()
    {
        lock (Gate)
        {
            Volatile.Write(ref until, Environment.TickCount64 + (long)Limit.TotalMilliseconds);
            (stops, running) = (stops + 1, 0);
            Tell();
        }
    }

    /// <summary>Ends this time.</summary>
    public static void Insist()
    {
        Volatile.Write(ref until, 0);
        Watch();
    }

    /// <summary>Tells the checks if the time is over.</summary>
    public static void Watch()
    {
        lock (Gate)
            Tell();
    }

    /// <summary>Ends this time for good: what threads clean up now, they do not clean up in a later cell.</summary>
    public static void End()
    {
        lock (Gate)
        {
            (stops, running) = (stops + 1, 0);
            Tell();
        }
    }

    public static void Enter()
    {
        var own = ofThread ??= new();
        lock (Gate)
        {
            // A block that an exception has left never called Leave. So the depth of an earlier stop means nothing.
            if (own.stop != stops)
                (own.stop, own.depth) = (stops, 0);
            if (++own.depth > 1)
                return;
            running++;
            Tell();
        }
        own.beginning?.Invoke();
    }

    public static void Leave()
    {
        if (ofThread is not { depth: > 0 } own)
            return;
        lock (Gate)
        {
            if (--own.depth > 0 || own.stop != stops)
                return;
            running--;
            Tell();
        }
    }

    private static void Tell() => StopRequest.Take(IsLate, running == 0);
}
