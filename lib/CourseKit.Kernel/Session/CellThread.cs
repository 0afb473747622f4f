using System.Collections.Concurrent;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session;

/// <summary>
/// The one thread a session's cells run on, so that what libraries keep by thread (torch's gradient mode, its dispose scopes) lasts from cell to cell.
/// </summary>
internal sealed class CellThread : IDisposable
{
    private readonly BlockingCollection<Action> cells = [];

    public CellThread()
    {
        new Thread(Loop) { IsBackground = true, Name = "notebook" }.Start();
    }

    /// <summary>Runs a cell's body and waits for what it awaits.</summary>
    /// <exception cref="CellStoppedException">The token asked to stop it.</exception>
    public Task RunAsync(Func<Task> body, CancellationToken cancel)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cells.Add(() =>
        {
            try
            {
                CellContext.Run(body, cancel);
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }, CancellationToken.None);
        return done.Task;
    }

    /// <summary>Ends the thread after the cell that is running.</summary>
    public void Dispose() => cells.CompleteAdding();

    private void Loop()
    {
        RunningCell.EnterNotebook();
        foreach (var cell in cells.GetConsumingEnumerable())
            cell();
        cells.Dispose();
    }
}
