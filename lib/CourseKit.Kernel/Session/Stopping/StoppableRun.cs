using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Runs a student's code on a thread so that it can be stopped. The code stops by itself at the next check (<see cref="StopRequest"/>). Waits are
/// interrupted, child processes of the cell are ended, and sockets that the thread waits for are shut down. A long call into a library cannot be
/// stopped: the runtime can abort a thread, but often the process ends with it. So the user is told, and the code stops when the call returns.
/// </summary>
internal sealed class StoppableRun
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(40), Patience = TimeSpan.FromSeconds(1);
    [ThreadStatic] private static StoppableRun? current;

    private readonly Thread thread = Thread.CurrentThread;
    private readonly int threadId = BlockedSocket.CurrentThread;
    private readonly long begun = Stopwatch.GetTimestamp();
    private readonly Lock gate = new();
    private readonly Action<string> tell;
    private bool over, interrupted;
    private volatile bool asked, pumping;
    private volatile CancellationTokenSource? giveUp;
    private int guards;
    private StackTrace? at;

    private StoppableRun(Action<string> tell)
    {
        this.tell = tell;
        Cleanup.OnBeginning(ForgetInterruption);
    }

    /// <summary>Runs the action on the current thread.</summary>
    /// <param name="action">The student's code.</param>
    /// <param name="tell">Shows a sentence to the user, from any thread.</param>
    /// <param name="cancel">Asks to stop the action.</param>
    /// <exception cref="CellStoppedException">The action was stopped.</exception>
    public static void Run(Action action, Action<string> tell, CancellationToken cancel)
    {
        var run = new StoppableRun(tell);
        // The stop runs on a thread of its own, because the canceller must not wait, and the cell itself may fill the thread pool.
        using var request = cancel.UnsafeRegister(_ => new Thread(run.Stop) { IsBackground = true, Name = "stop" }.Start(), null);
        current = run;
        Exception? thrown = null;
        try
        {
            action();
        }
        catch (Exception error)
        {
            thrown = error;
        }
        current = null;
        run.End();
        // Code that ends by itself after a stop was in a call that could not be interrupted, or it caught Stop's exception.
        if (run.asked)
            throw new CellStoppedException(run.at ?? (thrown is null ? null : new(thrown, fNeedFileInfo: true)));
        if (thrown is not null)
            ExceptionDispatchInfo.Throw(thrown);
    }

    /// <summary>The code on the current thread will never go on, so it cannot be stopped any more.</summary>
    public static void Abandon()
    {
        current?.End();
        current = null;
    }

    /// <summary>Begins a section in which the current thread is not interrupted; <see cref="Guard.Dispose"/> ends it.</summary>
    /// <exception cref="OperationCanceledException">The code must stop; it stops here.</exception>
    public static Guard Protect()
    {
        if (current is not { } run)
            return default;
        // Either this thread sees the request, or the thread that makes the request sees the guard.
        if (Interlocked.Increment(ref run.guards) == 1 && run.asked && StopRequest.MustStop)
        {
            Interlocked.Decrement(ref run.guards);
            throw new OperationCanceledException("Stopped.");
        }
        return new(run);
    }

    /// <summary>
    /// Waits for code to run on the current thread. This wait is not interrupted, because a stop ends the awaits of the cell, and the code after them
    /// comes here.
    /// </summary>
    /// <exception cref="OperationCanceledException">The cell was stopped, and nothing came for as long as a clean-up may take.</exception>
    public static T Pump<T>(Func<CancellationToken, T> wait)
    {
        var run = current!;
        var limit = new CancellationTokenSource(); // Never disposed: the thread that stops the cell may just be about to cancel it.
        run.pumping = true;
        try
        {
            while (true)
            {
                try
                {
                    run.giveUp = limit;
                    return wait(limit.Token);
                }
                catch (ThreadInterruptedException)
                {
                    // The interruption was meant for a wait that had just ended.
                }
            }
        }
        finally
        {
            run.giveUp = null;
            run.pumping = false;
        }
    }

    private void Stop()
    {
        lock (gate)
        {
            if (over)
                return;
            asked = true;
            AppDomain.CurrentDomain.FirstChanceException += NotePlace;
        }
        Interlocked.MemoryBarrier();
        ChildProcesses.End(Stopwatch.GetElapsedTime(begun));
        var (since, told, insisted) = (Stopwatch.StartNew(), false, false);
        while (true)
        {
            Thread.Sleep(Step);
            Cleanup.Watch();
            lock (gate)
            {
                if (over)
                    return;
                // What the cell waits for may be another thread that cleans up.
                if (Volatile.Read(ref guards) > 0 || Cleanup.IsRunningAnywhere)
                    continue;
                if (!pumping && thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin))
                {
                    interrupted = true;
                    thread.Interrupt();
                }
            }
            // A cell that had not come to its next check yet may have started a child after the stop.
            ChildProcesses.End(Stopwatch.GetElapsedTime(begun));
            BlockedSocket.Release(threadId);
            if (StopRequest.Insisted || since.Elapsed > Cleanup.Limit)
                giveUp?.Cancel();
            if (StopRequest.Insisted && !insisted)
            {
                insisted = true;
                ChildProcesses.End(TimeSpan.MaxValue);
                tell("Stop: the cell is still inside that call. To end it now, restart the kernel; its variables are lost then.\n");
            }
            if (since.Elapsed > Patience && !told && !pumping)
            {
                told = true;
                tell("Stop: the cell is inside a call that cannot be interrupted. The cell stops when the call returns.\n");
            }
        }
    }

    // The stack is complete only here. Behind an await, the stack of the exception names none of the method's earlier lines.
    private void NotePlace(object? sender, FirstChanceExceptionEventArgs first)
    {
        if (current == this && first.Exception is (ThreadInterruptedException or OperationCanceledException))
            at ??= new(fNeedFileInfo: true);
    }

    // A clean-up begins. From here on Stop sees that, and an interruption that is still on its way must not hit the first wait of the clean-up.
    private void ForgetInterruption()
    {
        while (true)
        {
            try
            {
                lock (gate)
                {
                    if (!interrupted)
                        return;
                    interrupted = false;
                }
                Thread.Sleep(1);
                return;
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }

    // A late interruption must not reach the next cell.
    private void End()
    {
        while (true)
        {
            try
            {
                lock (gate)
                    over = true;
                AppDomain.CurrentDomain.FirstChanceException -= NotePlace;
                if (asked)
                    Thread.Sleep(1);
                return;
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }

    /// <summary>Ends a section without interruptions when it is disposed.</summary>
    public readonly ref struct Guard(StoppableRun? run) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose()
        {
            if (run is not null)
                Interlocked.Decrement(ref run.guards);
        }
    }
}
