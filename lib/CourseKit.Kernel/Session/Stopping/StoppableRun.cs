using System.Diagnostics;
using System.Runtime;
using System.Runtime.ExceptionServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Runs a student's code on a thread, where it may be stopped anywhere in managed code. It stops first where it prints or displays (its loops look
/// by themselves), then in whatever it waits for. If this does not help, the thread is aborted, which the runtime does not survive in every place.
/// Output is guarded, because a torn message or a lock that is never released would end the session.
/// </summary>
/// <param name="abort">Aborts the thread. It is never disposed: the thread that cancels it may outlast the run, and it holds no resource.</param>
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
        // The stop runs on a thread of its own, because the canceller must not wait, and the cell itself may fill the thread pool.
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

    /// <summary>Begins a section in which the current thread is not aborted; <see cref="Guard.Dispose"/> ends it.</summary>
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
#pragma warning disable SYSLIB0046 // This is for hosts whose guest's state need not stay sound. A notebook's state is the student's own.
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
                // Cancel waits until the thread is out of native code.
                aborting = new(abort.Cancel) { IsBackground = true };
                aborting.Start();
            }
        }
    }

    // The stack is complete only here. Once an abort has passed an async method, the stack names none of the method's lines.
    private void NotePlace(object? sender, FirstChanceExceptionEventArgs first)
    {
        if (current == this && first.Exception is (ThreadAbortException or ThreadInterruptedException or OperationCanceledException))
            at ??= new(fNeedFileInfo: true);
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

    /// <summary>Ends a section without aborts when it is disposed.</summary>
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
