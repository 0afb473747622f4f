using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Ends code that must stop. The session adds calls of these methods to the code of cells: at the beginning of methods and lambdas, in loops, in
/// finally blocks and at awaits. Libraries find <see cref="Check"/> as <c>notebook.stop</c>. The process has one such request, because cells take
/// turns in it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class StopRequest
{
    // How far a counting loop counts between two checks: milliseconds at most, since such a loop calls nothing.
    internal const int Rounds = 65536;

    // The class has no initializers. Otherwise each check would first test whether they have run.
    private static bool asked, late, alone;
    private static volatile nuint top, bottom, low, room;

    /// <summary>Whether the code on this thread must stop now. Code that cleans up after a stop need not, until the limit has passed.</summary>
    internal static bool MustStop => Asked && !Cleanup.IsRunningHere;

    /// <summary>Whether the stop was asked for a second time.</summary>
    internal static bool Insisted => Asked && Cleanup.Insisted;

    /// <summary>Whether a stop was asked for and no cell has begun since.</summary>
    internal static bool Asked => Volatile.Read(ref asked);

    /// <summary>Asks all code of cells that runs now to stop, on whatever thread.</summary>
    internal static void Ask()
    {
        Volatile.Write(ref asked, true);
        room = 0;
        Cleanup.Begin();
        Awaits.Cancel();
    }

    /// <summary>Takes away the time that stopped code has for its clean-up.</summary>
    internal static void Insist() => Cleanup.Insist();

    /// <summary>Takes over what <see cref="Cleanup"/> knows.</summary>
    /// <param name="isLate">Whether the time for clean-ups is over.</param>
    /// <param name="isAlone">Whether no thread cleans up.</param>
    internal static void Take(bool isLate, bool isAlone)
    {
        Volatile.Write(ref late, asked && isLate);
        Volatile.Write(ref alone, asked && (isAlone || isLate));
    }

    /// <summary>Lets code of cells run again after a stop.</summary>
    internal static void Rearm()
    {
        if (!Asked)
            return;
        Volatile.Write(ref asked, false);
        Cleanup.End();
        Awaits.Rearm();
    }

    /// <summary>Tells the checks where the stack of the current thread is, which runs the cells.</summary>
    /// <param name="usable">How many bytes code of cells may use.</param>
    /// <param name="size">The size of the stack, in bytes.</param>
    internal static unsafe void MeasureStack(int usable, int size)
    {
        byte here;
        top = (nuint)(&here);
        bottom = top - (nuint)size;
        Allow((nuint)usable);
    }

    /// <summary>Ends the code if it must stop. For libraries.</summary>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    public static void Check()
    {
        if (MustStop)
            Stop(0);
    }

    /// <summary>
    /// Ends a lambda or a method that calls nothing if it must stop. While a thread cleans up, none stops: this keeps the check short, and what
    /// repeats such calls is in a library, which makes it one of the shortest loops there are.
    /// </summary>
    /// <param name="check">The number of the check.</param>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckLeaf(int check)
    {
        if (Volatile.Read(ref alone))
            Stop(check);
    }

    /// <summary>
    /// What the loops of a method look at: whether to stop, or in code that cleans up after a stop whether its time is over. So the slow half of their
    /// checks never returns, and the JIT compiler can keep sums in registers across it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref bool Flag()
    {
        if (Volatile.Read(ref asked))
            return ref FlagSlowly();
        return ref asked;
    }

    /// <summary>Ends a loop if it must stop.</summary>
    /// <param name="flag">What <see cref="Flag"/> gave.</param>
    /// <param name="check">The number of the check.</param>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckLoop(ref bool flag, int check)
    {
        if (Volatile.Read(ref flag))
            Stop(check);
    }

    /// <summary>Ends the code if it must stop. Otherwise a loop may count up for some rounds without a check.</summary>
    /// <param name="counter">The loop's counter.</param>
    /// <param name="end">Where the loop ends, at the latest.</param>
    /// <param name="flag">What <see cref="Flag"/> gave.</param>
    /// <param name="check">The number of the check.</param>
    /// <returns>How far the loop may count before it checks again; the least number there is where it must not count on unseen, since it could overflow.</returns>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CheckUp(int counter, int end, ref bool flag, int check)
    {
        CheckLoop(ref flag, check);
        var limit = Math.Min((long)counter + Rounds, end);
        return limit <= int.MaxValue - Rounds ? (int)limit : int.MinValue;
    }

    /// <inheritdoc cref="CheckUp(int, int, ref bool, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long CheckUp(long counter, long end, ref bool flag, int check)
    {
        CheckLoop(ref flag, check);
        var limit = Math.Min(Math.Min(counter, long.MaxValue - Rounds) + Rounds, end);
        return limit <= long.MaxValue - Rounds ? limit : long.MinValue;
    }

    /// <summary>Ends the code if it must stop. Otherwise a loop may count down for some rounds without a check.</summary>
    /// <param name="counter">The loop's counter.</param>
    /// <param name="end">Where the loop ends, at the latest.</param>
    /// <param name="flag">What <see cref="Flag"/> gave.</param>
    /// <param name="check">The number of the check.</param>
    /// <returns>How far the loop may count before it checks again; the greatest number there is where it must not count on unseen, since it could overflow.</returns>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CheckDown(int counter, int end, ref bool flag, int check)
    {
        CheckLoop(ref flag, check);
        var limit = Math.Max((long)counter - Rounds, end);
        return limit >= int.MinValue + Rounds ? (int)limit : int.MaxValue;
    }

    /// <inheritdoc cref="CheckDown(int, int, ref bool, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long CheckDown(long counter, long end, ref bool flag, int check)
    {
        CheckLoop(ref flag, check);
        var limit = Math.Max(Math.Max(counter, long.MinValue + Rounds) - Rounds, end);
        return limit >= long.MinValue + Rounds ? limit : long.MaxValue;
    }

    /// <summary>Ends the code if it must stop, or if the stack is nearly full.</summary>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    /// <exception cref="InsufficientExecutionStackException">An endless recursion has filled the stack.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining), SkipLocalsInit]
    public static unsafe void Enter()
    {
        byte here;
        // One comparison tests three things: the thread is the cells' own, its stack has room, and nobody has asked to stop.
        if ((nuint)(&here) - low > room)
            EnterSlowly((nuint)(&here));
    }

    /// <summary>Ends the code if the stack is nearly full.</summary>
    /// <exception cref="InsufficientExecutionStackException">An endless recursion has filled the stack.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining), SkipLocalsInit]
    public static unsafe void CheckStack()
    {
        byte here;
        if ((nuint)(&here) - low > room)
            CheckStackSlowly((nuint)(&here));
    }

    /// <summary>Begins a finally block or a Dispose method. After a stop, such code runs to its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BeginCleanup()
    {
        if (Volatile.Read(ref asked))
            Cleanup.Enter();
    }

    /// <summary>Ends what <see cref="BeginCleanup"/> began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EndCleanup()
    {
        if (Volatile.Read(ref asked))
            Cleanup.Leave();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void EnterSlowly(nuint here)
    {
        Check();
        CheckStackSlowly(here);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CheckStackSlowly(nuint here)
    {
        if (here > bottom && here < low)
        {
            // The finally blocks of the methods on the stack run above the full stack, and they need some of it.
            Allow((top - bottom) / 128);
            throw new InsufficientExecutionStackException("The stack is full: a method or a lambda calls itself without end, or too often.");
        }
        RuntimeHelpers.EnsureSufficientExecutionStack();
    }

    private static void Allow(nuint usable)
    {
        low = top - usable;
        room = Asked ? 0 : usable;
    }

    private static ref bool FlagSlowly() => ref Cleanup.IsRunningHere ? ref late : ref asked;

    // Nothing else stands here: the JIT compiler must see that the method never returns. It makes one of calls that are alike, and a traceback would
    // name any of their lines. So each has a number.
#pragma warning disable IDE0060
    private static void Stop(int check) => throw new OperationCanceledException("Stopped.", new CancellationToken(canceled: true));
#pragma warning restore IDE0060
}
