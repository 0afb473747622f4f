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
    private readonly Task watching;
    private volatile string? excess;

    /// <summary>Begins to watch.</summary>
    /// <param name="root">The id of the first process of the submission.</param>
    /// <param name="limits">What the submission may use.</param>
    /// <param name="stop">Ends the submission's processes.</param>
    public SubmissionWatch(int root, Limits limits, Action stop) => watching = Task.Run(async () =>
    {
        using var timer = new PeriodicTimer(Pause);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
            {
                var (megabytes, tasks) = ProcessTree.Of(root);
                excess ??= megabytes > limits.Megabytes ? Invariant($"took more than {limits.Megabytes} MB of memory")
                    : tasks > limits.Processes ? Invariant($"started more than {limits.Processes} processes and threads") : null;
                if (excess is not null)
                    stop();
            }
        }
        catch (OperationCanceledException)
        {
            // The submission has ended.
        }
    });

    /// <summary>What the submission took too much of, as the end of a sentence ("took more than ..."); null if it kept to the limits.</summary>
    public string? Excess => excess;

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await watching;
        ended.Dispose();
    }
}
