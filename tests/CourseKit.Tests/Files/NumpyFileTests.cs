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
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "descr is '>f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "descr is '|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }", "fortran_order is True")]
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

    private string Write(string header, byte[] data)
    {
        File.WriteAllBytes(At("bad.npy"), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. data]);
        return At("bad.npy");
    }

    private string At(string name) => Path.Combine(folder, name);
}
