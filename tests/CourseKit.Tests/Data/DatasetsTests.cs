using CourseKit.Data;

namespace CourseKit.Tests.Data;

[Collection("process-wide state")]
public sealed class DatasetsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string? home = Environment.GetEnvironmentVariable("HOME");

    public DatasetsTests()
    {
        Environment.SetEnvironmentVariable("COURSEKIT_DATA", folder["data"]);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", folder["cache"]);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("COURSEKIT_DATA", null);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", null);
        Environment.SetEnvironmentVariable("COURSEKIT_START", null);
        Environment.SetEnvironmentVariable("HOME", home);
        folder.Dispose();
    }

    [Theory, InlineData("digits", 2), InlineData("mnist", 4)]
    public void What_ships_is_what_the_readme_describes(string name, int files)
    {
        var status = Datasets.Verify(name);
        Assert.Equal(files, status.Dataset.Files.Count);
        Assert.Equal((DatasetState.Verified, null), (status.State, status.Problem));
        var readme = File.ReadAllText(Path.Combine(status.Folder!, "README.md"));
        Assert.All(status.Dataset.Files, file => Assert.Contains(file.Sha256, readme, StringComparison.Ordinal));
        Assert.All(status.Dataset.Files, file => Assert.Equal(file.Length, new FileInfo(Path.Combine(status.Folder!, file.Name)).Length));
    }

    [Fact]
    public void MNIST_loads_without_network_and_says_which_part_it_is()
    {
        using var split = Datasets.Load("mnist");
        Assert.Equal("mnist, training part: 12,000 pictures 28x28, 1 channel, 10 classes", $"{split.Train}");
        Assert.Equal([3000, 1, 28, 28], split.HeldOut.Images.shape);
        Assert.StartsWith("MNIST, 12,000 of 60,000 handwritten digits to train on and the next 3,000 held out", split.Train.Provenance, StringComparison.Ordinal);
        var title = Datasets.List().Single(status => status.Dataset.Name == "mnist").Dataset.Title;
        Assert.StartsWith("MNIST, 12,000 of 60,000 ", title, StringComparison.Ordinal);
        Assert.EndsWith("`coursekit data fetch mnist` brings all 70,000", title, StringComparison.Ordinal);
        foreach (var part in new[] { split.Train, split.HeldOut })
        {
            Assert.Equal((-1f, 1f), (part.Images.min().item<float>(), part.Images.max().item<float>()));
            Assert.Equal("0123456789", string.Concat(part.ClassNames));
            var share = part.Labels!.data<long>().ToArray().CountBy(label => label).Min(one => one.Value) / (double)part.Count;
            Assert.InRange(share, 0.087, 0.1);  // 1,048 fives of 12,000, 270 of 3,000
        }
    }

    [Fact]
    public void The_part_of_MNIST_is_the_beginning_of_the_published_training_files()
    {
        using var split = Datasets.Load("mnist");
        Assert.Equal([5, 0, 4, 1, 9, 2], split.Train.Labels!.data<long>().ToArray()[..6]);
        Assert.Equal([7, 4, 6, 5, 0, 6], split.HeldOut.Labels!.data<long>().ToArray()[..6]);  // pictures 12,001 to 12,006
        // The ink of pictures 1, 12,000, 12,001 and 15,000, as summed from the published files.
        Assert.Equal([27525, 37835, 27767, 18847], new[] { (split.Train, 0), (split.Train, 11_999), (split.HeldOut, 0), (split.HeldOut, 2_999) }.Select(one =>
            one.Item1.Images[one.Item2].data<float>().ToArray().Sum(value => (int)Math.Round((value + 1) * 127.5))));
        // No two pictures of the 15,000 are the same, so none of those held out is among those to train on.
        string[] pictures = [.. new[] { split.Train, split.HeldOut }.SelectMany(part => part.Images.bytes.ToArray().Chunk(28 * 28 * sizeof(float)).Select(Convert.ToBase64String))];
        Assert.Equal((15_000, 15_000), (pictures.Length, pictures.Distinct().Count()));
    }

    [Theory, InlineData("data"), InlineData("cache/coursekit")]
    public void The_complete_MNIST_takes_the_place_of_the_part_wherever_it_lies(string place)
    {
        MakeSet(folder[$"{place}/mnist"], plain: false);
        using (var split = Datasets.Load("mnist"))
        {
            Assert.Equal((3, 2), (split.Train.Count, split.HeldOut.Count));
            Assert.StartsWith("MNIST, all 70,000 handwritten digits", split.Train.Provenance, StringComparison.Ordinal);
        }
        var status = Datasets.List().Single(status => status.Dataset.Name == "mnist");
        Assert.Equal((folder[$"{place}/mnist"], Datasets.All.Single(set => set.Name == "mnist")), (status.Folder, status.Dataset));

        File.Delete(folder[$"{place}/mnist/train-labels-idx1-ubyte.gz"]);
        if (place == "data") // the user's own: what is missing there is told
        {
            Assert.Contains("train-labels-idx1-ubyte", Assert.Throws<DatasetNotFoundException>(() => Datasets.Load("mnist")).Message, StringComparison.Ordinal);
            return;
        }
        using (var split = Datasets.Load("mnist")) // a download that was broken off
            Assert.Equal((12_000, 3_000), (split.Train.Count, split.HeldOut.Count));
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

    [Theory]
    [InlineData("data/kmnist/{0}", "{0}")]
    [InlineData("data/kmnist/{0}.gz", "dots")]
    [InlineData("data/KMNIST/raw/{0}", "{0}")]
    [InlineData("data/KMNIST/{0}.GZ", "capitals")]
    [InlineData("data/kmnist/archive/{0}/{0}", "{0}")]
    [InlineData("data/K-MNIST/kmnist-{0}.gz", "{0}")]
    [InlineData("data/kmnist/{0} (1).gz", "{0}")]
    [InlineData("data/kmnist/{0}", "test")]
    [InlineData("data/{0}.gz", "{0}")]
    [InlineData("data/raw/{0}", "{0}")]
    [InlineData("data/{0}/{0}", "dots")]
    [InlineData("shell/kmnist/{0}", "{0}")]
    public void A_set_is_found_however_its_files_lie_and_are_named(string place, string style)
    {
        Environment.SetEnvironmentVariable("COURSEKIT_START", folder["shell"]);
        Directory.CreateDirectory(folder["data/other"]);
        MakeSet(folder["made"], plain: !place.EndsWith("gz", StringComparison.OrdinalIgnoreCase));
        foreach (var file in Directory.GetFiles(folder["made"]))
        {
            var name = Path.GetFileName(file).Replace(".gz", "", StringComparison.Ordinal);
            name = style switch { "dots" => name.Replace("-idx", ".idx", StringComparison.Ordinal), "capitals" => name.ToUpperInvariant(), "test" => name.Replace("t10k", "test", StringComparison.Ordinal), _ => name };
            var target = folder[string.Format(System.Globalization.CultureInfo.InvariantCulture, place, name)];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(file, target);
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(target)!, "._" + Path.GetFileName(target)), "what another system leaves behind");
        }
        using var split = Datasets.Load("kmnist");
        Assert.Equal((3, 2, "ki"), (split.Train.Count, split.HeldOut.Count, split.Train.ClassNames[(int)split.Train.Labels![1].item<long>()]));
    }

    [Fact]
    public void The_files_of_another_set_are_not_taken_for_the_one_that_was_asked_for()
    {
        MakeSet(folder["data/fashion-mnist"], plain: false);
        MakeSet(folder["data/kmnist"], plain: true);
        foreach (var file in Directory.GetFiles(folder["data/kmnist"]))
            File.Move(file, Path.Combine(folder["data/kmnist"], "emnist-letters-" + Path.GetFileName(file)));
        var error = Assert.Throws<DatasetNotFoundException>(() => Datasets.Load("kmnist"));
        Assert.Contains("it holds emnist-letters-t10k-images-idx3-ubyte, ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{folder["data"]} (without train-images-idx3-ubyte.gz, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("it holds fashion-mnist, kmnist\n", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IDX_files_are_loaded_by_the_path_of_their_folder_and_each_label_that_occurs_is_a_class()
    {
        MakeSet(folder["letters"], plain: false, firstLabel: 1);
        foreach (var file in Directory.GetFiles(folder["letters"]))
            File.Move(file, Path.Combine(folder["letters"], "emnist-letters-" + Path.GetFileName(file).Replace("t10k", "test", StringComparison.Ordinal)));
        foreach (var path in new[] { folder["letters"], folder["letters/"], folder["letters/emnist-letters-test-labels-idx1-ubyte.gz"] })
        {
            using var split = Datasets.Load(path);
            Assert.Equal(("emnist-letters, training part", $"IDX files of {folder["letters"]}"), (split.Train.Name, split.Train.Provenance));
            Assert.Equal(["1", "2", "3"], split.HeldOut.ClassNames);
            Assert.Equal([0, 1, 2], split.Train.Labels!.data<long>().ToArray());
            Assert.Equal([0, 1], split.HeldOut.Labels!.data<long>().ToArray());
        }
        MakeSet(folder["letters"], plain: false);
        var several = Assert.Throws<DataFormatException>(() => Datasets.Load(folder["letters"]));
        Assert.Contains("emnist-letters-...", several.Message, StringComparison.Ordinal);
        File.Delete(folder["letters/t10k-images-idx3-ubyte.gz"]);
        var incomplete = Assert.Throws<DatasetNotFoundException>(() => Datasets.Load(folder["letters/train-images-idx3-ubyte.gz"]));
        Assert.Contains("(without t10k-images-idx3-ubyte)", incomplete.Message, StringComparison.Ordinal);
        Assert.Contains("it holds emnist-letters-test-images-idx3-ubyte.gz, ", incomplete.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_and_pictures_of_another_set_are_refused_by_their_files()
    {
        MakeSet(folder["data/mnist"], plain: true, firstLabel: 9);
        var labels = Assert.Throws<DataFormatException>(() => Datasets.Load("mnist"));
        Assert.StartsWith($"{folder["data/mnist/train-labels-idx1-ubyte"]}: range of labels: found 9 to 11, expected 0 to 9", labels.Message, StringComparison.Ordinal);
        MakeSet(folder["data/mnist"], plain: true);
        File.WriteAllBytes(folder["data/mnist/t10k-images-idx3-ubyte"], IdxFileTests.Idx([2, 5, 5], 50));
        var size = Assert.Throws<DataFormatException>(() => Datasets.Load("mnist"));
        Assert.StartsWith($"{folder["data/mnist/t10k-images-idx3-ubyte"]}: size of pictures: found 5x5, expected 4x4", size.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digits_load_unpacked_too_and_are_the_same()
    {
        Directory.CreateDirectory(folder["data"]);
        using var packed = Datasets.Load("digits");
        var shipped = Datasets.List().Single(status => status.Dataset.Name == "digits").Folder!;
        foreach (var file in Directory.GetFiles(shipped, "digits-*.gz"))
        {
            using var unpacked = new System.IO.Compression.GZipStream(File.OpenRead(file), System.IO.Compression.CompressionMode.Decompress);
            using var plain = File.Create(folder["data/" + Path.GetFileNameWithoutExtension(file)]);
            unpacked.CopyTo(plain);
        }
        Assert.Equal(folder["data"], Datasets.List().Single(status => status.Dataset.Name == "digits").Folder);
        using var split = Datasets.Load("digits");
        Assert.Equal(packed.Train.Images.data<float>().ToArray(), split.Train.Images.data<float>().ToArray());
        Assert.Equal(packed.HeldOut.Labels!.data<long>().ToArray(), split.HeldOut.Labels!.data<long>().ToArray());
    }

    [Theory]
    [InlineData("my pictures")]
    [InlineData("./my pictures/")]
    [InlineData("../shell/my pictures")]
    [InlineData("~/pictures")]
    public void A_relative_path_starts_where_the_shell_stands_and_a_tilde_is_the_home(string path)
    {
        Environment.SetEnvironmentVariable("COURSEKIT_START", folder["shell"]);
        Environment.SetEnvironmentVariable("HOME", folder["home"]);
        foreach (var place in new[] { "shell/my pictures", "home/pictures" })
        {
            ImageFolderTests.Save(folder[$"{place}/a.png"], 8, 8, 10, 10, 10);
            ImageFolderTests.Save(folder[$"{place}/b.png"], 8, 8, 10, 10, 10);
        }
        using var split = Datasets.Load(path, size: 8);
        Assert.Equal($"1 picture of {folder[path[0] == '~' ? "home/pictures" : "shell/my pictures"]}", split.Train.Provenance);
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_told_as_an_absolute_one_with_what_lies_beside_it()
    {
        Environment.SetEnvironmentVariable("COURSEKIT_START", folder["shell"]);
        Directory.CreateDirectory(folder["shell/pictures"]);
        var error = Assert.Throws<DatasetNotFoundException>(() => Datasets.Load("./picturse"));
        Assert.Contains($"\n  {folder["shell/picturse"]}\n    its folder holds pictures\n", error.Message, StringComparison.Ordinal);
        Assert.Throws<DatasetNotFoundException>(() => Datasets.Load("./digits"));
    }

    [Fact]
    public void A_name_in_other_capitals_is_the_set_unless_the_user_has_a_folder_of_that_name()
    {
        Environment.SetEnvironmentVariable("COURSEKIT_START", folder["shell"]);
        Directory.CreateDirectory(folder["shell"]);
        using (var split = Datasets.Load("Digits"))
            Assert.Equal(898, split.Train.Count);
        ImageFolderTests.Save(folder["shell/Digits/a.png"], 8, 8, 10, 10, 10);
        ImageFolderTests.Save(folder["shell/Digits/b.png"], 8, 8, 10, 10, 10);
        using (var split = Datasets.Load("Digits"))
            Assert.Equal(1, split.Train.Count);
        using (var split = Datasets.Load("digits"))
            Assert.Equal(898, split.Train.Count);
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
        Assert.Contains("`digits`, `avatars` and a part of `mnist`", error.Message, StringComparison.Ordinal);
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
        Assert.Contains("32 or 64", Assert.Throws<ArgumentOutOfRangeException>(() => Datasets.Load("portraits", 24)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        var error = Assert.Throws<DatasetNotFoundException>(() => Datasets.Load("mnits"));
        Assert.Contains("digits, avatars, mnist, fashion-mnist, kmnist, portraits", error.Message, StringComparison.Ordinal);
        Assert.Throws<DatasetNotFoundException>(() => Datasets.Verify("mnits"));
        Assert.Throws<ArgumentException>(() => Datasets.Load(" "));
    }

    private static void MakeSet(string folder, bool plain, byte firstLabel = 0)
    {
        Directory.CreateDirectory(folder);
        foreach (var (prefix, count) in new[] { ("train", 3), ("t10k", 2) })
        {
            Write($"{prefix}-images-idx3-ubyte", IdxFileTests.Idx([count, 4, 4], count * 16));
            Write($"{prefix}-labels-idx1-ubyte", [.. IdxFileTests.Idx([count], 0), .. Enumerable.Range(firstLabel, count).Select(label => (byte)label)]);
        }
        void Write(string name, byte[] content) =>
            File.WriteAllBytes(Path.Combine(folder, plain ? name : name + ".gz"), plain ? content : IdxFileTests.Gzip(content));
    }
}
