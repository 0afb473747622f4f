using System.Diagnostics;
using System.Text;
using CourseKit.Files;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Tests.Files;

public sealed class NumpyFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("npy").FullName;

    public NumpyFileTests() => NativeBackend.Load();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<ScalarType> Types => [ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Byte, ScalarType.Bool];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_comes_back_as_it_was_saved(ScalarType type)
    {
        using var tensor = (arange(24).reshape(2, 3, 4) % 2 * 200).to(type);
        NumpyFile.Save(At("a.npy"), tensor);
        using var loaded = NumpyFile.Load(At("a.npy"));
        Assert.Equal(type, loaded.dtype);
        Assert.True(Bits.Same(loaded, tensor));
    }

    [Theory]
    [InlineData(new long[0])]
    [InlineData(new long[] { 5 })]
    [InlineData(new long[] { 0, 3 })]
    public void Scalars_vectors_and_empty_tensors_keep_their_shape(long[] shape)
    {
        using var tensor = rand(shape);
        NumpyFile.Save(At("a.npy"), tensor);
        using var loaded = NumpyFile.Load(At("a.npy"));
        Assert.Equal(shape, loaded.shape);
        Assert.True(Bits.Same(loaded, tensor));
    }

    [Fact]
    public void A_transposed_tensor_is_saved_in_its_own_order()
    {
        using var tensor = arange(6).reshape(2, 3).t();
        NumpyFile.Save(At("a.npy"), tensor);
        using var loaded = NumpyFile.Load(At("a.npy"));
        Assert.Equal([0L, 3, 1, 4, 2, 5], loaded.data<long>().ToArray());
    }

    [Fact]
    public void Saving_another_type_says_what_to_convert_to()
    {
        using var tensor = zeros(2, ScalarType.Int32);
        var error = Assert.Throws<ArgumentException>(() => NumpyFile.Save(At("a.npy"), tensor));
        Assert.Contains("float32", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "descr is '<c8'")]
    [InlineData("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }", "descr is '<U1'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "descr is '|O', Python objects, which are never read here")]
    [InlineData("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,), }", "descr is [('a', '<i4')]")]
    [InlineData("{'descr': '<f4', 'descr': '<i4', 'fortran_order': False, 'shape': (1,), }", "the header is not")]
    [InlineData("{'descr': '<f4', 'shape': (1,), 'shape': (1,), }", "the header is not")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1, }", "the header is not")]
    [InlineData("{'descr': '<f4', 'fortran_order': False 'shape': (1,), }", "the header is not")]
    [InlineData("{'descr': '<f4\", 'fortran_order': False, 'shape': (1,), }", "the header is not")]
    [InlineData("{'descr': '<f4', 'fortran_order': 1, 'shape': (1,), }", "the header is not")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "impossible")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 4611686018427387904, 4), }", "impossible")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)}", "at most 64")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "takes 8 bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }extra", "the header is not")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4,,4), }", "impossible")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 3), }", "impossible")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "impossible")]
    [InlineData("__import__('os')", "the header is not")]
    public void A_header_that_is_wrong_is_refused_by_name(string header, string expected)
    {
        var error = Assert.Throws<TensorFileException>(() => NumpyFile.Load(Write(header, new byte[4])));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("bad.npy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}")]
    [InlineData("{\"descr\": \"=f4\", \"shape\": (2L, 3L), \"fortran_order\": False, }")]
    [InlineData("  {'descr':'<f4','fortran_order':False,'shape':( 2 ,3, )} ")]
    public void The_header_of_other_writers_is_read(string header)
    {
        foreach (var version in new byte[] { 1, 2, 3 })
        {
            using var loaded = NumpyFile.Load(Write(header, Floats(1, 2, 3, 4, 5, 6), version));
            Assert.Equal([2, 3], loaded.shape);
            Assert.Equal([1, 2, 3, 4, 5, 6], loaded.data<float>().ToArray());
        }
    }

    [Theory]
    [InlineData("<u2", new byte[] { 0xff, 0xff }, 65535)]
    [InlineData(">u2", new byte[] { 0xff, 0xfe }, 65534)]
    [InlineData("<u4", new byte[] { 0xfe, 0xff, 0xff, 0xff }, 4294967294)]
    [InlineData(">u4", new byte[] { 0x80, 0, 0, 1 }, 2147483649)]
    [InlineData(">u8", new byte[] { 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, long.MaxValue)]
    [InlineData("<i2", new byte[] { 0xff, 0xff }, -1)]
    [InlineData(">i4", new byte[] { 0xff, 0xff, 0xff, 0xfd }, -3)]
    [InlineData("|i1", new byte[] { 0x80 }, -128)]
    [InlineData(">u1", new byte[] { 0xff }, 255)]
    [InlineData("|b1", new byte[] { 2 }, 1)]
    [InlineData("<f2", new byte[] { 0, 0xc0 }, -2)]
    [InlineData(">f8", new byte[] { 0x40, 0x08, 0, 0, 0, 0, 0, 0 }, 3)]
    public void Every_real_type_is_read_in_both_orders_of_bytes(string descr, byte[] data, long expected)
    {
        using var loaded = NumpyFile.Load(Write($"{{'descr': '{descr}', 'fortran_order': False, 'shape': (), }}", data));
        Assert.Empty(loaded.shape);
        using var whole = loaded.to_type(ScalarType.Int64);
        Assert.Equal(expected, whole.item<long>());
    }

    [Fact]
    public void A_number_beyond_what_a_tensor_holds_is_refused()
    {
        var path = Write("{'descr': '<u8', 'fortran_order': False, 'shape': (1,), }", [.. Enumerable.Repeat((byte)0xff, 8)]);
        Assert.Contains("over 9223372036854775807", Assert.Throws<TensorFileException>(() => NumpyFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fortran_order_is_read_as_what_it_means()
    {
        using var loaded = NumpyFile.Load(Write("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", Floats(1, 4, 2, 5, 3, 6)));
        Assert.Equal([2, 3], loaded.shape);
        Assert.True(loaded.is_contiguous());
        Assert.Equal([1, 2, 3, 4, 5, 6], loaded.data<float>().ToArray());
    }

    [Fact]
    public void A_tensor_larger_than_one_piece_of_the_file_comes_back()
    {
        using var tensor = zeros((1 << 26) + 3, ScalarType.Byte);
        tensor[(1 << 26) - 1] = 5;
        tensor[1 << 26] = 6;
        tensor[(1 << 26) + 2] = 7;
        NumpyFile.Save(At("a.npy"), tensor);
        using var loaded = NumpyFile.Load(At("a.npy"));
        Assert.True(Bits.Same(loaded, tensor));
        Assert.Equal([5, 6, 0, 7], loaded.narrow(0, (1 << 26) - 1, 4).data<byte>().ToArray());
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("PK\u0003\u0004 and more", "a ZIP archive")]
    [InlineData("<!DOCTYPE html>", "an HTML page")]
    [InlineData("\u0080\u0004\u0095 and more", "a Python pickle, which is never read here")]
    public void Another_kind_of_file_is_called_by_its_name(string content, string kind)
    {
        File.WriteAllBytes(At("other.npy"), Encoding.Latin1.GetBytes(content));
        var error = Assert.Throws<TensorFileException>(() => NumpyFile.Load(At("other.npy")));
        Assert.Contains($"not a .npy file but {kind}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_anywhere_is_refused()
    {
        using var tensor = rand(3, 4);
        NumpyFile.Save(At("a.npy"), tensor);
        var bytes = File.ReadAllBytes(At("a.npy"));
        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(At("cut.npy"), bytes[..length]);
            Assert.Throws<TensorFileException>(() => NumpyFile.Load(At("cut.npy")));
        }
    }

    [Fact]
    public void Trailing_bytes_are_refused()
    {
        var error = Assert.Throws<TensorFileException>(() => NumpyFile.Load(Write("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", new byte[5])));
        Assert.Contains("the file has 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numpy_reads_what_is_saved_and_its_files_are_read()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3") && Python("import numpy").Code == 0, "needs /usr/bin/python3 with numpy (apt-get install python3-numpy)");
        using var tensor = Halves();
        NumpyFile.Save(At("a.npy"), tensor);
        var (code, output) = Python("import numpy as n; a=n.load('a.npy'); print(a.dtype, a.shape, a.flags['ALIGNED'], a.sum()); n.save('b.npy', a*2); n.save('c.npy', n.array(True))");
        Assert.Equal(0, code);
        Assert.Equal("float32 (2, 3, 4) True 138.0", output.Trim());
        using var doubled = NumpyFile.Load(At("b.npy"));
        using var expected = arange(24).reshape(2, 3, 4).to(ScalarType.Float32);
        Assert.True(Bits.Same(doubled, expected));
        using var scalar = NumpyFile.Load(At("c.npy"));
        Assert.True(scalar.item<bool>());

        static Tensor Halves() => arange(24).reshape(2, 3, 4).to(ScalarType.Float32) / 2;
    }

    private (int Code, string Output) Python(string code)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", code])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private string Write(string header, byte[] data, byte version = 1)
    {
        byte[] length = version == 1 ? [(byte)header.Length, 0] : [(byte)header.Length, 0, 0, 0];
        File.WriteAllBytes(At("bad.npy"), [0x93, .. "NUMPY"u8, version, 0, .. length, .. Encoding.Latin1.GetBytes(header), .. data]);
        return At("bad.npy");
    }

    private string At(string name) => Path.Combine(folder, name);
}
