using System.Buffers.Binary;
using System.IO.Compression;

namespace CourseKit.Notebooks.Tests;

/// <summary>Lecture 02 on other pictures than MNIST.</summary>
[Trait("Cost", "lecture")]
public sealed class OtherDataTests
{
    private const string FashionMnist = "/usr/share/datasets/fashion-mnist";

    [Fact]
    public async Task It_trains_on_Fashion_MNIST()
    {
        Assert.SkipUnless(Directory.Exists(FashionMnist), "Debian's dataset-fashion-mnist is not installed");
        using var folder = new TempFolder();
        foreach (var file in Directory.GetFiles(FashionMnist, "*.gz"))
            Shorten(file, folder.PathOf("fashion-mnist", Path.GetFileNameWithoutExtension(file)), file.Contains("train", StringComparison.Ordinal) ? 1500 : 600);
        var run = await Course.RunAsync(Course.PathOf(Course.Adversarial),
            "--data", folder.Root, "-p", "dataset=fashion-mnist", "-p", "updates=5", "--out", folder.PathOf("out"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        var samples = NumpyArray.Load(folder.PathOf("out", "artifacts", Course.Adversarial, "fashion-mnist.npy"));
        Assert.Equal("2000, 28, 28", samples.Shape);
        var metrics = LectureRun.Metrics(folder.PathOf("out"), Course.Adversarial);
        Assert.InRange(metrics["classifier-accuracy"], 0.6, 1);
        Assert.InRange(metrics["fashion-mnist-confident"], 0, 1);
        Assert.True(metrics["fashion-mnist-frechet-over-floor"] > 1);
        Assert.DoesNotContain(metrics.Keys, name => name.StartsWith("mnist-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_trains_on_a_folder_of_pictures_without_labels()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.PathOf("my pictures"));
        var random = new Random(1);
        for (var i = 0; i < 140; i++)
        {
            var (red, edge) = ((byte)random.Next(256), random.Next(2, 10));
            PngFile.Write(folder.PathOf("my pictures", $"{i:000}.png"), 12, (x, y) => x < edge && y > 3 ? (red, (byte)40, (byte)200) : ((byte)250, (byte)240, (byte)230));
        }
        var run = await Course.RunAsync(
            Course.PathOf(Course.Adversarial), "-p", $"dataset={folder.PathOf("my pictures")}", "-p", "updates=5", "--out", folder.PathOf("out"));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Equal("2000, 3, 32, 32", NumpyArray.Load(folder.PathOf("out", "artifacts", Course.Adversarial, "my pictures.npy")).Shape);
        Assert.DoesNotContain("classifier-accuracy", LectureRun.Metrics(folder.PathOf("out"), Course.Adversarial).Keys);
    }

    /// <summary>The first images or labels of an IDX file: all 70,000 take half a minute, most of it for the classifier.</summary>
    private static void Shorten(string source, string target, int count)
    {
        using var file = new GZipStream(File.OpenRead(source), CompressionMode.Decompress);
        var header = new byte[source.Contains("idx3", StringComparison.Ordinal) ? 16 : 8]; // magic, count, and the sides of images
        file.ReadExactly(header);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), count);
        var values = new byte[count * (header.Length == 16 ? 28 * 28 : 1)];
        file.ReadExactly(values);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, [.. header, .. values]);
    }
}
