using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// Looks four times a second at what all processes of a submission take together. <c>prlimit</c> limits the memory of each process alone, and
/// does not limit the number of the superuser's processes.
/// </summary>
internal sealed class SubmissionWatch : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource ended = new();
    private readonly (int Root, Limits Limits, Action Stop) of;
    private readonly Task watching;
    private volatile string? excess;

    /// <summary>Begins to watch.</summary>
    /// <param name="root">The id of the first process of the submission.</param>
    /// <param name="limits">What the submission may use.</param>
    /// <param name="stop">Ends the submission's processes.</param>
    public SubmissionWatch(int root, Limits limits, Action stop)
    {
        of = (root, limits, stop);
        watching = WatchAsync();
    }

    /// <summary>What the submission took too much of, as the end of a sentence ("took more than ..."); null if it kept to the limits.</summary>
    public string? Excess => excess;

    /// <summary>Looks now. At the end of a cell this tells apart what this cell took from what the next one will take.</summary>
    /// <returns>Whether the submission kept to the limits. If not, its processes have been ended.</returns>
    public bool Keeps()
    {
        var (megabytes, tasks) = ProcessTree.Of(of.Root);
        excess ??= megabytes > of.Limits.Megabytes ? Invariant($"took more than {of.Limits.Megabytes} MB of memory")
            : tasks > of.Limits.Processes ? Invariant($"started more than {of.Limits.Processes} processes and threads") : null;
        if (excess is not null)
            of.Stop();
        return excess is null;
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watching;
        ended.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
                Keeps();
        }
        catch (OperationCanceledException)
        {
            // The submission has ended.
        }
    }
}
