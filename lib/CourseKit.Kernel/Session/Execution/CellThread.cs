using System.Collections.Concurrent;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// The thread that runs all cells of a session. Libraries keep data per thread (such as torch's gradient mode and dispose scopes), and this data must
/// last from cell to cell.
/// </summary>
internal sealed class CellThread : IDisposable
{
    // Code of cells may use as much as a program has on Windows. The rest is for exceptions: if each level of an endless recursion
    // catches the exception of the level below and throws another one, the runtime takes about thirty kilobytes of stack for each. The system only
    // gives memory for what is used.
    private const int Usable = 1 << 20, StackSize = 256 << 20;

    private readonly BlockingCollection<(Func<Task> Body, CancellationToken Cancel, TaskCompletionSource Done)> cells = [];

    public CellThread() => new Thread(Loop, StackSize) { IsBackground = true, Name = "notebook" }.Start();

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

    private void Loop()
    {
        RunningCell.EnterNotebook();
        foreach (var (body, cancel, done) in cells.GetConsumingEnumerable())
        {
            StopRequest.MeasureStack(Usable, StackSize);
            try
            {
                CellContext.Run(body, cancel);
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }
    }
}
