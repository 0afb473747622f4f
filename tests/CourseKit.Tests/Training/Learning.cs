using CourseKit.Training;

namespace CourseKit.Tests.Training;

internal static class Learning
{
    /// <summary>Trains until the test is cancelled.</summary>
    public static void Learn(
        this GanTrainer trainer, long updates, IEnumerable<long>? snapshotsAt = null, IProgress<GanProgress>? progress = null) =>
        trainer.Train(updates, snapshotsAt, progress, cancel: TestContext.Current.CancellationToken);
}
