using CourseKit.Data;

namespace CourseKit.Tests.Data;

/// <summary>The only tests that set environment variables: one class, so that they run one after another.</summary>
public sealed class DatasetsTests : IDisposable
{
    private readonly TempFolder folder = new();

    public DatasetsTests()
    {
        Environment.SetEnvironmentVariable("COURSEKIT_DATA", folder["data"]);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", folder["cache"]);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("COURSEKIT_DATA", null);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", null);
        folder.Dispose();
    }

    [Fact]
    public void The_digits_here_are_the_ones_described_in_the_readme()
    {
        var status = Datasets.Verify("digits");
        Assert.Equal((DatasetState.Verified, null), (status.State, status.Problem));
        var readme = File.ReadAllText(Path.Combine(status.Folder!, "README.md"));
        Assert.All(status.Dataset.Files, file => Assert.Contains(file.Sha256, readme, StringComparison.Ordinal));
        Assert.All(status.Dataset.Files, file => Assert.Equal(file.Length, new FileInfo(Path.Combine(status.Folder!, file.Name)).Length));
    }

    [Theory, InlineData("lib/CourseKit/bin/Release/net10.0"), InlineData("tests/CourseKit.Tests/bin/Debug/net10.0"), InlineData("")]
    public void The_folder_of_the_course_is_found_from_any_folder_within_a_copy_of_it(string start)
    {
        Directory.CreateDirectory(folder[start]);
        Assert.Null(DataFolder.Upwards(folder[start]));
        Directory.CreateDirectory(folder["data"]);
        File.WriteAllText(folder["data/digits-images-idx3-ubyte.gz"], "");
        Assert.Equal(folder["data"], DataFolder.Upwards(folder[start]));
    }

    [Fact]
    public void Fashion_MNIST_from_Debian_loads_and_is_what_was_published()
    {
        Assert.SkipUnless(Directory.Exists("/usr/share/datasets/fashion-mnist"), "Debian's package dataset-fashion-mnist is not installed.");
        var status = Datasets.Verify("fashion-mnist");
        Assert.Equal((DatasetState.Verified, null), (status.State, status.Problem));

        using var split = Datasets.Load("fashion-mnist");
        Assert.Equal((60000, 10000), (split.Train.Count, split.HeldOut.Count));
        Assert.Equal((1, 28, 28), (split.Train.Channels, split.Train.Height, split.Train.Width));
        Assert.Equal("ankle boot", split.Train.ClassNames[(int)split.Train.Labels![0].item<long>()]);
        Assert.Equal((-1f, 1f), (split.Train.Images.min().item<float>(), split.Train.Images.max().item<float>()));
        Assert.Contains("/usr/share/datasets", split.HeldOut.Provenance, StringComparison.Ordinal);
    }

    [Theory, InlineData("data", false), InlineData("cache/coursekit", false), InlineData("data", true)]
    public void A_set_is_found_in_the_folder_of_the_user_and_in_the_cache_plain_or_gzipped(string place, bool plain)
    {
        MakeSet(folder[$"{place}/kmnist"], plain);
        using var split = Datasets.Load("kmnist");
        Assert.Equal((3, 2), (split.Train.Count, split.HeldOut.Count));
        Assert.Equal("ki", split.Train.ClassNames[(int)split.Train.Labels![1].item<long>()]);
        Assert.Contains(place, split.Train.Provenance, StringComparison.Ordinal);
        Assert.Equal(DatasetState.Present, Datasets.List().Single(status => status.Dataset.Name == "kmnist").State);
    }

    [Fact]
    public void The_users_folder_comes_before_the_cache_but_only_when_complete()
    {
        MakeSet(folder["data/mnist"], plain: false);
        MakeSet(folder["cache/coursekit/mnist"], plain: false);
        using (var split = Datasets.Load("mnist"))
            Assert.Contains(folder["data"], split.Train.Provenance, StringComparison.Ordinal);
        File.Delete(folder["data/mnist/t10k-labels-idx1-ubyte.gz"]);
        using (var split = Datasets.Load("mnist"))
            Assert.Contains(folder["cache"], split.Train.Provenance, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_that_is_nowhere_says_where_it_was_looked_for_how_to_get_it_and_what_works_without()
    {
        MakeSet(folder["data/kmnist"], plain: false);
        File.Delete(folder["data/kmnist/t10k-labels-idx1-ubyte.gz"]);
        var error = Assert.Throws<DatasetNotFoundException>(() => Datasets.Load("kmnist"));
        Assert.Contains($"{folder["data/kmnist"]} (without t10k-labels-idx1-ubyte.gz)", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder["cache/coursekit/kmnist"], error.Message, StringComparison.Ordinal);
        Assert.Contains("coursekit data fetch kmnist", error.Message, StringComparison.Ordinal);
        Assert.Contains("`digits` and `avatars`", error.Message, StringComparison.Ordinal);
        Assert.Equal(DatasetState.Missing, Datasets.Verify("kmnist").State);
    }

    [Fact]
    public void Verify_names_a_file_of_another_content()
    {
        MakeSet(folder["data/mnist"], plain: false);
        var status = Datasets.Verify("mnist");
        Assert.Equal(DatasetState.Damaged, status.State);
        Assert.Contains("train-images-idx3-ubyte.gz: SHA-256: found", status.Problem, StringComparison.Ordinal);
        Assert.Contains("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_says_that_plain_files_cannot_be_compared()
    {
        MakeSet(folder["data/mnist"], plain: true);
        var status = Datasets.Verify("mnist");
        Assert.Equal(DatasetState.Present, status.State);
        Assert.Contains("not compared", status.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_pictures_loads_by_path_or_by_name_and_every_second_one_is_held_out()
    {
        ImageFolderTests.Save(folder["data/faces/a.png"], 8, 8, 10, 10, 10);
        Assert.Contains("number of pictures", Assert.Throws<DataFormatException>(() => Datasets.Load("faces")).Message, StringComparison.Ordinal);
        ImageFolderTests.Save(folder["data/faces/b.png"], 8, 8, 20, 20, 20);
        ImageFolderTests.Save(folder["data/faces/c.png"], 8, 8, 30, 30, 30);
        foreach (var name in new[] { "faces", folder["data/faces"] })
        {
            using var split = Datasets.Load(name, size: 8);
            Assert.Equal((2, 1), (split.Train.Count, split.HeldOut.Count));
            Assert.Equal((20 / 127.5f) - 1, split.HeldOut.Images[0, 0, 0, 0].item<float>(), 4);
        }
    }

    [Fact]
    public void Avatars_load_by_name_and_size()
    {
        using var split = Datasets.Load("avatars", 24);
        Assert.Equal((1440, 3, 24), (split.Train.Count, split.Train.Channels, split.Train.Width));
        Assert.Equal(DatasetState.Drawn, Datasets.Verify("avatars").State);
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        var error = Assert.Throws<DatasetNotFoundException>(() => Datasets.Load("mnits"));
        Assert.Contains("digits, avatars, mnist, fashion-mnist, kmnist", error.Message, StringComparison.Ordinal);
        Assert.Throws<DatasetNotFoundException>(() => Datasets.Verify("mnits"));
        Assert.Throws<ArgumentException>(() => Datasets.Load(" "));
    }

    private static void MakeSet(string folder, bool plain)
    {
        Directory.CreateDirectory(folder);
        foreach (var (prefix, count) in new[] { ("train", 3), ("t10k", 2) })
        {
            Write($"{prefix}-images-idx3-ubyte", IdxFileTests.Idx([count, 4, 4], count * 16));
            Write($"{prefix}-labels-idx1-ubyte", IdxFileTests.Idx([count], count));
        }
        void Write(string name, byte[] content) =>
            File.WriteAllBytes(Path.Combine(folder, plain ? name : name + ".gz"), plain ? content : IdxFileTests.Gzip(content));
    }
}
