using System.IO.Compression;
using System.Text;
using CourseKit.Files;
using CourseKit.Models;
using CourseKit.Native;
using CourseKit.Tests.Display;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace CourseKit.Tests.Files;

/// <summary>
/// The files in the folder pytorch are Python's torch's: see make.py there. `tests/long pytorch` lets Python's torch read what is written here. Here
/// TorchSharp.PyBridge does that, which others wrote.
/// </summary>
[Collection("process-wide state")]
public sealed class PyTorchFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("pytorch").FullName;
    private readonly FakeHost shown;

    public PyTorchFileTests()
    {
        NativeBackend.Load();
        shown = new();
    }

    public void Dispose()
    {
        shown.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, InlineData("generator.pth"), InlineData("protocol4.pth")]
    public void A_generator_of_Pythons_torch_makes_the_same_pictures_here(string file)
    {
        using var G = Generator();
        Weights.Load(Python(file), G);
        G.eval();
        var saved = Weights.Load(Python("generator-in-out.pth"));
        using var images = G.forward(saved["latent"]);
        Assert.InRange((images - saved["images"]).abs().max().item<float>(), 0, 1e-6);
        Assert.Equal(3, G.state_dict()["bn1.num_batches_tracked"].item<long>());
        Assert.Empty(shown.Displayed);
    }

    [Fact]
    public void What_is_saved_here_comes_back_to_the_last_bit_and_is_the_same_file_each_time()
    {
        using var saved = Generator();
        using var loaded = Generator();
        saved.forward(rand(8, 3));
        Assert.Equal(Weights.Save(At("a.pth"), saved), new FileInfo(At("a.pth")).Length);
        Weights.Save(At("b.pt"), saved);
        Assert.Equal(File.ReadAllBytes(At("a.pth")), File.ReadAllBytes(At("b.pt")));
        Weights.Load(At("a.pth"), loaded);
        AssertSame(saved.state_dict(), loaded.state_dict());
        Assert.Equal(saved.state_dict().Keys, Weights.Load(At("a.pth")).Keys);
    }

    [Fact]
    public void Another_reader_of_PyTorchs_files_reads_the_same()
    {
        using var saved = Generator();
        Weights.Save(At("a.pth"), saved);
        var read = PyTorchUnpickler.UnpickleStateDict(At("a.pth"));
        AssertSame(saved.state_dict(), read.Keys.Cast<string>().ToDictionary(name => name, name => (Tensor)read[name]!));
    }

    [Fact]
    public void What_another_writer_of_such_files_compressed_is_read()
    {
        using var saved = Generator();
        using var loaded = Generator();
        saved.save_py(At("a.pth"));
        Weights.Load(At("a.pth"), loaded);
        AssertSame(saved.state_dict(), loaded.state_dict());
    }

    [Fact]
    public void All_types_are_read_and_written()
    {
        var loaded = Weights.Load(Python("types.pth"));
        Assert.Equal(10, loaded.Select(entry => entry.Value.dtype).Distinct().Count());
        foreach (var (name, tensor) in loaded)
            Assert.True(Bits.Same(arange(6).reshape(2, 3).to_type(tensor.dtype), tensor), name);
        PyTorchFile.Save(At("a.pth"), loaded);
        AssertSame(loaded, Weights.Load(At("a.pth")));
    }

    [Fact]
    public void Views_of_one_storage_are_those_of_Python()
    {
        var whole = arange(12, ScalarType.Float32).reshape(3, 4);
        var expected = new Dictionary<string, Tensor>
        {
            ["whole"] = whole,
            ["tied"] = whole,
            ["transposed"] = whole.t(),
            ["lower"] = whole[1..],
            ["every second"] = whole.as_strided([3, 2], [4, 2]),
            ["expanded"] = tensor(5f).expand(2, 3),
            ["empty"] = zeros(0, 4),
            ["number"] = tensor(3.5f),
            ["Gewichte ä"] = ones(1, ScalarType.Int64),
        };
        var loaded = Weights.Load(Python("views.pth"));
        AssertSame(expected, loaded);
        PyTorchFile.Save(At("a.pth"), loaded);
        AssertSame(expected, Weights.Load(At("a.pth")));
    }

    [Theory]
    [InlineData("half.pth", "20 of 23 tensors are Float16 in the file and Float32 in the module")]
    [InlineData("parallel.pth", "all names begin with 'module.', as DataParallel saves them")]
    [InlineData("checkpoint.pth", "is a checkpoint with 'epoch', 'state_dict', 'optimizer', 'best', 'names'. Read were the tensors in 'state_dict'")]
    public void What_is_not_quite_a_state_dict_of_this_network_is_loaded_and_said(string file, string said)
    {
        using var expected = Generator();
        using var G = Generator();
        Weights.Load(Python("generator.pth"), expected);
        Weights.Load(Python(file), G);
        Assert.Contains(said, Assert.IsType<string>(Assert.Single(shown.Displayed)), StringComparison.Ordinal);
        var error = G.state_dict().Select(entry => (entry.Value.to_type(ScalarType.Float32) - expected.state_dict()[entry.Key]).abs().max().item<float>()).Max();
        Assert.InRange(error, 0, file == "half.pth" ? 1e-3 : file == "checkpoint.pth" ? 2e-3 : 0); // a step of Adam is between the two files
    }

    [Fact]
    public void Parameters_by_name_are_read_and_the_buffers_that_they_lack_are_named()
    {
        Assert.Equal(14, Weights.Load(Python("parameters.pth")).Count);
        using var G = Generator();
        var error = Assert.Throws<TensorFileException>(() => Weights.Load(Python("parameters.pth"), G));
        Assert.Contains("'bn1.running_mean' is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two-networks.pth", "holds several networks: 'G', 'D'. Save one by itself")]
    [InlineData("optimizer.pth", "is the state of an optimizer, not of a network")]
    [InlineData("whole.pth", "needs Python's 'torch.nn.modules.container.Sequential', and no code of a file is ever run here. It looks like a whole network")]
    [InlineData("whole-own.pth", "needs Python's '__main__.Generator', and no code of a file is ever run here. It looks like a whole network")]
    [InlineData("old.pth", "is in the format that PyTorch wrote before version 1.6")]
    [InlineData("tensor.pth", "holds a single tensor (2)")]
    [InlineData("list.pth", "holds no dictionary")]
    [InlineData("mixed.pth", "is a dictionary, but not of tensors by name: it holds 'weight', 'epoch'")]
    [InlineData("complex.pth", "holds numbers of a 'torch.ComplexFloatStorage'; read are real ones and bool")]
    [InlineData("call.pth", "needs Python's 'posix.system', and no code of a file is ever run here. Expected")]
    [InlineData("call-within.pth", "needs Python's 'posix.system', and no code of a file is ever run here. Expected")]
    public void What_holds_no_weights_is_called_by_its_name_runs_nothing_and_changes_nothing(string file, string expected)
    {
        using var G = Generator();
        var before = G.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var error = Assert.Throws<TensorFileException>(() => Weights.Load(Python(file), G));
        Assert.StartsWith($"{Python(file)}: {expected}", error.Message, StringComparison.Ordinal);
        AssertSame(before, G.state_dict());
        Assert.False(File.Exists("a-pickle-was-run"));
    }

    [Fact]
    public void A_network_of_another_size_is_refused_by_name_and_left_as_it_was()
    {
        using var G = new MlpGenerator(3, 1, 2, 2, hidden: 6);
        var before = G.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var error = Assert.Throws<TensorFileException>(() => Weights.Load(Python("generator.pth"), G));
        Assert.Contains("does not fit MlpGenerator: 'fc1.weight' is Float32 (5, 3), the module has Float32 (6, 3)", error.Message, StringComparison.Ordinal);
        AssertSame(before, G.state_dict());
    }

    [Theory, InlineData("a.bin"), InlineData("a"), InlineData("a.npy")]
    public void Another_extension_is_refused(string file)
    {
        using var G = Generator();
        Assert.Contains("end in .safetensors, .pth or .pt", Assert.Throws<ArgumentException>(() => Weights.Save(At(file), G)).Message, StringComparison.Ordinal);
        Assert.Contains("end in .safetensors, .pth or .pt", Assert.Throws<ArgumentException>(() => Weights.Load(At(file), G)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_complex_tensor_is_not_written_and_an_older_file_stays()
    {
        File.WriteAllText(At("a.pth"), "older");
        var error = Assert.Throws<ArgumentException>(() => PyTorchFile.Save(At("a.pth"), new Dictionary<string, Tensor> { ["z"] = zeros(2, ScalarType.ComplexFloat32) }));
        Assert.Contains("tensor 'z' of ComplexFloat32", error.Message, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(At("a.pth")));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = File.ReadAllBytes(Python("generator.pth"));
        for (var length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(At("cut.pth"), whole[..length]);
            Assert.Throws<TensorFileException>(() => Weights.Load(At("cut.pth")));
        }
    }

    [Theory]
    [InlineData("<!DOCTYPE html>", "not a file of torch.save, which is a ZIP archive, but an HTML page")]
    [InlineData("\u0080\u0004hello", "but a Python pickle, which is never read here")]
    [InlineData("", "but an empty file")]
    public void Another_kind_of_file_is_called_by_its_name(string content, string expected)
    {
        File.WriteAllBytes(At("a.pth"), Encoding.Latin1.GetBytes(content));
        Assert.Contains(expected, Assert.Throws<TensorFileException>(() => Weights.Load(At("a.pth"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_of_other_things_is_refused() =>
        Assert.Contains("without the one file data.pkl", Refused(Archive(("a.npy", [1]))), StringComparison.Ordinal);

    // "X" begins a text, "c" a name, "(" a tuple, and so on: see PyTorchPickle.
    [Theory]
    [InlineData("")]
    [InlineData("}")]                       // no end
    [InlineData("t.")]                      // nothing to take
    [InlineData("s.")]
    [InlineData("(((((((.")]
    [InlineData("h\u0005.")]                // nothing was kept there
    [InlineData("X\u00ff\u00ff\u00ff\u007fa.")] // a text of 2 GB
    [InlineData("X\u00ff\u00ff\u00ff\u00ffa.")] // of less than nothing
    [InlineData("\u008a\u00ff1.")]          // a number of 255 bytes
    [InlineData("\u008a\u0009123456789.")]  // of 72 bits
    [InlineData("B\u00ff\u00ff\u00ff\u007fa.")]
    [InlineData("}N]s.")]                   // None as a name
    [InlineData("]]s.")]                    // a list by name
    [InlineData("]q\u0000h\u0000ah\u0000R.")] // a list in itself, called
    [InlineData("ccollections\nOrderedDict\n]R(h\u0000u.")]
    [InlineData("ccollections\nOrderedDict")]
    [InlineData("(Q.")]
    [InlineData("]]b.")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n(KKKKtR.")]
    [InlineData("ios\nsystem\n.")]          // an old way to call
    [InlineData("(X\u0002\u0000\u0000\u0000lsios\nsystem\n.")]
    public void A_damaged_or_strange_pickle_is_refused(string pickle)
    {
        var message = Refused(Archive(("a/data.pkl", Encoding.Latin1.GetBytes(pickle))));
        Assert.Contains("its data.pkl is damaged, or none that torch.save writes, at byte", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cos\nsystem\n.", "'os.system'")]
    [InlineData("cbuiltins\neval\n(X\u0001\u0000\u0000\u00001tR.", "'builtins.eval'")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093.", "'os.system'")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2.__globals__\n.", "'torch._utils._rebuild_tensor_v2.__globals__'")]
    [InlineData("ctorch\nhub.load.Storage\n.", "'torch.hub.load.Storage'")]
    public void Code_is_named_and_not_run(string pickle, string named) =>
        Assert.Contains(named, Refused(Archive(("a/data.pkl", Encoding.Latin1.GetBytes(pickle)))), StringComparison.Ordinal);

    [Fact]
    public void A_million_lists_in_each_other_and_a_memo_that_doubles_are_refused_with_little_memory()
    {
        byte[] nested = [.. Enumerable.Repeat((byte)']', 1_000_000), .. Enumerable.Repeat((byte)'a', 999_999), (byte)'.'];
        // Each list holds the one before ten times, as the laughing XML does.
        var laughing = new StringBuilder("]q\u0000");
        for (var i = 1; i < 100; i++)
            laughing.Append("](").Insert(laughing.Length, $"h{(char)(i - 1)}", 10).Append($"eq{(char)i}");
        foreach (var pickle in new[] { nested, Encoding.Latin1.GetBytes(laughing + ".") })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Contains("holds no dictionary", Refused(Archive(("a/data.pkl", pickle))), StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200 << 20);
        }
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var bomb = Archive(CompressionLevel.Fastest, ("a/data.pkl", [.. "}."u8]), ("a/data/0", new byte[100 << 20]));
        var archived = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("would unpack from", Refused(bomb), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - archived, 0, 2 << 20);
        Assert.True(archived > before);
        Assert.Contains("would unpack from", Refused(Archive(("a/data.pkl", new byte[5 << 20]))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "does not lie within its 4 numbers")]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 }, "does not lie within its 4 numbers")]
    [InlineData(4, -1, new long[] { 2 }, new long[] { 1 }, "does not lie within its 4 numbers")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 }, "does not lie within its 4 numbers")]
    [InlineData(4, 0, new long[] { -2 }, new long[] { 1 }, "does not lie within its 4 numbers")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 1 }, "does not lie within its 4 numbers")]
    [InlineData(4, 0, new long[] { 2 }, new[] { long.MaxValue }, "does not lie within its 4 numbers")]
    [InlineData(4, long.MaxValue, new long[] { 0 }, new long[] { 1 }, "does not lie within its 4 numbers")]
    [InlineData(4, 0, new[] { long.MaxValue, long.MaxValue }, new long[] { 0, 0 }, "does not lie within its 4 numbers")]
    [InlineData(5, 0, new long[] { 5 }, new long[] { 1 }, "'w': its numbers should be 5 of Float32 in data/0, which has 16 bytes")]
    [InlineData(-4, 0, new long[] { 0 }, new long[] { 1 }, "does not lie within its -4 numbers")]
    [InlineData(long.MaxValue, 0, new long[] { 4 }, new long[] { 1 }, "which has 16 bytes")]
    public void A_tensor_beyond_its_numbers_is_refused(long elements, long offset, long[] shape, long[] strides, string expected)
    {
        var pickle = $"}}X\u0001\u0000\u0000\u0000wctorch._utils\n_rebuild_tensor_v2\n((X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX\u0001\u0000\u0000\u00000X\u0003\u0000\u0000\u0000cpu"
            + $"{Long(elements)}tQ{Long(offset)}({string.Concat(shape.Select(Long))}t({string.Concat(strides.Select(Long))}t\u0089}}tRs.";
        Assert.Contains(expected, Refused(Archive(("a/data.pkl", Encoding.Latin1.GetBytes(pickle)), ("a/data/0", new byte[16]))), StringComparison.Ordinal);

        static string Long(long number) => "\u008a\u0008" + Encoding.Latin1.GetString(BitConverter.GetBytes(number));
    }

    [Fact]
    public void Numbers_of_a_big_endian_machine_are_read()
    {
        PyTorchFile.Save(At("a.pth"), new Dictionary<string, Tensor> { ["w"] = tensor(new[] { 1f, -2 }) });
        using (var archive = ZipFile.Open(At("a.pth"), ZipArchiveMode.Update))
        {
            Replace("weights/byteorder", "big"u8);
            Replace("weights/data/0", [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]);

            void Replace(string name, ReadOnlySpan<byte> content)
            {
                archive.GetEntry(name)!.Delete();
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        Assert.Equal([1f, -2], Weights.Load(At("a.pth"))["w"].data<float>().ToArray());
    }

    private static MlpGenerator Generator() => new(3, 1, 2, 2, hidden: 5);

    private static string Python(string file) => Path.Combine(AppContext.BaseDirectory, "Files", "pytorch", file);

    private static void AssertSame(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> found)
    {
        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, entry => Assert.True(entry.Value.dtype == found[entry.Key].dtype && Bits.Same(entry.Value, found[entry.Key]), entry.Key));
    }

    private string Refused(byte[] archive)
    {
        File.WriteAllBytes(At("bad.pth"), archive);
        return Assert.Throws<TensorFileException>(() => Weights.Load(At("bad.pth"))).Message;
    }

    private static byte[] Archive(params (string Name, byte[] Content)[] files) => Archive(CompressionLevel.NoCompression, files);

    private static byte[] Archive(CompressionLevel level, params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }
        return stream.ToArray();
    }

    private string At(string name) => Path.Combine(folder, name);
}
