using System.Diagnostics;

namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// Keeps the kernel able to hear while cells fill the thread pool. The sockets' completions run on the pool, and the pool adds only one or two threads
/// a second. So an interrupt could wait for many seconds behind the tasks of a cell.
/// </summary>
internal static class PoolWatch
{
    private const int More = 16, Plenty = 100, Most = 2000, Calm = 25;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMilliseconds(50), TurnOfThreads = TimeSpan.FromMilliseconds(400);

    /// <summary>Begins to watch.</summary>
    public static void Start() => new Thread(Watch) { IsBackground = true, Name = "pool watch" }.Start();

    private static void Watch()
    {
        (int Workers, int Ports)? before = null; // the pool's minimum before this raised it
        for (var calm = 0; ; calm++)
        {
            var served = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(done => done.Set(), served, preferLocal: false);
            var used = Environment.CpuUsage.TotalTime;
            for (var began = Stopwatch.GetTimestamp(); !served.Wait(Patience);)
            {
                calm = 0;
                // More threads help where those of the pool wait for something. Where they compute, they make room by themselves, if late: those of
                // Parallel.For change places. And where the machine is busy, each one more makes all others later still.
                var isComputing = Environment.CpuUsage.TotalTime - used > Stopwatch.GetElapsedTime(began) / 20 || ManyWantToRun();
                if (served.Wait((!isComputing ? TimeSpan.Zero : ThreadPool.ThreadCount > Plenty ? 5 * TurnOfThreads : TurnOfThreads) + (4 * TimeToBegin())))
                    break;
                // Up to its minimum, the pool starts a thread at once for each waiting item.
                if (ThreadPool.ThreadCount >= Most)
                    continue;
                ThreadPool.GetMinThreads(out var workers, out var ports);
                before ??= (workers, ports);
                ThreadPool.SetMinThreads(ThreadPool.ThreadCount + More, ports);
            }
            // The cell that filled the pool has ended. The next one begins with a pool as it was.
            if (calm >= Calm && before is { } usual)
            {
                ThreadPool.SetMinThreads(usual.Workers, usual.Ports);
                before = null;
            }
            Thread.Sleep(Interval);
        }
    }

    // On a busy machine, threads that compute may get little of the processor. But they want it: Linux lists them as running (R), not as sleeping.
    private static bool ManyWantToRun()
    {
        var many = 4 * Environment.ProcessorCount;
        return OperatingSystem.IsLinux() && Directory.EnumerateDirectories("/proc/self/task").Where(WantsToRun).Take(many).Count() == many;

        static bool WantsToRun(string thread)
        {
            try
            {
                // "ID (NAME) STATE ..."; the name may hold anything, also parentheses.
                var stat = File.ReadAllText(Path.Combine(thread, "stat"));
                return stat.AsSpan(stat.LastIndexOf(')') + 1).StartsWith(" R");
            }
            catch (IOException)
            {
                return false; // the thread has ended meanwhile
            }
        }
    }

    // How long a new thread waits for its first moment on a processor.
    private static TimeSpan TimeToBegin()
    {
        var began = Stopwatch.GetTimestamp();
        var thread = new Thread(() => { });
        thread.Start();
        thread.Join();
        return Stopwatch.GetElapsedTime(began);
    }
}
