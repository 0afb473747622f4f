using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Common;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>
/// The safetensors format: named tensors without any code in the file. A file holds an 8-byte little-endian header length, a JSON header
/// (name -> dtype, shape, data_offsets), then the data.
/// </summary>
public static class SafeTensors
{
    /// <summary>Writes the parameters and buffers of a module (its state_dict).</summary>
    /// <param name="path">The file to write. Its folder is created if needed.</param>
    /// <param name="module">The network to save.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">A tensor has a type that is not supported here, such as a complex type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Save(string path, nn.Module module)
    {
        using var scope = NewDisposeScope();
        return Save(path, module.state_dict());
    }

    /// <summary>Writes named tensors. An older file is replaced only when the new one is complete.</summary>
    /// <param name="path">The file to write. Its folder is created if needed.</param>
    /// <param name="tensors">Tensors of any shape, on any device; real and integer types and bool.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">A tensor has a type that is not supported here, e.g. a complex type, or the name __metadata__.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Save(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        // Tensors with wider elements come first, which keeps every tensor aligned to its element size. Tensors of the same width are sorted by
        // name, so that the same tensors always give the same file.
        var ordered = tensors.OrderByDescending(entry => entry.Value.ElementSize).ThenBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        var header = new JsonObject();
        long offset = 0;
        foreach (var (name, tensor) in ordered)
        {
            if (name == SafeTensorsHeader.MetadataName || SafeTensorsHeader.NameOf(tensor.dtype) is not { } dtype)
                throw new ArgumentException($"{Path.GetFileName(path)}: tensor '{name}' of {tensor.dtype} cannot be saved "
                    + "as safetensors.", nameof(tensors));
            var end = offset + tensor.NumberOfElements * tensor.ElementSize;
            header[name] = new JsonObject
            {
                ["dtype"] = dtype,
                ["shape"] = new JsonArray([.. tensor.shape.Select(side => (JsonNode)side)]),
                ["data_offsets"] = new JsonArray(offset, end),
            };
            offset = end;
        }
        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var length = (json.Length + 7) / 8 * 8;
        return AtomicFile.Write(path, stream =>
        {
            Span<byte> prefix = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, length);
            stream.Write(prefix);
            stream.Write(json);
            for (var i = json.Length; i < length; i++)
                stream.WriteByte((byte)' ');
            foreach (var (_, tensor) in ordered)
                TensorBytes.Write(stream, tensor);
        });
    }

    /// <summary>Reads all tensors of a file onto the CPU.</summary>
    /// <param name="path">The file to read.</param>
    /// <returns>The tensors by name; the caller disposes of them.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TensorFileException">The file is damaged. The whole header is checked before any tensor is made.</exception>
    public static Dictionary<string, Tensor> Load(string path)
    {
        using var stream = File.OpenRead(path);
        var entries = SafeTensorsHeader.Read(path, stream);
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var entry in entries)
            tensors[entry.Name] = TensorBytes.Read(path, stream, entry.Shape, entry.Type);
        scope.MoveToOuter(tensors.Values);
        return tensors;
    }

    /// <summary>
    /// Copies a saved state into a module of the same structure. All names, shapes and types are checked first. Floating-point values may be of a
    /// type that the module's type contains, e.g. float16 or bfloat16 for a module of float32: this is displayed.
    /// </summary>
    /// <param name="path">A file that <see cref="Save(string, nn.Module)"/> or another program wrote.</param>
    /// <param name="module">The module. Its parameters and buffers are overwritten; they may be on any device.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TensorFileException">The file is damaged or does not fit the module. The module is then unchanged.</exception>
    public static void Load(string path, nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        var saved = Load(path);
        var state = module.state_dict();
        var names = state.Keys.Except(saved.Keys).Select(name => $"'{name}' is missing")
            .Concat(saved.Keys.Except(state.Keys).Select(name => $"'{name}' is not in the module"));
        var shapes = from name in state.Keys.Intersect(saved.Keys)
                     let want = state[name]
                     let have = saved[name]
                     where !want.shape.SequenceEqual(have.shape) || (want.dtype != have.dtype && !Contains(want.dtype, have.dtype))
                     select $"'{name}' is {Describe(have)}, the module has {Describe(want)}";
        var wrong = names.Concat(shapes).ToList();
        if (wrong.Count > 0)
            throw new TensorFileException(path, $"does not fit {module.GetName()}: {string.Join("; ", wrong.Take(5))}"
                + (wrong.Count > 5 ? $"; and {wrong.Count - 5} more" : "")
                + ". Build the module with the sizes it was saved with. Nothing was loaded.");
        foreach (var (name, tensor) in state)
            tensor.copy_(saved[name]);
        var widened = state.Where(entry => entry.Value.dtype != saved[entry.Key].dtype)
            .GroupBy(entry => $"{saved[entry.Key].dtype} in the file and {entry.Value.dtype} in the module").ToList();
        if (widened.Count > 0)
            NotebookHost.Display($"{path}: {string.Join("; ", widened.Select(group => $"{group.Count()} of {state.Count} tensors are {group.Key}"))}. "
                + "They were converted; the values are as exact as the file's.");
    }

    // Whether each value of one floating-point type is a value of the other.
    private static bool Contains(ScalarType wide, ScalarType narrow) => (wide, narrow) is
        (ScalarType.Float32, ScalarType.Float16 or ScalarType.BFloat16)
        or (ScalarType.Float64, ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16);

    private static string Describe(Tensor tensor) => $"{tensor.dtype} {ShapeText.Of(tensor.shape)}";
}
