using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using CourseKit.Kernel.Session.Output;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// The thread that runs all cells of a session. Libraries keep data per thread (such as torch's gradient mode and dispose scopes), and this data must
/// last from cell to cell. Only if a native call can never return, another thread takes its place.
/// </summary>
internal sealed class CellThread : IDisposable
{
    // Code of cells may use as much as a program has on Windows. The rest is for exceptions: if each level of an endless recursion
    // catches the exception of the level below and throws another one, the runtime takes about thirty kilobytes of stack for each. The system only
    // gives memory for what is used.
    private const int Usable = 1 << 20, StackSize = 256 << 20;

    [ThreadStatic] private static CellThread? current;

    private readonly BlockingCollection<(Func<Task> Body, CancellationToken Cancel, TaskCompletionSource Done)> cells = [];

    private volatile TaskCompletionSource? running;

    public CellThread() => Begin();

    /// <summary>Ends the running cell with an error, from its own thread, which is never used again: the caller must not return to the cell.</summary>
    /// <param name="message">What went wrong.</param>
    /// <returns>Whether the current thread is one that runs cells. If not, nothing happens.</returns>
    public static bool Abandon(string message)
    {
        if (current is not { running: { } done } thread)
            return false;
        StoppableRun.Abandon();
        thread.Begin();
        // The native code called back into a method of a library, which told this. Above that method is the call of the cell.
        var told = Array.FindIndex(new StackTrace().GetFrames(), frame => frame.GetMethod()?.IsDefined(typeof(UnmanagedCallersOnlyAttribute), inherit: false) is true);
        done.SetException(new LostCallException(message, new(told + 1, fNeedFileInfo: true)));
        return true;
    }

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

    private void Begin() => new Thread(Loop, StackSize) { IsBackground = true, Name = "notebook" }.Start();

    private void Loop()
    {
        current = this;
        RunningCell.EnterNotebook();
        foreach (var (body, cancel, done) in cells.GetConsumingEnumerable())
        {
            running = done;
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
