using System.Diagnostics;

namespace CourseKit.Training;

/// <summary>What a run of any trainer tells: a report of every tenth update and of the last one, to the history and to who listens.</summary>
/// <typeparam name="T">The trainer's report.</typeparam>
internal sealed class TrainingLog<T> where T : ITrainingProgress
{
    private const int Every = 10;
    private readonly List<T> history;
    private readonly long end;
    private readonly IProgress<T>? progress;
    private readonly TimeSpan before;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    /// <summary>Begins, and tells again what a checkpoint gave back of this run.</summary>
    /// <param name="history">The trainer's reports, earlier runs included.</param>
    /// <param name="begin">Updates before this run.</param>
    /// <param name="end">Updates at its end.</param>
    /// <param name="elapsed">The time in a report.</param>
    /// <param name="progress">Who listens.</param>
    public TrainingLog(List<T> history, long begin, long end, Func<T, TimeSpan> elapsed, IProgress<T>? progress)
    {
        (this.history, this.end, this.progress) = (history, end, progress);
        foreach (var earlier in history.Where(earlier => earlier.Update > begin))
        {
            progress?.Report(earlier);
            before = elapsed(earlier);
        }
    }

    /// <summary>Time since the run began, without a break.</summary>
    public TimeSpan Elapsed => before + clock.Elapsed;

    /// <summary>An update was made.</summary>
    /// <param name="update">Its number.</param>
    /// <param name="report">Makes the report; called only if one is due.</param>
    public void After(long update, Func<T> report)
    {
        if (update % Every != 0 && update != end)
            return;
        history.Add(report());
        progress?.Report(history[^1]);
    }
}
