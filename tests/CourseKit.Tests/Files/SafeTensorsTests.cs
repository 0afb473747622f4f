using System.Buffers.Binary;
using System.Text;
using CourseKit.Common;
using CourseKit.Files;
using CourseKit.Native;
using CourseKit.Tests.Display;
using static TorchSharp.torch;

namespace CourseKit.Tests.Files;

[Collection("process-wide state")]
public sealed class SafeTensorsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    public SafeTensorsTests() => NativeBackend.Load();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_module_with_batch_norm_comes_back_to_the_last_bit()
    {
        using var saved = Net(3);
        using var loaded = Net(3);
        saved.forward(rand(8, 2));
        Weights.Save(At("a.safetensors"), saved);
        Weights.Load(At("a.safetensors"), loaded);
        var state = loaded.state_dict();
        Assert.Contains("norm.running_mean", state.Keys);
        Assert.All(saved.state_dict(), entry => Assert.True(Bits.Same(entry.Value, state[entry.Key])));
    }

    [Fact]
    public void The_bytes_are_the_public_format()
    {
        using var a = tensor(new[] { 1f, 2 });
        using var b = tensor(7L);
        SafeTensors.Save(At("a.safetensors"), new Dictionary<string, Tensor> { ["a"] = a, ["b"] = b });
        var bytes = File.ReadAllBytes(At("a.safetensors"));
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal("""{"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""",
            Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal(7, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 + length)));
        Assert.Equal(2f, BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(8 + length + 12)));
        Assert.Equal(8 + length + 16, bytes.Length);
    }

    [Fact]
    public void Every_known_type_empty_and_scalar_tensors_come_back()
    {
        ScalarType[] types = [ScalarType.Float64, ScalarType.Float32, ScalarType.Float16, ScalarType.BFloat16, ScalarType.Int64, ScalarType.Int32,
            ScalarType.Int16, ScalarType.Int8, ScalarType.Byte, ScalarType.Bool];
        var tensors = types.ToDictionary(type => type.ToString(), type => (arange(6).reshape(2, 3) % 2).to(type).t());
        tensors["empty"] = zeros(0, 4);
        tensors["scalar"] = tensor(3.5);
        SafeTensors.Save(At("a.safetensors"), tensors);
        var loaded = SafeTensors.Load(At("a.safetensors"));
        Assert.Equal(tensors.Keys.Order(), loaded.Keys.Order());
        Assert.All(tensors, entry =>
        {
            Assert.Equal(entry.Value.dtype, loaded[entry.Key].dtype);
            Assert.True(Bits.Same(entry.Value, loaded[entry.Key]), entry.Key);
        });
    }

    [Fact]
    public void A_module_of_another_size_is_refused_and_left_as_it_was()
    {
        using var saved = Net(3);
        using var other = Net(4);
        var before = other.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        Weights.Save(At("a.safetensors"), saved);
        var error = Assert.Throws<TensorFileException>(() => Weights.Load(At("a.safetensors"), other));
        Assert.Contains("'linear.weight' is Float32 (3, 2), the module has Float32 (4, 2)", error.Message, StringComparison.Ordinal);
        Assert.All(other.state_dict(), entry => Assert.True(Bits.Same(entry.Value, before[entry.Key])));
    }

    [Theory, InlineData(ScalarType.Float16), InlineData(ScalarType.BFloat16)]
    public void Half_precision_is_read_into_a_module_of_single_precision_and_said(ScalarType type)
    {
        using var shown = new FakeHost();
        using var saved = Net(3);
        using var loaded = Net(3);
        var halves = saved.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.is_floating_point() ? entry.Value.to_type(type) : entry.Value);
        SafeTensors.Save(At("a.safetensors"), halves);
        Weights.Load(At("a.safetensors"), loaded);
        Assert.All(loaded.state_dict(), entry => Assert.True(Bits.Same(halves[entry.Key].to_type(entry.Value.dtype), entry.Value), entry.Key));
        Assert.Equal($"{At("a.safetensors")}: 6 of 7 tensors are {type} in the file and Float32 in the module. They were converted; the values are as exact as the file's.",
            Assert.Single(shown.Displayed));

        Weights.Save(At("a.safetensors"), saved);
        Weights.Load(At("a.safetensors"), loaded);
        Assert.Single(shown.Displayed);
    }

    [Theory, InlineData(ScalarType.Float64), InlineData(ScalarType.Int32)]
    public void A_type_with_values_that_the_modules_type_lacks_is_refused(ScalarType type)
    {
        using var module = nn.Sequential(("linear", nn.Linear(2, 3)));
        SafeTensors.Save(At("a.safetensors"), module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.to_type(type)));
        var error = Assert.Throws<TensorFileException>(() => Weights.Load(At("a.safetensors"), module));
        Assert.Contains($"'linear.weight' is {type} (3, 2), the module has Float32 (3, 2)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unsigned_integers_become_the_next_wider_type_and_every_byte_but_0_is_true()
    {
        const string header = """{"a":{"dtype":"U16","shape":[1],"data_offsets":[0,2]},"b":{"dtype":"U32","shape":[1],"data_offsets":[2,6]},"c":{"dtype":"BOOL","shape":[2],"data_offsets":[6,8]}}""";
        var loaded = SafeTensors.Load(Write((ulong)header.Length, header, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 2]));
        Assert.Equal((ScalarType.Int32, 65534), (loaded["a"].dtype, loaded["a"].item<int>()));
        Assert.Equal((ScalarType.Int64, 4294967295), (loaded["b"].dtype, loaded["b"].item<long>()));
        Assert.Equal([false, true], loaded["c"].data<bool>().ToArray());

        const string wide = """{"a":{"dtype":"U64","shape":[1],"data_offsets":[0,8]}}""";
        Assert.Equal(7, SafeTensors.Load(Write((ulong)wide.Length, wide, [7, 0, 0, 0, 0, 0, 0, 0]))["a"].item<long>());
        var error = Assert.Throws<TensorFileException>(() => SafeTensors.Load(Write((ulong)wide.Length, wide, [0, 0, 0, 0, 0, 0, 0, 0x80])));
        Assert.Contains("over 9223372036854775807", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "an HTML page")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS")]
    [InlineData("PK\u0003\u0004 and more", "a ZIP archive, which .npz and PyTorch's files are too")]
    public void Another_kind_of_file_is_called_by_its_name(string content, string kind)
    {
        File.WriteAllBytes(At("bad.safetensors"), Encoding.Latin1.GetBytes(content));
        Assert.Contains($"It looks like {kind}", Assert.Throws<TensorFileException>(() => SafeTensors.Load(At("bad.safetensors"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_with_other_names_is_refused_by_name()
    {
        using var saved = nn.Sequential(("first", nn.Linear(2, 3)));
        using var other = nn.Sequential(("second", nn.Linear(2, 3)));
        Weights.Save(At("a.safetensors"), saved);
        var error = Assert.Throws<TensorFileException>(() => Weights.Load(At("a.safetensors"), other));
        Assert.Contains("'second.weight' is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("'first.bias' is not in the module", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "begin at 4, expected 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "takes 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "take 4 bytes of data, the file has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", "take 16 bytes of data, the file has 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "impossible")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,8]}}""", "impossible")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data_offsets are [8, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "data_offsets are [-8, 0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "data_offsets are [0]")]
    [InlineData("""{"a":{"dtype":"PICKLE","shape":[2],"data_offsets":[0,8]}}""", "dtype is 'PICKLE'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "gives no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", "not the JSON of safetensors")]
    [InlineData("""{"a":7}""", "not the JSON of safetensors")]
    [InlineData("""[1]""", "not the JSON of safetensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not the JSON of safetensors")]
    [InlineData("", "not the JSON of safetensors")]
    public void A_hostile_header_is_refused(string header, string expected)
    {
        var error = Assert.Throws<TensorFileException>(() => SafeTensors.Load(Write((ulong)header.Length, header)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("bad.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 63)]
    [InlineData(1000UL)]
    public void A_header_length_beyond_the_file_is_refused(ulong length)
    {
        var error = Assert.Throws<TensorFileException>(() => SafeTensors.Load(Write(length, "{}")));
        Assert.Contains($"should take {length} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_and_padding_of_other_writers_are_read_over()
    {
        const string header = """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}      """;
        var loaded = SafeTensors.Load(Write((ulong)header.Length, header));
        Assert.Equal([2L], Assert.Single(loaded).Value.shape);
    }

    [Fact]
    public void A_failed_save_leaves_the_older_file()
    {
        using var good = ones(2);
        using var complex = zeros(2, ScalarType.ComplexFloat32);
        SafeTensors.Save(At("a.safetensors"), new Dictionary<string, Tensor> { ["a"] = good });
        Assert.Throws<ArgumentException>(() => SafeTensors.Save(At("a.safetensors"), new Dictionary<string, Tensor> { ["a"] = complex }));
        Assert.Throws<IOException>(() => AtomicFile.Write(At("a.safetensors"), _ => throw new IOException("disk full")));
        Assert.Equal(["a.safetensors"], Directory.GetFiles(folder).Select(Path.GetFileName));
        Assert.True(Bits.Same(SafeTensors.Load(At("a.safetensors"))["a"], good));
    }

    [Fact]
    public void Names_of_any_language_survive()
    {
        using var one = ones(1);
        SafeTensors.Save(At("a.safetensors"), new Dictionary<string, Tensor> { ["Gewichte \"ä\" \u2603 </script>"] = one });
        Assert.Equal("Gewichte \"ä\" \u2603 </script>", Assert.Single(SafeTensors.Load(At("a.safetensors"))).Key);
    }

    private static nn.Module<Tensor, Tensor> Net(int width) => nn.Sequential(("linear", nn.Linear(2, width)), ("norm", nn.BatchNorm1d(width)));

    private string Write(ulong length, string header, byte[]? data = null)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        File.WriteAllBytes(At("bad.safetensors"), [.. prefix, .. Encoding.UTF8.GetBytes(header), .. data ?? new byte[8]]);
        return At("bad.safetensors");
    }

    private string At(string name) => Path.Combine(folder, name);
}
