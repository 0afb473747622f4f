using System.Collections.Concurrent;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// The thread that runs all cells of a session. Libraries keep data per thread (such as torch's gradient mode and dispose scopes), and this data must
/// last from cell to cell. Only when a cell had to be aborted does a new thread replace this one, because a thread can be aborted only once.
/// </summary>
internal sealed class CellThread : IDisposable
{
    private readonly BlockingCollection<(Func<Task> Body, CancellationToken Cancel, TaskCompletionSource Done)> cells = [];

    public CellThread() => Start();

    /// <summary>Runs a cell's body on the thread. The task ends when the body and everything that it awaits have ended.</summary>
    /// <exception cref="CellStoppedException">The token asked to stop the cell.</exception>
    public Task RunAsync(Func<Task> body, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cells.Add((body, cancel, done), CancellationToken.None);
        return done.Task;
    }

    /// <summary>Ends the thread when the running cell has ended.</summary>
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
