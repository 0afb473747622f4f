using System.Collections.Concurrent;

namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// A thread for work of the kernel's own that awaits. What comes after an await comes back to this thread. It does not need the thread pool, which a
/// cell may fill. (<c>await foreach</c> over a channel would need it.)
/// </summary>
internal sealed class KernelThread : SynchronizationContext
{
    private readonly BlockingCollection<(SendOrPostCallback Continue, object? State)> waiting = [];

    /// <summary>Begins work that goes on until the process ends.</summary>
    public static void Run(string name, Func<Task> work)
    {
        var context = new KernelThread();
        new Thread(() =>
        {
            SetSynchronizationContext(context);
            _ = work();
            foreach (var (next, state) in context.waiting.GetConsumingEnumerable())
                next(state);
        })
        {
            IsBackground = true,
            Name = name,
        }.Start();
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => waiting.Add((d, state));
}
