namespace CourseKit.Kernel.Jupyter;

/// <summary>
/// Keeps the kernel able to hear while cells fill the thread pool. The sockets' completions run on the pool, and the pool adds only one or two threads
/// a second. So an interrupt could wait for many seconds behind the tasks of a cell.
/// </summary>
internal static class PoolWatch
{
    private const int More = 16, Most = 2000;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromMilliseconds(50);

    /// <summary>Begins to watch.</summary>
    public static void Start() => new Thread(Watch) { IsBackground = true, Name = "pool watch" }.Start();

    private static void Watch()
    {
        while (true)
        {
            var served = new ManualResetEventSlim();
            ThreadPool.UnsafeQueueUserWorkItem(done => done.Set(), served, preferLocal: false);
            while (!served.Wait(Patience))
            {
                // Up to its minimum, the pool starts a thread at once for each waiting item.
                ThreadPool.GetMinThreads(out _, out var ports);
                if (ThreadPool.ThreadCount < Most)
                    ThreadPool.SetMinThreads(ThreadPool.ThreadCount + More, ports);
            }
            Thread.Sleep(Interval);
        }
    }
}
