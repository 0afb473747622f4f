using System.Diagnostics;
using System.Runtime;
using System.Runtime.ExceptionServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Runs a student's code so that it can be stopped anywhere in managed code. First, the code stops by itself when it prints or displays (its loops
/// check too), and waits such as <c>Thread.Sleep</c> are interrupted. If the code still runs after 400 ms, the thread is aborted. An abort at a bad
/// place can break the process. So output is protected: a half-written message or a lock that is never released would end the session.
/// </summary>
/// <param name="abort">Aborts the thread when it is cancelled. Not disposed, because the cancelling thread may run longer than this run.</param>
internal sealed class StoppableRun(CancellationTokenSource abort)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(40), Patience = TimeSpan.FromMilliseconds(400);
    [ThreadStatic] private static StoppableRun? current;

    private readonly Thread thread = Thread.CurrentThread;
    private readonly Lock gate = new();
    private bool over;
    private volatile bool asked, inside;
    private int guards;
    private StackTrace? at;

    /// <summary>Runs the action on the current thread.</summary>
    /// <exception cref="CellStoppedException">The token asked to stop the action before it had ended.</exception>
    public static void Run(Action action, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            throw new CellStoppedException(null);
        var run = new StoppableRun(new());
        // The stop gets a new thread: the thread that cancels the token must not wait, and the cell may use all threads of the pool.
        using var request = cancel.UnsafeRegister(_ => new Thread(run.Stop) { IsBackground = true, Name = "stop" }.Start(), null);
        var signals = SignalMask.Read();
        current = run;
        var thrown = run.Execute(action);
        current = null;
        if (run.HasAborted)
            signals.Restore();
        run.End();
        if (thrown is null)
            return;
        if (cancel.IsCancellationRequested)
            throw new CellStoppedException(run.at ?? new(thrown, fNeedFileInfo: true)) { ThreadIsSpent = run.HasAborted };
        ExceptionDispatchInfo.Throw(thrown);
    }

    /// <summary>Begins a section in which no stop interrupts or aborts the current thread. <see cref="Guard.Dispose"/> ends the section.</summary>
    /// <exception cref="OperationCanceledException">The code must stop; it stops here.</exception>
    public static Guard Protect()
    {
        if (current is not { } run)
            return default;
        // Either this thread sees the request, or the thread that makes the request sees the guard.
        if (Interlocked.Increment(ref run.guards) == 1 && run.asked)
        {
            Interlocked.Decrement(ref run.guards);
            throw new OperationCanceledException("Stopped.");
        }
        return new(run);
    }

    private bool HasAborted => abort.IsCancellationRequested;

    private Exception? Execute(Action action)
    {
        Exception? thrown = null;
        try
        {
#pragma warning disable SYSLIB0046 // An abort may leave the notebook's data inconsistent. The student can restart the notebook.
            ControlledExecution.Run(
                () =>
                {
                    try
                    {
                        inside = true;
                        action();
                    }
                    catch (Exception error)
                    {
                        thrown = error;
                    }
                    finally
                    {
                        inside = false;
                    }
                },
                abort.Token);
#pragma warning restore SYSLIB0046
        }
        catch (Exception error) when (error is OperationCanceledException or ThreadInterruptedException)
        {
            thrown ??= error;
        }
        return thrown;
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
        Thread? aborting = null;
        var since = Stopwatch.StartNew();
        while (true)
        {
            Thread.Sleep(Step);
            lock (gate)
            {
                if (over)
                    return;
                if (Volatile.Read(ref guards) > 0)
                    continue;
                if (inside && thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin))
                    thread.Interrupt();
            }
            if (aborting is null && since.Elapsed > Patience)
            {
                // Cancel waits until the thread has left native code, so it runs on another thread.
                aborting = new(abort.Cancel) { IsBackground = true };
                aborting.Start();
            }
        }
    }

    // The stack is complete only when the exception is thrown. After an abort has passed through an async method, the method's lines are missing.
    private void NotePlace(object? sender, FirstChanceExceptionEventArgs first)
    {
        if (current == this && first.Exception is (ThreadAbortException or ThreadInterruptedException or OperationCanceledException))
            at ??= new(fNeedFileInfo: true);
    }

    // A late interruption must not reach the next cell. If one is pending, Thread.Sleep throws it here.
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

    /// <summary>A section that <see cref="Protect"/> began. Disposing it ends the section.</summary>
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
