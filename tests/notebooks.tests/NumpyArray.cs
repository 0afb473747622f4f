using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace CourseKit.Notebooks.Tests;

/// <summary>A .npy file as NumPy's own documentation describes it, read without the library that wrote it.</summary>
internal sealed record NumpyArray(string Type, string Shape, float[] Values)
{
    public static NumpyArray Load(string path)
    {
        var file = File.ReadAllBytes(path);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], file[..8]);
        var start = 10 + BitConverter.ToUInt16(file, 8);
        Assert.Equal(0, start % 64);
        var header = Regex.Match(Encoding.Latin1.GetString(file, 10, start - 10), @"^\{'descr': '(.+?)', 'fortran_order': False, 'shape': \((.*?)\), \} *\n$");
        Assert.True(header.Success);
        return new(header.Groups[1].Value, header.Groups[2].Value, MemoryMarshal.Cast<byte, float>(file.AsSpan(start)).ToArray());
    }
}
