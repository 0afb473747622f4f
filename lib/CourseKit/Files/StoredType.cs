using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>A type of element in a file, and the type of the tensor that it becomes.</summary>
/// <param name="Numpy">NumPy's name without the byte order, e.g. "f4"; empty if NumPy has no such type.</param>
/// <param name="SafeTensors">The name in safetensors, e.g. "F32".</param>
/// <param name="Size">Bytes an element.</param>
/// <param name="Raw">A type of torch of the same size, as which the bytes are read.</param>
/// <param name="Type">The tensor's type. torch computes with no unsigned integers but bytes, so the others get the next wider type.</param>
internal sealed record StoredType(string Numpy, string SafeTensors, int Size, ScalarType Raw, ScalarType Type)
{
    /// <summary>Every type that can be read. Of several types with one <see cref="Type"/>, the first is the one that is written.</summary>
    public static IReadOnlyList<StoredType> All { get; } =
    [
        Same("f8", "F64", 8, ScalarType.Float64), Same("f4", "F32", 4, ScalarType.Float32), Same("f2", "F16", 2, ScalarType.Float16),
        Same("", "BF16", 2, ScalarType.BFloat16),
        Same("i8", "I64", 8, ScalarType.Int64), Same("i4", "I32", 4, ScalarType.Int32), Same("i2", "I16", 2, ScalarType.Int16),
        Same("i1", "I8", 1, ScalarType.Int8), Same("u1", "U8", 1, ScalarType.Byte), new("b1", "BOOL", 1, ScalarType.Byte, ScalarType.Bool),
        new("u2", "U16", 2, ScalarType.Int16, ScalarType.Int32), new("u4", "U32", 4, ScalarType.Int32, ScalarType.Int64),
        new("u8", "U64", 8, ScalarType.Int64, ScalarType.Int64),
    ];

    private static StoredType Same(string numpy, string safeTensors, int size, ScalarType type) => new(numpy, safeTensors, size, type, type);
}
