using System.Diagnostics;

namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// Keeps the kernel able to hear while cells fill the thread pool. The sockets' completions run on the pool, and the pool adds only one or two threads
/// a second. So an interrupt could wait for many seconds behind the tasks of a cell.
/// </summary>
internal static class PoolWatch
{
    private const int Most = 2000, Calm = 25;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMilliseconds(50), BusyPatience = TimeSpan.FromMilliseconds(300);

    /// <summary>Begins to watch.</summary>
    public static void Start() => new Thread(Watch) { IsBackground = true, Name = "pool watch" }.Start();

    private static void Watch()
    {
        ThreadPool.GetMinThreads(out var usual, out var ports);
        for (var calm = 0; ; calm++)
        {
            var (more, served) = (16, new ManualResetEventSlim());
            ThreadPool.UnsafeQueueUserWorkItem(done => done.Set(), served, preferLocal: false);
            var (began, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            while (!served.Wait(Patience))
            {
                calm = 0;
                var elapsed = Stopwatch.GetElapsedTime(began);
                // Threads that compute make room by themselves, if late: Parallel.For's change places. Each further thread would take processor time
                // from the others, so that the next is later still. Threads that wait cost nothing.
                if (Environment.CpuUsage.TotalTime - used > elapsed / 2 && elapsed < BusyPatience)
                    continue;
                // Up to its minimum, the pool starts a thread at once for each waiting item.
                if (ThreadPool.ThreadCount < Most)
                    ThreadPool.SetMinThreads(ThreadPool.ThreadCount + more, ports);
                (more, began, used) = (more * 2, Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            }
            if (calm == Calm)
                ThreadPool.SetMinThreads(usual, ports); // The cell that filled the pool has ended. The next one begins with a pool like a new kernel's.
            Thread.Sleep(Interval);
        }
    }
}
