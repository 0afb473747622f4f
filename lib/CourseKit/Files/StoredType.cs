using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>A type of element in a file, and the type of the tensor that it becomes.</summary>
/// <param name="Numpy">NumPy's name without the byte order, e.g. "f4"; empty if NumPy has no such type.</param>
/// <param name="SafeTensors">The name in safetensors, e.g. "F32".</param>
/// <param name="PyTorch">The name of PyTorch's storages, e.g. "Float" for FloatStorage; empty if it has no such storage.</param>
/// <param name="Size">Bytes an element.</param>
/// <param name="Raw">A type of torch of the same size, as which the bytes are read.</param>
/// <param name="Type">The tensor's type. torch computes with no unsigned integers but bytes, so the others get the next wider type.</param>
internal sealed record StoredType(string Numpy, string SafeTensors, string PyTorch, int Size, ScalarType Raw, ScalarType Type)
{
    /// <summary>Every type that can be read. Of several types with one <see cref="Type"/>, the first is the one that is written.</summary>
    public static IReadOnlyList<StoredType> All { get; } =
    [
        Same("f8", "F64", "Double", 8, ScalarType.Float64), Same("f4", "F32", "Float", 4, ScalarType.Float32), Same("f2", "F16", "Half", 2, ScalarType.Float16),
        Same("", "BF16", "BFloat16", 2, ScalarType.BFloat16),
        Same("i8", "I64", "Long", 8, ScalarType.Int64), Same("i4", "I32", "Int", 4, ScalarType.Int32), Same("i2", "I16", "Short", 2, ScalarType.Int16),
        Same("i1", "I8", "Char", 1, ScalarType.Int8), Same("u1", "U8", "Byte", 1, ScalarType.Byte), new("b1", "BOOL", "Bool", 1, ScalarType.Byte, ScalarType.Bool),
        new("u2", "U16", "", 2, ScalarType.Int16, ScalarType.Int32), new("u4", "U32", "", 4, ScalarType.Int32, ScalarType.Int64),
        new("u8", "U64", "", 8, ScalarType.Int64, ScalarType.Int64),
    ];

    private static StoredType Same(string numpy, string safeTensors, string pyTorch, int size, ScalarType type) => new(numpy, safeTensors, pyTorch, size, type, type);
}
