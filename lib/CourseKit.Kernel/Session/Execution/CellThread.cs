using System.Collections.Concurrent;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// The one thread that a session's cells run on, so that data which libraries keep for each thread (torch's gradient mode, its dispose scopes)
/// last from cell to cell. Only a cell that had to be aborted ends the thread; then a new one starts.
/// </summary>
internal sealed class CellThread : IDisposable
{
    private readonly BlockingCollection<(Func<Task> Body, CancellationToken Cancel, TaskCompletionSource Done)> cells = [];

    public CellThread() => Start();

    /// <summary>Runs a cell's body and waits for what it awaits.</summary>
    /// <exception cref="CellStoppedException">The token asked to stop the cell.</exception>
    public Task RunAsync(Func<Task> body, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cells.Add((body, cancel, done), CancellationToken.None);
        return done.Task;
    }

    /// <summary>Ends the thread after the cell that is running.</summary>
    public void Dispose() => cells.CompleteAdding();

    private void Start() => new Thread(Loop) { IsBackground = true, Name = "notebook" }.Start();

    private void Loop()
    {
        RunningCell.EnterNotebook();
        foreach (var (body, cancel, done) in cells.GetConsumingEnumerable())
        {
            try
            {
                CellContext.Run(body, cancel);
                done.SetResult();
            }
            catch (Exception error)
            {
                if (error is CellStoppedException { ThreadIsSpent: true })
                    Start();
                done.SetException(error);
                if (error is CellStoppedException { ThreadIsSpent: true })
                    return;
            }
        }
    }
}
