namespace CourseKit.Notebooks.Tests;

/// <summary>Lecture 09, which a run without names leaves out, as small as it goes.</summary>
[Trait("Cost", "lecture")]
public sealed class FullSizeTests
{
    [Fact]
    public async Task Lecture_9_runs_small_and_goes_on_from_its_checkpoint()
    {
        using var folder = new TempFolder();
        string[] arguments = [Course.PathOf(Course.FullSize), "-p", "size=32", "-p", "updates=200", "-p", $"checkpoint={folder.PathOf("faces.ckpt")}", "--out"];
        var first = await Course.RunAsync([.. arguments, folder.PathOf("first")]);
        Assert.True(first.ExitCode == 0, first.Output + first.Error);
        var metrics = LectureRun.Metrics(folder.PathOf("first"), Course.FullSize);
        Assert.Equal(["portraits-clear-eyes", "portraits-eyes-agree", "portraits-valid"], metrics.Keys.Order());
        Assert.All(metrics.Values, share => Assert.InRange(share, 0, 1));
        Assert.Equal("400, 3, 32, 32", NumpyArray.Load(folder.PathOf("first", "artifacts", Course.FullSize, "faces.npy")).Shape);

        // The second run finds the training finished, and the same faces come out of it.
        var saved = File.GetLastWriteTimeUtc(folder.PathOf("faces.ckpt"));
        var second = await Course.RunAsync([.. arguments, folder.PathOf("second")]);
        Assert.True(second.ExitCode == 0, second.Output + second.Error);
        Assert.Equal(saved, File.GetLastWriteTimeUtc(folder.PathOf("faces.ckpt")));
        Assert.Equal(Faces(folder.PathOf("first")), Faces(folder.PathOf("second")));
    }

    private static byte[] Faces(string run) => File.ReadAllBytes(Path.Combine(run, "artifacts", Course.FullSize, "faces.npy"));
}
