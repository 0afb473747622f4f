using System.Collections.Concurrent;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// Runs one cell on the current thread. The code after an await runs on this thread too, because libraries keep data per thread. If the
/// thread is busy or blocked (for example by <c>task.Result</c>) for 50 ms, the code after the await runs on a new thread, to avoid a deadlock.
/// </summary>
internal sealed class CellContext : SynchronizationContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);
    private readonly BlockingCollection<Work> queue = [];
    private readonly CancellationToken stop;
    private volatile bool over;

    private CellContext(CancellationToken stop) => this.stop = stop;

    /// <summary>Runs a cell's body to its end, with everything that it awaits.</summary>
    /// <exception cref="CellStoppedException">The token asked to stop the cell.</exception>
    public static void Run(Func<Task> body, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            throw new CellStoppedException(null);
        var context = new CellContext(cancel);
        var before = Current;
        SetSynchronizationContext(context);
        try
        {
            StoppableRun.Run(() => context.RunToEnd(body), Tell, cancel);
        }
        finally
        {
            context.over = true;
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        d(state);
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        // What a stopped cell left behind does not go on beside the next cell. Until then the code after an await cleans up.
        if (over && stop.IsCancellationRequested && !StopRequest.Asked)
            return;
        var work = new Work(this, d, state);
        if (!over)
            queue.Add(work, CancellationToken.None);
        Task.Delay(over ? TimeSpan.Zero : Patience, CancellationToken.None)
            .ContinueWith(_ => work.StartElsewhere(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private void RunToEnd(Func<Task> body)
    {
        var task = body();
        task.ContinueWith(_ => queue.Add(new(this, _ => { }, null)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (!task.IsCompleted)
            StoppableRun.Pump(queue.Take).Run();
        over = true;
        while (queue.TryTake(out var left))
            left.Run();
        task.GetAwaiter().GetResult();
    }

    private static void Tell(string text) => RunningCell.Print("stderr", text);

    private sealed class Work(CellContext context, SendOrPostCallback callback, object? state)
    {
        private int taken;

        public void Run()
        {
            if (Interlocked.Exchange(ref taken, 1) == 1)
                return;
            try
            {
                callback(state);
            }
            catch (Exception error)
            {
                // The error comes from an async void method, so nobody can await the error.
                if (!context.stop.IsCancellationRequested)
                    UnobservedErrors.Report(error);
            }
        }

        // The work gets a new thread and not a thread of the pool, because the cell may fill the pool.
        public void StartElsewhere()
        {
            if (Volatile.Read(ref taken) == 0)
                new Thread(RunElsewhere) { IsBackground = true, Name = "notebook continuation" }.Start();
        }

        private void RunElsewhere()
        {
            SetSynchronizationContext(context);
            try
            {
                StoppableRun.Run(Run, Tell, context.stop);
            }
            catch (CellStoppedException)
            {
                // The work was stopped together with its cell.
            }
        }
    }
}
